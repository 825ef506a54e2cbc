/**
 * The procedures of models: list, import from this PC, make one count.
 */
import { copyFile, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { Model, ModelCard } from '#contract/model.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Handlers } from '#engine/router.ts';
import type { StoredModel } from '#engine/store/records.ts';
import type { Store } from '#engine/store/store.ts';

/** What the inspection of a file found. */
export interface Inspected {
  readonly card: ModelCard;
  readonly digest: string;
  readonly bytes: number;
  /** Files of weights beside the model, relative to its folder */
  readonly externalPaths: readonly string[];
}

export interface ModelServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Folder of the model repository: one folder per digest, with the model and the weights beside it */
  readonly folder: string;
  /** Rejects with MODEL_002 or MODEL_003 for what is no detector. */
  readonly inspect: (file: string, card?: ModelCard) => Promise<Inspected>;
  /** All cameras count with it from now on; rejects and leaves everything as it was when it does not load. */
  readonly use: (model: StoredModel) => Promise<void>;
}

export interface ModelService extends Pick<
  Handlers,
  'model.list' | 'model.import' | 'model.activate'
> {
  /** Imports a file, or finds it by its digest. */
  importFile(file: string, options: ImportOptions): Promise<StoredModel>;
}

export interface ImportOptions {
  readonly name?: string | undefined;
  readonly version?: string;
  readonly isEmbedded: boolean;
  /** A card that came with the file, instead of the inspection's proposal */
  readonly card?: ModelCard;
}

export function createModelService(deps: ModelServiceDeps): ModelService {
  const { store } = deps;

  async function importFile(file: string, options: ImportOptions): Promise<StoredModel> {
    const inspected = await deps.inspect(path.resolve(file), options.card);
    const { digest, bytes } = inspected;
    const known = await store.models.get(digest);
    if (known) return known;
    const proposed = options.card ?? inspected.card;
    const card = await withFreeVersion({
      ...proposed,
      name: options.name ?? proposed.name,
      version: options.version ?? proposed.version,
    });
    const folder = path.join(deps.folder, digest);
    const place = path.join(folder, 'model.onnx');
    for (const beside of inspected.externalPaths) {
      await putFile(path.resolve(path.dirname(file), beside), path.join(folder, beside));
    }
    await putFile(file, place);
    return store.models.add({
      card,
      digest,
      bytes,
      isEmbedded: options.isEmbedded,
      importedAt: deps.clock.now(),
      path: place,
    });
  }

  /** Versions are immutable: another file of the same name gets the next patch number. */
  async function withFreeVersion(card: ModelCard): Promise<ModelCard> {
    const versions = (await store.models.list())
      .filter((model) => model.card.name === card.name)
      .map((model) => model.card.version);
    let version = card.version;
    while (versions.includes(version)) {
      const [major = '1', minor = '0', patch = '0'] = version.split('.');
      version = `${major}.${minor}.${String(Number.parseInt(patch, 10) + 1)}`;
    }
    return { ...card, version };
  }

  return {
    importFile,
    'model.list': async () => (await store.models.list()).map((model) => withoutPath(model)),
    'model.import': async ({ path: file, name }) =>
      withoutPath(await importFile(file, { name, isEmbedded: false })),
    'model.activate': async ({ digest }) => {
      const model = await store.models.get(digest);
      if (!model) {
        throw new StationError('MODEL_001', `There is no model with the digest ${digest}.`);
      }
      await deps.use(model);
      return withoutPath(await store.models.activate(digest));
    },
  };
}

/** Where a file lies on this PC is nobody's business at the other side of a door. */
export function withoutPath({ path: _path, ...model }: StoredModel): Model {
  return model;
}

/** Copies under another name first, so that a cut copy is never taken for the file. */
async function putFile(from: string, to: string): Promise<void> {
  try {
    await mkdir(path.dirname(to), { recursive: true });
    await copyFile(from, `${to}.part`);
    await rename(`${to}.part`, to);
  } catch (cause) {
    const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new StationError(
      isFull ? 'RES_004' : 'SYS_004',
      `The model cannot be copied to ${path.dirname(to)}: ${isFull ? 'the disk is full' : 'check the rights of the folder'}.`,
      { cause },
    );
  }
}
