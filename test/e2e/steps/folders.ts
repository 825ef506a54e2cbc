/**
 * Where the built product and its data lie during a test.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sharedPath } from '#test/shared.ts';

export const root = path.resolve(import.meta.dirname, '../../..');

const embedded = existsSync(path.join(root, 'resources/models/embedded/model.onnx'));
const sharedModel = sharedPath('models/yolox_nano.onnx');
/** Whether there is a model to count with */
export const hasModel = embedded || sharedModel !== null;
/** The flag that names one where none comes with the station */
export const modelFlags = embedded || sharedModel === null ? [] : ['--model', sharedModel];

/** Another one, about as fast, so that no guard rail takes it back; null where it is not there */
export const otherModel = sharedPath(
  embedded ? 'models/yolox_nano.onnx' : 'models/picodet_xs_320_lcnet_postprocessed.onnx',
);

/** A data folder that nobody else uses. */
export function makeDataFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'tallywatch-e2e-'));
}

export function removeDataFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
