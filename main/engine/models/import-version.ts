/**
 * From a source to the parts of a version: what the inspection found, the files to copy, the card, and what it is called.
 */
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { ModelCard, ModelFile } from '#contract/model.ts';
import type { ImportSource } from './import-source.ts';
import type { IncomingFile } from './model-folder.ts';
import { contentDigest, isDigestOf, type VersionParts } from './version-digest.ts';

export interface InspectedFile {
  readonly path: string;
  readonly kind: ModelFile['kind'];
  readonly digest: string;
}

/** Which files go into the folder of the version, and from where. */
export function incomingFiles(
  source: Pick<ImportSource, 'file' | 'extras' | 'manifest'>,
  inspected: readonly InspectedFile[],
): IncomingFile[] {
  const folder = path.dirname(source.file);
  const needed = inspected.map((file) => ({
    ...file,
    from: file.kind === 'model' ? source.file : path.join(folder, file.path),
  }));
  const taken = new Set(needed.map((file) => file.path));
  const expected = new Map(source.manifest?.files.map((file) => [file.path, file.digest]));
  const extras = source.extras
    .filter((file) => !taken.has(file.path))
    .map((file) => ({
      ...file,
      from: path.join(folder, file.path),
      digest: expected.get(file.path) ?? null,
    }));
  return [...needed, ...extras];
}

/** The version that has the same content already; a given name must be the same too. */
export function findSame<T extends VersionParts>(
  versions: readonly T[],
  parts: VersionParts,
  name: string | undefined,
): T | null {
  const content = contentDigest(parts);
  const same = versions.filter((version) => contentDigest(version) === content);
  return same.find(({ card }) => name === undefined || card.name === name) ?? null;
}

/** @throws StationError MODEL_002 when the digest of a bundle is not that of what is in it */
export function requireOwnDigest(parts: VersionParts, digest: string): void {
  if (isDigestOf(digest, parts)) return;
  throw new StationError(
    'MODEL_002',
    'The bundle was refused: its digest is not that of its files and its card.',
    { path: 'digest' },
  );
}

/** Another content of the same name gets the next patch number: versions are immutable. */
export function freeVersion(card: ModelCard, versions: readonly { card: ModelCard }[]): string {
  const taken = versions
    .filter((version) => version.card.name === card.name)
    .map((version) => version.card.version);
  let { version } = card;
  while (taken.includes(version)) {
    const [major = '1', minor = '0', patch = '0'] = version.split('.');
    version = `${major}.${minor}.${String(Number.parseInt(patch, 10) + 1)}`;
  }
  return version;
}
