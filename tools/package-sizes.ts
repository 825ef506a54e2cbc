/**
 * How large the packages are, and what in them takes the room.
 */
import { lstatSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

export interface Size {
  /** Path below the folder that was measured */
  readonly name: string;
  readonly bytes: number;
}

/** Smaller ones are not worth a line. */
const leastBytes = 1_000_000;
/** Folders whose parts are listed, too: the unpacked app, its resources, and what lies beside the archive */
const opened =
  /^[^/]*unpacked$|^[^/]*unpacked\/resources(\/app\.asar\.unpacked(\/node_modules(\/@img)?)?)?$/;

/** Everything from 1 MB on: packages, and within an unpacked app its parts. Largest first on each level. */
export function sizesOf(folder: string, below = ''): Size[] {
  return readdirSync(path.join(folder, below))
    .map((entry) => {
      const name = path.posix.join(below, entry);
      return { name, bytes: bytesOf(path.join(folder, name)) };
    })
    .filter(({ bytes }) => bytes >= leastBytes)
    .sort((a, b) => b.bytes - a.bytes)
    .flatMap((size) => [size, ...(opened.test(size.name) ? sizesOf(folder, size.name) : [])]);
}

/** A line each, parts under what they are in. */
export function sizesText(sizes: readonly Size[]): string {
  const line = ({ name, bytes }: Size): string => {
    const depth = name.split('/').length - 1;
    return `${(bytes / 1e6).toFixed(1).padStart(8)} MB  ${'  '.repeat(depth)}${path.posix.basename(name)}\n`;
  };
  return sizes.map(line).join('');
}

/** Links count nothing: what they point at is counted where it lies. */
function bytesOf(place: string): number {
  if (lstatSync(place).isSymbolicLink()) return 0;
  const found = statSync(place);
  if (found.isFile()) return found.size;
  return readdirSync(place).reduce((sum, name) => sum + bytesOf(path.join(place, name)), 0);
}
