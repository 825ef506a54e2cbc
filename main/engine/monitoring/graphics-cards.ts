/**
 * What NVIDIA's own tool says of the graphics cards of this PC. There is no other way to ask them that needs no library of theirs.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Clock } from '#engine/base/clock.ts';

/** Null is what a card does not tell. */
export interface GraphicsCard {
  readonly index: string;
  readonly name: string;
  /** Share of the time in which it computed, 0…1 */
  readonly busyShare: number | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryBytes: number | null;
  readonly celsius: number | null;
}

/** The name comes last: it alone may hold a comma. */
const fields = 'index,utilization.gpu,memory.used,memory.total,temperature.gpu,name';
const args = [`--query-gpu=${fields}`, '--format=csv,noheader,nounits'];
const mebibyte = 1024 * 1024;
/** What was said holds for so long: the tool takes a moment of the processor each time. */
const keepMs = 10_000;
const limitMs = 5_000;
const run = promisify(execFile);

/** Reads the lines of `nvidia-smi --query-gpu` with the fields above, one for each card. */
export function parseGraphicsCards(text: string): GraphicsCard[] {
  return text
    .split('\n')
    .map((line) => line.split(',').map((part) => part.trim()))
    .filter(([index = '']) => /^\d+$/.test(index))
    .map(([index = '', busy, used, all, celsius, ...name]) => ({
      ...{ index, name: name.join(', ') },
      busyShare: scaled(busy, 1 / 100),
      memoryUsedBytes: scaled(used, mebibyte),
      memoryBytes: scaled(all, mebibyte),
      celsius: scaled(celsius, 1),
    }));
}

/** `[N/A]`, `[Not Supported]` and the like are what a card does not tell. */
function scaled(text: string | undefined, scale: number): number | null {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) * scale : null;
}

export interface GraphicsReader {
  /** The cards; none where there is no such tool, or where it says nothing in time. Never rejects. */
  read(): Promise<readonly GraphicsCard[]>;
}

/** A PC without the tool is asked once and never again. */
export function createGraphicsReader(clock: Clock, tool = 'nvidia-smi'): GraphicsReader {
  let hasTool = true;
  let known: Promise<readonly GraphicsCard[]> = Promise.resolve([]);
  let askedMs = -Infinity;

  async function ask(): Promise<readonly GraphicsCard[]> {
    try {
      const { stdout } = await run(tool, args, { timeout: limitMs, windowsHide: true });
      return parseGraphicsCards(stdout);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') hasTool = false;
      return [];
    }
  }

  return {
    read() {
      if (hasTool && clock.monotonicMs() - askedMs >= keepMs) {
        askedMs = clock.monotonicMs();
        known = ask();
      }
      return known;
    },
  };
}
