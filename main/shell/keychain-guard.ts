/**
 * The keychain of the system by Electron: Keychain, DPAPI, or a secret service on Linux. Usable once the app is ready.
 */
import { safeStorage } from 'electron';
import type { KeyGuard } from '#engine/host.ts';

export const keychainGuard: KeyGuard = {
  // Without a secret service Electron would use a password that everybody knows; the key file is better then.
  isAvailable: async () =>
    (await safeStorage.isAsyncEncryptionAvailable()) &&
    (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'),
  wrap: async (text) => (await safeStorage.encryptStringAsync(text)).toString('base64'),
  unwrap: async (wrapped) =>
    (await safeStorage.decryptStringAsync(Buffer.from(wrapped, 'base64'))).result,
};
