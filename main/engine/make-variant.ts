/**
 * Makes the int8 child of a model and measures it against its parent on pictures that it was not calibrated on. It computes
 * for minutes, so it runs in a process of its own (workers/variant.ts) or in the command line.
 */
import { stat, writeFile } from 'node:fs/promises';
import type { Detection } from '#contract/detection.ts';
import { StationError } from '#contract/error.ts';
import type { ModelCard } from '#contract/model.ts';
import type { VariantReport } from '#contract/variant.ts';
import { seededNumbers } from './base/random.ts';
import { readPicture } from './base/read-picture.ts';
import { addBoxes, compareBoxes, noBoxes } from './box-agreement.ts';
import { analysisSize } from './inference/fit.ts';
import type { Picture } from './inference/preprocess.ts';
import { createSession } from './inference/session.ts';
import { quantizeModel } from './quantize-model.ts';

export interface VariantJob {
  /** The parent's file and card */
  readonly file: string;
  readonly card: ModelCard;
  /** Pictures of the site; half of them are kept for the measurement */
  readonly pictures: readonly string[];
  /** Where the child is written */
  readonly target: string;
}

export const minVariantPictures = 8;

/**
 * Writes the child and returns what was measured.
 * @throws StationError REQ_003 for a model that cannot be quantized or too few pictures, and what loading and running throw
 */
export async function makeVariant(
  { file, card, pictures, target }: VariantJob,
  onProgress: (share: number) => void,
): Promise<VariantReport> {
  if (pictures.length < minVariantPictures) {
    throw new StationError(
      'REQ_003',
      `An int8 version is measured on at least ${String(minVariantPictures)} pictures, and there are ${String(pictures.length)}: switch on a camera, or give a folder of pictures.`,
    );
  }
  const mixed = mix(pictures);
  const calibration = mixed.slice(0, Math.ceil(mixed.length / 2));
  const held = mixed.slice(calibration.length);
  const read = (picture: string): Promise<Picture> =>
    readPicture(picture, (size) => analysisSize(size, card));

  async function* calibrating(): AsyncGenerator<Picture> {
    for (const [index, picture] of calibration.entries()) {
      onProgress((0.6 * index) / calibration.length);
      yield await read(picture);
    }
  }
  const bytes = await quantizeModel({ file, card, pictures: calibrating() });
  await writeFile(target, bytes);
  const parent = await look({ file, card }, held, read);
  onProgress(0.8);
  const child = await look({ file: target, card }, held, read);
  const boxes = parent.found.reduce(
    (sum, found, index) => addBoxes(sum, compareBoxes(found, child.found[index] ?? [])),
    noBoxes,
  );
  return {
    calibrated: calibration.length,
    pictures: held.length,
    bytes: bytes.length,
    parentBytes: parent.bytes,
    inferMs: child.inferMs,
    parentInferMs: parent.inferMs,
    expectedBoxes: boxes.expected,
    matchedBoxes: boxes.matched,
    foundBoxes: boxes.found,
  };
}

/** Pictures come in turns from the cameras: every second one would be one camera's. The same each time. */
function mix<T>(items: readonly T[]): T[] {
  const random = seededNumbers(items.length);
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

interface Looked {
  readonly found: readonly Detection[][];
  /** Median of a run on one thread, ms */
  readonly inferMs: number;
  readonly bytes: number;
}

async function look(
  { file, card }: Pick<VariantJob, 'file' | 'card'>,
  pictures: readonly string[],
  read: (picture: string) => Promise<Picture>,
): Promise<Looked> {
  const session = await createSession({ model: file, card, provider: 'cpu', intraOpThreads: 1 });
  try {
    const found: Detection[][] = [];
    const times: number[] = [];
    for (const picture of pictures) {
      const { detections, inferMs } = await session.run([await read(picture)]);
      found.push(detections[0] ?? []);
      times.push(inferMs);
    }
    times.sort((a, b) => a - b);
    const { size } = await stat(file);
    return { found, inferMs: times[Math.floor(times.length / 2)] ?? 0, bytes: size };
  } finally {
    await session.close();
  }
}
