/**
 * The procedures of the registry: history, tags, the challenger, removal, room on the disk, export as a bundle.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '#contract/model.ts';
import { ModelManifest, type ModelEvent, type StorageUse } from '#contract/registry.ts';
import { bundleEnding, writeBundle } from '#engine/models/bundle.ts';
import { digestFile } from '#engine/models/digest.ts';
import type { ModelFolder } from '#engine/models/model-folder.ts';
import type { Handlers } from '#engine/router.ts';
import type { AliasEvent, StoredModel } from '#engine/store/records.ts';
import { reasonsToKeep } from '#engine/store/models.ts';
import type { Store } from '#engine/store/store.ts';
import { knownModel, withoutPath } from './model-service.ts';

export interface RegistryServiceDeps {
  readonly store: Store;
  readonly folder: ModelFolder;
}

type RegistryHandlers = Pick<
  Handlers,
  | 'model.history'
  | 'model.tag'
  | 'model.untag'
  | 'model.challenge'
  | 'model.remove'
  | 'model.storage'
  | 'model.export'
>;

export function createRegistryService({ store, folder }: RegistryServiceDeps): RegistryHandlers {
  return {
    'model.history': async ({ digest, cameraId }) => {
      const [models, aliases] = await Promise.all([store.models.list(), store.models.history()]);
      return historyOf(models, aliases).filter(
        (event) =>
          (digest === undefined || event.digest === digest) &&
          (cameraId === undefined ||
            event.kind === 'imported' ||
            event.cameraId === null ||
            event.cameraId === cameraId),
      );
    },
    'model.tag': async ({ tag, digest }, { caller }) =>
      withoutPath(await store.models.tag({ tag, digest, by: caller.user })),
    'model.untag': async ({ tag }) => {
      await store.models.untag(tag);
      return {};
    },
    'model.challenge': async ({ digest, cameraId, reason }, { caller }) => {
      await store.models.assign({
        alias: 'challenger',
        cameraId,
        digest,
        by: caller.user,
        cause: 'chosen',
        reason,
      });
      return (await store.models.list()).map((model) => withoutPath(model));
    },
    'model.remove': async ({ digest }) => {
      await store.models.remove(digest);
      await folder.remove(digest);
      return {};
    },
    'model.storage': async () => {
      const [models, uses, freeBytes] = await Promise.all([
        store.models.list(),
        store.models.uses(),
        folder.freeBytes(),
      ]);
      const keptBy = (model: StoredModel): string[] =>
        reasonsToKeep(
          model,
          uses.find((use) => use.digest === model.digest),
        );
      return { folder: folder.root, freeBytes, ...roomOf(models, keptBy) };
    },
    'model.export': async ({ digest, path: wanted }) => {
      const model = await knownModel(store, digest);
      const target = await targetOf(path.resolve(wanted), model);
      const content = { manifest: manifestOf(model), folder: path.dirname(model.path) };
      const bytes = await writeBundle(content, target);
      return { path: target, bytes, digest: await digestFile(target) };
    },
  };
}

/** Everything that happened to versions, newest first. Pure. */
export function historyOf(
  models: readonly StoredModel[],
  aliases: readonly AliasEvent[],
): ModelEvent[] {
  const cards = new Map(models.map(({ digest, card }) => [digest, card]));
  const imported = models.map(({ card, digest, importedAt, lineage }): ModelEvent => ({
    kind: 'imported',
    at: importedAt,
    digest,
    name: card.name,
    version: card.version,
    by: lineage.importedBy,
    lineage,
  }));
  const moved = aliases.map((event): ModelEvent => {
    const { alias, cameraId, digest, at, by, cause, reason, rehearsalId, skipReason, requestId } =
      event;
    const card = digest === null ? undefined : cards.get(digest);
    return {
      kind: 'alias',
      ...{ at, alias, cameraId, digest, by, cause, reason },
      name: card?.name ?? '',
      version: card?.version ?? '',
      ...(rehearsalId === undefined ? {} : { rehearsalId }),
      ...(skipReason === undefined ? {} : { skipReason }),
      ...(requestId === undefined ? {} : { requestId }),
    };
  });
  // At the same time an import comes before what was done with it.
  return [...moved, ...imported].sort((a, b) => b.at - a.at);
}

/** Room by version; a file that several versions share is counted once. Pure. */
export function roomOf(
  models: readonly StoredModel[],
  keptBy: (model: StoredModel) => string[],
): Pick<StorageUse, 'usedBytes' | 'versions'> {
  const sharers = new Map<Digest, number>();
  const sizes = new Map<Digest, number>();
  for (const { digest, bytes } of models.flatMap(({ files }) => files)) {
    sharers.set(digest, (sharers.get(digest) ?? 0) + 1);
    sizes.set(digest, bytes);
  }
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  return {
    usedBytes: sum([...sizes.values()]),
    versions: models.map((model) => ({
      digest: model.digest,
      bytes: sum(model.files.map(({ bytes }) => bytes)),
      ownBytes: sum(
        model.files.flatMap(({ digest, bytes }) => (sharers.get(digest) === 1 ? [bytes] : [])),
      ),
      keptBy: keptBy(model),
    })),
  };
}

/** What travels with a version. */
export function manifestOf(model: StoredModel): ModelManifest {
  const { digest, card, files, lineage, tags, importedAt } = model;
  return ModelManifest.parse({
    format: 'tallywatch-model',
    formatVersion: 1,
    ...{ digest, card, files, lineage, tags, importedAt },
  });
}

async function targetOf(wanted: string, { card }: StoredModel): Promise<string> {
  const isFolder = (await stat(wanted).catch(() => null))?.isDirectory() ?? false;
  if (isFolder) return path.join(wanted, `${card.name}-${card.version}${bundleEnding}`);
  return wanted.endsWith(bundleEnding) ? wanted : `${wanted}${bundleEnding}`;
}
