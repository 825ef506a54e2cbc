/**
 * The procedures of models: list, propose, import.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { Model, Proposal } from '#contract/model.ts';
import type { ParsedInputOf } from '#contract/procedures.ts';
import { sampleJpeg } from '#engine/base/sample-jpeg.ts';
import { type ImportSource, openSource, type SourceOptions } from '#engine/models/import-source.ts';
import { findSame } from '#engine/models/import-version.ts';
import type { Inspection } from '#engine/models/inspect.ts';
import { maxShown } from '#engine/models/picture-proof.ts';
import type { CallContext, Handlers } from '#engine/router.ts';
import type { SampleFrames } from '#engine/sample-frames.ts';
import type { StoredModel } from '#engine/store/records.ts';
import type { Store } from '#engine/store/store.ts';
import {
  createModelImport,
  hintsOf,
  type ImportModel,
  type ImportOptions,
  type ModelImportDeps,
} from './model-import.ts';

export interface ModelServiceDeps extends ModelImportDeps {
  /** Folder for what is fetched and unpacked */
  readonly downloads: string;
  readonly sampleFrames: SampleFrames;
}

export interface ModelService extends Pick<
  Handlers,
  'model.list' | 'model.propose' | 'model.import'
> {
  /** Imports a file, or finds the version that is the same. */
  importFile(file: string, options: ImportOptions): Promise<StoredModel>;
  /** Imports what `openSource` has opened, and closes it. */
  readonly importSource: ImportModel;
}

const pictureNames = /\.(?:jpe?g|png|webp)$/i;

export function createModelService(deps: ModelServiceDeps): ModelService {
  const { store } = deps;
  const importModel = createModelImport(deps);

  function open(
    where: string,
    { signal, onProgress }: Partial<CallContext>,
  ): Promise<ImportSource> {
    const options: SourceOptions = {
      folder: deps.downloads,
      now: deps.clock.now(),
      signal: signal ?? new AbortController().signal,
      onProgress: (share) => onProgress?.(share, 'Fetching the model'),
    };
    return openSource(where, options);
  }

  async function propose(
    input: ParsedInputOf<'model.propose'>,
    context: CallContext,
  ): Promise<Proposal> {
    const source = await open(input.path, context);
    try {
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
        await frames.remove();
      }
    } finally {
      await source.close();
    }
  }

  async function toProposal(
    source: ImportSource,
    inspected: Inspection,
    pictures: readonly string[],
  ): Promise<Proposal> {
    const { card, proof } = inspected;
    const known = findSame(await store.models.list(), { files: inspected.files, card }, undefined);
    return {
      card,
      fileDigest: inspected.digest,
      bytes: inspected.bytes,
      files: inspected.files,
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

  return {
    importSource: importModel,
    async importFile(file, options) {
      return importModel(await open(path.resolve(file), options), options);
    },
    'model.list': async () => (await store.models.list()).map((model) => withoutPath(model)),
    'model.propose': (input, context) => propose(input, context),
    'model.import': async ({ path: where, parent, releaseNotes, ...rest }, context) => {
      const { caller, signal } = context;
      if (parent !== undefined) await knownModel(store, parent);
      const model = await importModel(await open(where, context), {
        ...rest,
        isExact: rest.version !== undefined,
        isEmbedded: false,
        signal,
        lineage: { parent: parent ?? null, importedBy: caller.user, releaseNotes },
      });
      return withoutPath(model);
    },
  };
}

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

/** The first pictures of a folder, by name. @throws StationError REQ_001 when it cannot be read */
export async function picturesIn(folder: string, count: number) {
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
