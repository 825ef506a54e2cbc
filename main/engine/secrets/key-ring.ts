/**
 * The keys of a station as a box for secrets: seals with the present key, opens with every key that it has.
 *
 * A key is in the file, durably, before anything is sealed with it, and leaves the file only when nothing is sealed with
 * it any more: a kill at any moment leaves everything readable.
 */
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { KeyGuard } from '#engine/host.ts';
import { keyFileOf, keyLine, type KeyLine, readKeyLines, textOfLines } from './key-file.ts';
import { openWith, type SecretBox, type SecretKey, sealWith, secretKey } from './secret-box.ts';

export interface KeyRing extends SecretBox {
  /** The present key first. */
  keys(): readonly Pick<KeyLine, 'id' | 'keptBy'>[];
  /** Whether the key with this id can be used here. */
  has(id: string): boolean;
  /** Makes a new key the present one. Rejects with SYS_004 when the file cannot be written. */
  renew(): Promise<void>;
  /** Forgets every key but the present one and those in `used`. @throws StationError SYS_004 */
  forgetUnused(used: ReadonlySet<string>): void;
}

export interface KeyRingOptions {
  readonly folder: string;
  /** Keychain of the system; null where the file alone keeps the keys */
  readonly guard: KeyGuard | null;
  /** Replaces the file durably; tests interrupt it */
  readonly write?: (file: string, text: string) => void;
}

/**
 * Opens the keys of a folder; makes the first one where there is none that can be used.
 * Rejects with SYS_004 when others may read the file, or it cannot be read or written.
 */
export async function openKeyRing({
  folder,
  guard,
  write = writeDurably,
}: KeyRingOptions): Promise<KeyRing> {
  let lines = await readKeyLines(folder, guard);
  const usable = (): SecretKey[] => lines.flatMap(({ key }) => (key === null ? [] : [key]));

  function save(next: readonly KeyLine[]): void {
    write(keyFileOf(folder), textOfLines(next));
    lines = [...next];
  }

  async function renew(): Promise<SecretKey> {
    const key = secretKey();
    save([await keyLine(key, guard), ...lines]);
    return key;
  }

  let present = usable()[0] ?? (await renew());

  return {
    seal: (text) => sealWith(present, text),
    open: (sealed) => openWith(usable(), sealed),
    keys: () => lines.map(({ id, keptBy }) => ({ id, keptBy })),
    has: (id) => lines.some((known) => known.id === id && known.key !== null),
    async renew() {
      present = await renew();
    },
    forgetUnused(used) {
      const kept = lines.filter(({ id }) => id === present.id || used.has(id));
      if (kept.length < lines.length) save(kept);
    },
  };
}

/** After a power cut there is the old file or the new one. */
export function writeDurably(file: string, text: string): void {
  try {
    const fresh = `${file}.new`;
    const handle = openSync(fresh, 'w', 0o600);
    try {
      // The mode above is for new files only.
      fchmodSync(handle, 0o600);
      writeSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(fresh, file);
    syncFolder(path.dirname(file));
  } catch (cause) {
    throw new StationError(
      'SYS_004',
      `The key file ${file} cannot be written: give this user the right to write its folder, and free some space.`,
      { cause },
    );
  }
}

/** The name is durable, too; Windows cannot open a folder and has its names in the journal. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
