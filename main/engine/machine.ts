/**
 * The machine and the ONNX Runtime that something is measured with.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import { z } from 'zod';
import type { Machine } from '#contract/execution.ts';

/** Where the driver of NVIDIA cards says its version; other drivers have no such place. */
const driverFile = '/proc/driver/nvidia/version';

/** What a measurement depends on. ONNX Runtime is asked by its package, because it is not loaded in the station. */
export async function readMachine(): Promise<Machine> {
  const require = createRequire(import.meta.url);
  const text = await readFile(require.resolve('onnxruntime-node/package.json'), 'utf8');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(text));
  const driver = await readFile(driverFile, 'utf8').catch(() => '');
  return {
    processor: os.cpus()[0]?.model.trim() ?? '',
    cores: os.availableParallelism(),
    runtime: version,
    driver: driver.split('\n')[0]?.trim() ?? '',
  };
}

export function isSameMachine(a: Machine, b: Machine): boolean {
  return (
    a.processor === b.processor &&
    a.cores === b.cores &&
    a.runtime === b.runtime &&
    a.driver === b.driver
  );
}
