/**
 * Opens the remote store that an admin has set, with its secret unsealed.
 */
import { RemoteSettings } from '#contract/remote.ts';
import { createRemoteStore, type RemoteStore } from './models/remote-store.ts';
import type { SecretBox } from './secrets/secret-box.ts';
import { modelStoreKey } from './store/secrets.ts';
import type { Store } from './store/store.ts';

export interface OpenedRemote {
  /** Whoever opened it closes it */
  readonly remote: RemoteStore;
  readonly settings: RemoteSettings;
}

/** null when none is set. Rejects as the store does, SYS_005 when the secret cannot be unsealed. */
export async function openRemote(
  store: Pick<Store, 'settings'>,
  box: SecretBox,
): Promise<OpenedRemote | null> {
  const settings = await store.settings.get(modelStoreKey, RemoteSettings);
  if (settings === null) return null;
  const secretAccessKey = box.open(settings.secretAccessKey);
  return { remote: createRemoteStore({ ...settings, secretAccessKey }), settings };
}
