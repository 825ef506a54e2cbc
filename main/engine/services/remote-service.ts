/**
 * The procedures of the remote store of models: settings, list, push, pull.
 */
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { ModelManifest } from '#contract/registry.ts';
import { type RemoteModel, RemoteSettings } from '#contract/remote.ts';
import { fromManifest } from '#engine/models/import-source.ts';
import { createRemoteStore, type RemoteStore } from '#engine/models/remote-store.ts';
import type { Handlers } from '#engine/router.ts';
import type { SecretBox } from '#engine/secrets/secret-box.ts';
import { openRemote } from '#engine/open-remote.ts';
import { modelStoreKey } from '#engine/store/secrets.ts';
import type { Store } from '#engine/store/store.ts';
import { knownModel, type ModelService, withoutPath } from './model-service.ts';
import { manifestOf } from './registry-service.ts';

export interface RemoteServiceDeps {
  readonly store: Store;
  /** The secret key lies sealed in the settings. */
  readonly box: SecretBox;
  /** Folder for what is fetched */
  readonly downloads: string;
  readonly importSource: ModelService['importSource'];
}

type RemoteHandlers = Pick<
  Handlers,
  'remote.get' | 'remote.set' | 'remote.list' | 'remote.push' | 'remote.pull'
>;

export function createRemoteService({
  store,
  box,
  downloads,
  importSource,
}: RemoteServiceDeps): RemoteHandlers {
  /** Opens the store that is set for one piece of work. */
  async function withRemote<T>(
    work: (remote: RemoteStore, settings: RemoteSettings) => Promise<T>,
  ): Promise<T> {
    const opened = await openRemote(store, box);
    if (opened === null) {
      throw new StationError(
        'REQ_003',
        'No remote store of models is set: enter its address, bucket and keys first.',
      );
    }
    try {
      return await work(opened.remote, opened.settings);
    } finally {
      opened.remote.close();
    }
  }

  return {
    'remote.get': async () => {
      const settings = await store.settings.get(modelStoreKey, RemoteSettings);
      if (!settings) return null;
      const { secretAccessKey: _secret, ...shown } = settings;
      return shown;
    },
    'remote.set': async ({ settings }) => {
      if (settings === null) {
        await store.settings.remove(modelStoreKey);
        return {};
      }
      const remote = createRemoteStore(settings);
      await remote.check().finally(() => remote.close());
      await store.settings.set(modelStoreKey, {
        ...settings,
        secretAccessKey: box.seal(settings.secretAccessKey),
      });
      return {};
    },
    'remote.list': () =>
      withRemote(async (remote) => {
        const here = new Set((await store.models.list()).map(({ digest }) => digest));
        return (await remote.list()).map((manifest) => toRemoteModel(manifest, here));
      }),
    'remote.push': ({ digest }, { signal, onProgress }) =>
      withRemote(async (remote, { endpoint }) => {
        const model = await knownModel(store, digest);
        const manifest = manifestOf(model);
        const host = new URL(endpoint).host;
        await remote.push(manifest, path.dirname(model.path), {
          signal,
          onProgress: (done, total) => onProgress(done / total, `Bringing it to ${host}`),
        });
        return toRemoteModel(manifest, new Set([digest]));
      }),
    'remote.pull': ({ name, version }, { signal, onProgress, caller }) =>
      withRemote(async (remote, { endpoint, bucket, prefix }) => {
        const manifest = await remote.manifest(name, version);
        const known = await store.models.get(manifest.digest);
        if (known) return withoutPath(known);
        // Named by the digest, so that the next try finds what came over.
        const folder = path.join(downloads, `remote-${manifest.digest}`);
        const { host } = new URL(endpoint);
        await remote.pull(manifest, folder, {
          signal,
          onProgress: (done, total) => onProgress(done / total, `Fetching it from ${host}`),
        });
        const where = `${host}/${bucket}/${prefix}models/${name}/${version}.json`;
        const source = fromManifest(manifest, folder);
        const model = await importSource(
          { ...source, origin: { kind: 'remote', where } },
          { isEmbedded: false, signal, lineage: { importedBy: caller.user } },
        );
        return withoutPath(model);
      }),
  };
}

function toRemoteModel(manifest: ModelManifest, here: ReadonlySet<string>): RemoteModel {
  const { card, digest, files } = manifest;
  return {
    name: card.name,
    version: card.version,
    digest,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    head: card.head,
    licence: card.licence,
    isInstalled: here.has(digest),
  };
}
