/**
 * The keys of a station for a backup that is sealed, and back: as the key file has them, each kept by the file.
 */
import { existsSync } from 'node:fs';
import { StationError } from '#contract/error.ts';
import type { KeyGuard } from '#engine/host.ts';
import { keyFileOf, keyLine, readKeyLines, textOfLines } from './key-file.ts';
import { writeDurably } from './key-ring.ts';

/**
 * The keys of a folder as text; null when there are none. Rejects with SYS_005 when the keychain keeps one that cannot be
 * used here: a backup without it would look whole and be none.
 */
export async function exportKeys(folder: string, guard: KeyGuard | null): Promise<string | null> {
  const lines = await readKeyLines(folder, guard);
  if (lines.length === 0) return null;
  const kept = lines.map(({ key, id }) => {
    if (key !== null) return keyLine(key, null);
    throw new StationError(
      'SYS_005',
      `The key ${id} of passwords is in the keychain of the system: make the backup with a passphrase in the window, or without one here.`,
    );
  });
  return textOfLines(await Promise.all(kept));
}

/** Writes keys into a folder that has none. @throws StationError BAK_002 when it has some, SYS_004 */
export function importKeys(folder: string, text: string): void {
  const file = keyFileOf(folder);
  if (existsSync(file)) throw new StationError('BAK_002', `${file} is there already.`);
  writeDurably(file, text);
}
