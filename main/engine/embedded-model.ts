/**
 * The small detector that comes with the station, with its card.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import { ModelCard } from '#contract/model.ts';
import { digestFile } from './models/digest.ts';
import type { WorkerModel } from './worker-protocol.ts';

/** Null where it was left out. Rejects with SYS_004 when its card cannot be read. */
export async function embeddedModel(resourcesFolder: string): Promise<WorkerModel | null> {
  const folder = path.join(resourcesFolder, 'models/embedded');
  const file = path.join(folder, 'model.onnx');
  if (!existsSync(file)) return null;
  try {
    const card: unknown = JSON.parse(await readFile(path.join(folder, 'card.json'), 'utf8'));
    return { path: file, digest: await digestFile(file), card: ModelCard.parse(card) };
  } catch (cause) {
    throw new StationError(
      'SYS_004',
      `The card of the embedded detector in ${folder} cannot be read: install the station again.`,
      { cause },
    );
  }
}
