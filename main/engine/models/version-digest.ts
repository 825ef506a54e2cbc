/**
 * The identity of a version: what it is made of and how it is run, whatever it is called.
 */
import { createHash } from 'node:crypto';
import type { Digest, ModelCard, ModelFile } from '#contract/model.ts';

export interface VersionParts {
  readonly files: readonly Pick<ModelFile, 'path' | 'kind' | 'digest'>[];
  readonly card: ModelCard;
}

/** Files that take part in a run; the others only come along. */
const decisiveKinds: ReadonlySet<ModelFile['kind']> = new Set(['model', 'weights']);

/** SHA-256 of the files that take part in a run and of all on the card that changes what is found. Pure. */
export function contentDigest({ files, card }: VersionParts): Digest {
  const decisive = {
    files: files
      .filter(({ kind }) => decisiveKinds.has(kind))
      .map(({ path, digest }) => [path, digest])
      .sort(),
    head: card.head,
    input: [card.input.width, card.input.height],
    preprocess: sorted(card.preprocess),
    classes: card.classes,
    labels: sorted(card.labels),
    scoreFloor: card.scoreFloor,
    nmsIou: card.nmsIou,
  };
  return hashOf(decisive);
}

/**
 * The digest by which a version goes into the registry: that of its model file, unless that would not tell it from another.
 * `isTaken` says which digests the registry has.
 */
export function versionDigest(parts: VersionParts, isTaken: (digest: Digest) => boolean): Digest {
  const candidates = digestsFor(parts);
  return candidates.find((digest) => !isTaken(digest)) ?? (candidates.at(-1) as Digest);
}

/** Whether this digest may name a version of this content; the one in a bundle must. */
export function isDigestOf(digest: Digest, parts: VersionParts): boolean {
  return digestsFor(parts).includes(digest);
}

/** The plainest first. */
function digestsFor(parts: VersionParts): Digest[] {
  const own = parts.files.find(({ kind }) => kind === 'model')?.digest;
  const hasWeights = parts.files.some(({ kind }) => kind === 'weights');
  const content = contentDigest(parts);
  const { name, version } = parts.card;
  return [
    ...(own === undefined || hasWeights ? [] : [own]),
    content,
    // The same content under another name is another version.
    hashOf([content, name, version]),
  ];
}

function sorted(record: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function hashOf(value: unknown): Digest {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
