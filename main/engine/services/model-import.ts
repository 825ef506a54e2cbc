/**
 * From an opened source to a version in the registry: inspected, named, copied, added.
 */
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { CardChanges, Model, ModelFile, ModelLineage } from '#contract/model.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { InspectHints, ModelInspector } from '#engine/inspect-model.ts';
import type { ImportSource } from '#engine/models/import-source.ts';
import {
  findSame,
  freeVersion,
  incomingFiles,
  requireOwnDigest,
} from '#engine/models/import-version.ts';
import type { Inspection } from '#engine/models/inspect.ts';
import { hasDigest, type ModelFolder } from '#engine/models/model-folder.ts';
import { versionDigest } from '#engine/models/version-digest.ts';
import type { StoredModel } from '#engine/store/records.ts';
import type { Store } from '#engine/store/store.ts';

export interface ModelImportDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly folder: ModelFolder;
  readonly inspect: ModelInspector;
}

export interface ImportOptions extends Omit<CardChanges, 'name' | 'version'> {
  /** Name for the registry; with one, the same content under another name is another version */
  readonly name?: string | undefined;
  /** Version to begin with; the next free one is taken */
  readonly version?: string | undefined;
  readonly isEmbedded: boolean;
  /** A card that came with the file, instead of the inspection's proposal */
  readonly card?: Model['card'];
  /** The version must be this one: a taken one is refused */
  readonly isExact?: boolean;
  /** SHA-256 that the model file must have */
  readonly fileDigest?: string | undefined;
  readonly lineage?: Partial<ModelLineage>;
  readonly signal?: AbortSignal;
}

/** Imports what `openSource` has opened, or finds the version that is the same; closes the source. */
export type ImportModel = (source: ImportSource, options: ImportOptions) => Promise<StoredModel>;

export function createModelImport(deps: ModelImportDeps): ImportModel {
  const { store } = deps;

  async function importSource(source: ImportSource, options: ImportOptions): Promise<StoredModel> {
    try {
      const inspected = await deps.inspect.with(source.file, hintsOf(source, options));
      requireFile(inspected, options.fileDigest);
      return await take(source, inspected, options);
    } finally {
      await source.close();
    }
  }

  async function take(
    source: ImportSource,
    inspected: Inspection,
    options: ImportOptions,
  ): Promise<StoredModel> {
    const versions = await store.models.list();
    const { name = inspected.card.name, version = inspected.card.version } = options;
    const proposed = { ...inspected.card, name, version };
    const known = findSame(versions, { files: inspected.files, card: proposed }, options.name);
    if (known) return mend(known, source, inspected);
    const isExact = options.isExact === true || source.manifest !== null;
    const card = { ...proposed, version: isExact ? version : freeVersion(proposed, versions) };
    const staged = await deps.folder.stage(incomingFiles(source, inspected.files), card);
    try {
      const parts = { files: staged.files, card };
      const digest = digestOf(source, parts, versions);
      requireFreeName(card, versions);
      const added = await store.models.add({
        card,
        digest,
        bytes: inspected.bytes,
        isEmbedded: options.isEmbedded,
        importedAt: deps.clock.now(),
        path: await staged.keep(digest, filesByDigest(versions)),
        files: staged.files,
        lineage: lineageOf(source, options),
      });
      return await takeTags(added, source.manifest?.tags ?? []);
    } catch (error) {
      await staged.drop();
      throw error;
    }
  }

  /** A version whose files were damaged or lost gets them back from what is imported again. */
  async function mend(
    known: StoredModel,
    source: ImportSource,
    inspected: Inspection,
  ): Promise<StoredModel> {
    const isWhole = await Promise.all(
      known.files
        .filter(({ kind }) => kind === 'model' || kind === 'weights')
        .map((file) => hasDigest(placeOf(known, file), file.digest)),
    );
    if (isWhole.every(Boolean)) return known;
    const staged = await deps.folder.stage(incomingFiles(source, inspected.files), known.card);
    await staged.keep(known.digest, new Map());
    return known;
  }

  /** The tags of a bundle; those that another version has here stay there. */
  async function takeTags(model: StoredModel, tags: readonly string[]): Promise<StoredModel> {
    const taken = new Set((await store.models.list()).flatMap((version) => version.tags));
    let tagged = model;
    for (const tag of tags.filter((free) => !taken.has(free))) {
      tagged = await store.models.tag({ tag, digest: model.digest, by: model.lineage.importedBy });
    }
    return tagged;
  }

  return importSource;
}

/** What the inspection is told beside the file. */
export function hintsOf(source: ImportSource, options: Partial<ImportOptions>): InspectHints {
  const { preprocess, classes, labels, scoreFloor, nmsIou, licence, notes, signal } = options;
  const card = options.card ?? source.card;
  return {
    name: source.name,
    ...(card ? { card } : {}),
    ...(source.classes ? { classes: [...source.classes] } : {}),
    changes: { preprocess, classes, labels, scoreFloor, nmsIou, licence, notes },
    ...(signal ? { signal } : {}),
  };
}

function requireFile({ digest }: Inspection, wanted: string | undefined): void {
  if (wanted === undefined || digest === wanted) return;
  throw new StationError(
    'MODEL_002',
    'The file is not the one that was looked at: it has changed since. Look at it again before importing it.',
  );
}

function requireFreeName(card: Model['card'], versions: readonly StoredModel[]): void {
  const isTaken = versions.some(
    (version) => version.card.name === card.name && version.card.version === card.version,
  );
  if (!isTaken) return;
  throw new StationError(
    'REQ_003',
    `There is another model ${card.name} ${card.version} already. Give this one another version.`,
    { path: 'version' },
  );
}

function digestOf(
  { manifest }: ImportSource,
  parts: { readonly files: readonly ModelFile[]; readonly card: Model['card'] },
  versions: readonly StoredModel[],
): string {
  const isTaken = (digest: string): boolean => versions.some((model) => model.digest === digest);
  if (manifest) requireOwnDigest(parts, manifest.digest);
  return manifest && !isTaken(manifest.digest) ? manifest.digest : versionDigest(parts, isTaken);
}

function lineageOf(source: ImportSource, options: ImportOptions): ModelLineage {
  const before = source.manifest?.lineage;
  return {
    parent: before?.parent ?? null,
    variant: before?.variant ?? null,
    importedBy: 'station',
    origin: options.isEmbedded ? { kind: 'embedded', where: '' } : source.origin,
    releaseNotes: before?.releaseNotes ?? '',
    ...withoutEmpty(options.lineage ?? {}),
  };
}

/** What a caller left empty does not wipe out what a bundle says. */
function withoutEmpty(lineage: Partial<ModelLineage>): Partial<ModelLineage> {
  return Object.fromEntries(
    Object.entries(lineage).filter(([, value]) => value !== null && value !== ''),
  );
}

function filesByDigest(versions: readonly StoredModel[]): Map<string, string> {
  return new Map(
    versions.flatMap((version) =>
      version.files.map((file) => [file.digest, placeOf(version, file)]),
    ),
  );
}

function placeOf({ path: model }: StoredModel, { kind, path: name }: ModelFile): string {
  return kind === 'model' ? model : path.join(path.dirname(model), name);
}
