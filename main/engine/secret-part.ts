/**
 * Wires what keeps the passwords of a station: keys, the store behind them, and what can be asked about them.
 */
import type { Logger } from './base/log.ts';
import type { KeyGuard } from './host.ts';
import type { Handlers } from './router.ts';
import { createSecretKeeper } from './secret-keeper.ts';
import { withSealedCameras } from './sealed-cameras.ts';
import { openKeyRing } from './secrets/key-ring.ts';
import type { SecretBox } from './secrets/secret-box.ts';
import type { Store } from './store/store.ts';

export interface SecretPart {
  /** The store with the addresses of cameras whole */
  readonly store: Store;
  readonly box: SecretBox;
  readonly secretHandlers: Pick<Handlers, 'secrets.check' | 'secrets.rotate'>;
}

/**
 * Opens the keys of a data folder and seals what is still plain. Closes the store when that fails.
 * Rejects with SYS_004 when others may read the key file, or it cannot be read or written, and as the store does.
 */
export async function openSecretPart(
  store: Store,
  options: { readonly folder: string; readonly guard: KeyGuard | null; readonly log: Logger },
): Promise<SecretPart> {
  const { folder, guard, log } = options;
  try {
    const ring = await openKeyRing({ folder, guard });
    if (guard !== null && !(await guard.isAvailable())) {
      log.warn('the system has no keychain: the key of passwords is kept in secret.key');
    }
    const keeper = createSecretKeeper({ store, ring, log });
    await keeper.start();
    return {
      store: withSealedCameras(store, ring, log),
      box: ring,
      secretHandlers: {
        'secrets.check': () => keeper.check(),
        'secrets.rotate': () => keeper.rotate(),
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
