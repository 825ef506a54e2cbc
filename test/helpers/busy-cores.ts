/**
 * A PC whose cores are really used up, and how busy it is.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import os from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createLoadMeter } from '#engine/gather-figures.ts';
import { endProcess } from './end-process.ts';

/** Burns every core until it is let go, at the latest when the test ends. Resolves to what lets go. */
export function burnCores(): () => Promise<void> {
  const burners: ChildProcess[] = Array.from({ length: 2 * os.availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  const letGo = async (): Promise<void> => {
    await Promise.all(burners.map(endProcess));
  };
  onTestFinished(letGo);
  return letGo;
}

/** The share of the processor, 0…1, that is used over so many ms. */
export async function busyShare(overMs: number): Promise<number> {
  const load = createLoadMeter();
  load();
  await wait(overMs);
  return load().cpu ?? 0;
}
