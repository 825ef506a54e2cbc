/**
 * The procedures of models: list, propose, import, make one count, return to the one before.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { CardChanges, Model, ModelFile, ModelLineage, Proposal } from '#contract/model.ts';
import type { Clock } from '#engine/base/clock.ts';
import { sampleJpeg } from '#engine/base/sample-jpeg.ts';
import type { ModelInspector } from '#engine/inspect-model.ts';
import { type ImportSource, openSource, type SourceOptions } from '#engine/models/import-source.ts';
import {
  findSame,
  freeVersion,
  incomingFiles,
  requireOwnDigest,
} from '#engine/models/import-version.ts';
import type { Inspection } from '#engine/models/inspect.ts';
import type { ModelFolder } from '#engine/models/model-folder.ts';
import { maxShown } from '#engine/models/picture-proof.ts';
import { versionDigest } from '#engine/models/version-digest.ts';
import type { CallContext, Handlers } from '#engine/router.ts';
import type { SampleFrames } from '#engine/sample-frames.ts';
import type { AliasChange, StoredModel } from '#engine/store/records.ts';
import type { Store } from '#engine/store/store.ts';

export interface ModelServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly folder: ModelFolder;
  /** Folder for what is fetched and unpacked */
  readonly downloads: string;
  readonly inspect: ModelInspector;
  readonly sampleFrames: SampleFrames;
  /** All cameras count with it from now on; rejects and leaves everything as it was when it does not load. */
  readonly use: (model: StoredModel) => Promise<void>;
}

export interface ModelService extends Pick<
  Handlers,
  'model.list' | 'model.propose' | 'model.import' | 'model.activate' | 'model.rollBack'
> {
  /** Imports a file, or finds the version that is the same. */
  importFile(file: string, options: ImportOptions): Promise<StoredModel>;
  /** Imports what `openSource` has opened, and closes it. */
  importSource(source: ImportSource, options: ImportOptions): Promise<StoredModel>;
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

const pictureNames = /\.(?:jpe?g|png|webp)$/i;

export function createModelService(deps: ModelServiceDeps): ModelService {
  const { store } = deps;

  function open(where: string, { signal, onProgress }: Partial<CallContext>): Promise<ImportSource> {
    const options: SourceOptions = {
      folder: deps.downloads,
      now: deps.clock.now(),
      signal: signal ?? new AbortController().signal,
      onProgress: (share) => onProgress?.(share, 'Fetching the model'),
    };
    return openSource(where, options);
  }

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
    if (known) return known;
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

  /** The tags of a bundle; those that another version has here stay there. */
  async function takeTags(model: StoredModel, tags: readonly string[]): Promise<StoredModel> {
    const taken = new Set((await store.models.list()).flatMap((version) => version.tags));
    let tagged = model;
    for (const tag of tags.filter((free) => !taken.has(free))) {
      tagged = await store.models.tag({ tag, digest: model.digest, by: model.lineage.importedBy });
    }
    return tagged;
  }

  async function propose(
    input: { path: string; classes?: string[] | undefined; picturesFolder?: string | undefined; maxPictures: number },
    context: CallContext,
  ): Promise<Proposal> {
    const source = await open(input.path, context);
    const frames = input.picturesFolder
      ? await picturesIn(input.picturesFolder, input.maxPictures)
      : await deps.sampleFrames.take(input.maxPictures, context.signal);
    try {
      context.onProgress(0.2, 'Trying the model on pictures');
      const inspected = await deps.inspect.with(source.file, {
        ...hintsOf(source, input.classes ? { classes: input.classes } : {}),
        pictures: [...frames.files],
        signal: context.signal,
      });
      return await toProposal(source, inspected, frames.files);
    } finally {
      await Promise.all([frames.remove(), source.close()]);
    }
  }

  async function toProposal(
    source: ImportSource,
    inspected: Inspection,
    pictures: readonly string[],
  ): Promise<Proposal> {
    const { card, proof } = inspected;
    const known = findSame(await store.models.list(), { files: inspected.files, card }, undefined);
    const files: ModelFile[] = [...inspected.files];
    return {
      card,
      fileDigest: inspected.digest,
      bytes: inspected.bytes,
      files,
      origin: source.origin,
      evidence: inspected.evidence,
      opset: inspected.opset,
      producer: inspected.producer,
      inferMs: inspected.inferMs,
      known: known && { name: known.card.name, version: known.card.version, digest: known.digest },
      samples: proof ? await Promise.all(pictures.slice(0, maxShown).map(sampleJpeg)) : [],
      pictures: proof ? pictures.length : 0,
      variants: proof?.variants ?? [],
      isDoubtful: proof?.isDoubtful ?? false,
    };
  }

  async function activate(model: StoredModel, why: Why): Promise<Model> {
    await deps.use(model);
    return withoutPath(await store.models.activate(model.digest, why));
  }

  return {
    importSource,
    async importFile(file, options) {
      return importSource(await open(path.resolve(file), options), options);
    },
    'model.list': async () => (await store.models.list()).map((model) => withoutPath(model)),
    'model.propose': (input, context) => propose(input, context),
    'model.import': async ({ path: where, parent, releaseNotes, ...rest }, context) => {
      const { caller, signal } = context;
      if (parent !== undefined) await knownModel(store, parent);
      const model = await importSource(await open(where, context), {
        ...rest,
        isExact: rest.version !== undefined,
        isEmbedded: false,
        signal,
        lineage: { parent: parent ?? null, importedBy: caller.user, releaseNotes },
      });
      return withoutPath(model);
    },
    'model.activate': async ({ digest, reason }, { caller }) =>
      activate(await knownModel(store, digest), { by: caller.user, cause: 'chosen', reason }),
    'model.rollBack': async ({ reason }, { caller }) => {
      const previous = (await store.models.list()).find(({ aliases }) =>
        aliases.some(({ alias, cameraId }) => alias === 'previous' && cameraId === null),
      );
      if (!previous) {
        throw new StationError(
          'MODEL_004',
          'No other model has counted before this one, so there is none to return to.',
        );
      }
      return activate(previous, { by: caller.user, cause: 'rolled-back', reason });
    },
  };
}

type Why = Pick<AliasChange, 'by' | 'cause' | 'reason'>;

/** @throws StationError MODEL_001 */
export async function knownModel(store: Store, digest: string): Promise<StoredModel> {
  const model = await store.models.get(digest);
  if (model) return model;
  throw new StationError('MODEL_001', `There is no model with the digest ${digest}.`);
}

/** Where a file lies on this PC is nobody's business at the other side of a door. */
export function withoutPath({ path: _path, ...model }: StoredModel): Model {
  return model;
}

function hintsOf(source: ImportSource, options: Partial<ImportOptions>) {
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
      version.files.map((file) => [
        file.digest,
        file.kind === 'model' ? version.path : path.join(path.dirname(version.path), file.path),
      ]),
    ),
  );
}

async function picturesIn(folder: string, count: number) {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new StationError('REQ_001', `The folder ${folder} cannot be read.`, {
      path: 'picturesFolder',
      cause,
    });
  });
  const files = names.filter((name) => pictureNames.test(name)).sort();
  return {
    files: files.slice(0, count).map((name) => path.resolve(folder, name)),
    remove: () => Promise.resolve(),
  };
}
