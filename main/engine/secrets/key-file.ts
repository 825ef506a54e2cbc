/**
 * The file with the keys of this station, which only its user may read: one line for each key, the present one first.
 *
 *   tw1 3f9a0c11 file <32 bytes as base64>
 *   tw1 80ab99d0 keychain <the same, as the keychain of the system has sealed it>
 */
import { constants, copyFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { KeyGuard } from '#engine/host.ts';
import { isKeySized, type SecretKey, secretKey } from './secret-box.ts';

/** One line. A key that cannot be read here is kept as it is: another host may be able to. */
export interface KeyLine {
  readonly id: string;
  readonly keptBy: 'file' | 'keychain';
  readonly key: SecretKey | null;
  readonly text: string;
}

const heading =
  '# Keys of the passwords that this station keeps. Copy this file apart from the database.';
const line = /^tw1 ([0-9a-f]{8}) (file|keychain) ([A-Za-z0-9+/=]+)$/;
const othersMayRead = 0o077;
const othersMayWrite = 0o002;
const sticky = 0o1000;

export function keyFileOf(folder: string): string {
  return path.join(folder, 'secret.key');
}

/**
 * The keys of a folder; none when there is no file. A file that is damaged is copied beside itself before it is used.
 * @throws StationError SYS_004 when others may read the file or write the folder, or it cannot be read
 */
export async function readKeyLines(folder: string, guard: KeyGuard | null): Promise<KeyLine[]> {
  const file = keyFileOf(folder);
  if (!existsSync(file)) return [];
  refuseOthers(folder, file);
  const texts = readText(file)
    .split(/\r?\n/)
    .filter((text) => text !== '' && !text.startsWith('#'));
  const lines = await Promise.all(texts.map((text) => readLine(text, guard)));
  if (lines.includes(null)) keepDamaged(file);
  return lines.filter((found) => found !== null);
}

/** The line of a key: sealed by the keychain where there is one. Rejects when the keychain refuses. */
export async function keyLine(key: SecretKey, guard: KeyGuard | null): Promise<KeyLine> {
  const text = key.bytes.toString('base64');
  const kept =
    guard !== null && (await guard.isAvailable())
      ? ({ keptBy: 'keychain', text: await guard.wrap(text) } as const)
      : ({ keptBy: 'file', text } as const);
  return {
    id: key.id,
    key,
    keptBy: kept.keptBy,
    text: `tw1 ${key.id} ${kept.keptBy} ${kept.text}`,
  };
}

export function textOfLines(lines: readonly KeyLine[]): string {
  return [heading, ...lines.map(({ text }) => text), ''].join('\n');
}

async function readLine(text: string, guard: KeyGuard | null): Promise<KeyLine | null> {
  const [, id, keptBy, stored] = line.exec(text) ?? [];
  if (id === undefined || stored === undefined) return null;
  if (keptBy === 'file') {
    const key = keyOf(stored, id);
    return key === null ? null : { id, keptBy, key, text };
  }
  return { id, keptBy: 'keychain', key: await unwrapped(stored, { id, guard }), text };
}

/** null when the keychain is not that of this user and system. */
async function unwrapped(
  stored: string,
  { id, guard }: { readonly id: string; readonly guard: KeyGuard | null },
): Promise<SecretKey | null> {
  if (guard === null || !(await guard.isAvailable())) return null;
  try {
    return keyOf(await guard.unwrap(stored), id);
  } catch {
    return null;
  }
}

function keyOf(base64: string, id: string): SecretKey | null {
  const bytes = Buffer.from(base64, 'base64');
  if (!isKeySized(bytes)) return null;
  const key = secretKey(bytes);
  return key.id === id ? key : null;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StationError(
      'SYS_004',
      `The key file ${file} cannot be read: give it back to the user of the station.`,
      { cause },
    );
  }
}

/** Windows has no such bits: there the folder of the user is closed to other users by its access list. */
function refuseOthers(folder: string, file: string): void {
  if (process.platform === 'win32') return;
  if ((statSync(file).mode & othersMayRead) !== 0) {
    throw new StationError(
      'SYS_004',
      `Other users may read the key file ${file}. Run: chmod 600 "${file}". If somebody may have read it, run "tallywatch secrets rotate" afterwards and change the passwords of the cameras.`,
    );
  }
  const { mode } = statSync(folder);
  if ((mode & othersMayWrite) !== 0 && (mode & sticky) === 0) {
    throw new StationError(
      'SYS_004',
      `Every user may replace the key file in the data folder ${folder}. Run: chmod o-w "${folder}".`,
    );
  }
}

function keepDamaged(file: string): void {
  if (existsSync(`${file}.damaged`)) return;
  copyFileSync(file, `${file}.damaged`, constants.COPYFILE_EXCL);
}
