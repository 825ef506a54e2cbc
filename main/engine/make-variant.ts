/**
 * Makes a smaller child of a model and measures it against its parent: an int8 one on pictures that it was not calibrated
 * on, an fp16 one as a graphics card rounds. It computes for minutes, so it runs in a process of its own
 * (workers/variant.ts) or in the command line.
 */
import { stat, writeFile } from 'node:fs/promises';
import type { Detection } from '#contract/detection.ts';
import { StationError } from '#contract/error.ts';
import type { ModelCard } from '#contract/model.ts';
import type { Variant, VariantReport } from '#contract/variant.ts';
import { quantile } from './base/quantile.ts';
import { seededNumbers } from './base/random.ts';
import { readPicture } from './base/read-picture.ts';
import { addBoxes, compareBoxes, noBoxes } from './box-agreement.ts';
import { halveModel } from './halve-model.ts';
import { analysisSize } from './inference/fit.ts';
import type { Picture } from './inference/preprocess.ts';
import { createSession, type Session } from './inference/session.ts';
import { quantizeModel } from './quantize-model.ts';

export interface VariantJob {
  readonly variant: Variant;
  /** The parent's file and card */
  readonly file: string;
  readonly card: ModelCard;
  /** Pictures of the site; of these an int8 version is calibrated on half, and measured on the others */
  readonly pictures: readonly string[];
  /** Where the child is written */
  readonly target: string;
}

export const minVariantPictures = 8;

/**
 * Writes the child and returns what was measured.
 * @throws StationError REQ_003 for a model that it cannot be made of or too few pictures, MODEL_003 for a child that answers no
 * numbers, and what loading and running throw
 */
export async function makeVariant(
  job: VariantJob,
  onProgress: (share: number) => void,
): Promise<VariantReport> {
  const { variant, file, card, pictures, target } = job;
  if (pictures.length < minVariantPictures) {
    throw new StationError(
      'REQ_003',
      `An ${variant} version is measured on at least ${String(minVariantPictures)} pictures, and there are ${String(pictures.length)}: switch on a camera, or give a folder of pictures.`,
    );
  }
  const { bytes, judged, held } = await (variant === 'int8' ? makeInt8 : makeFp16)(job, (share) =>
    onProgress(0.6 * share),
  );
  await writeFile(target, bytes);
  const expected = await look({ model: file, card }, held);
  onProgress(0.75);
  const found = await look({ model: judged ?? target, card }, held).catch((error: unknown) => {
    throw refusedChild(error, variant);
  });
  onProgress(0.9);
  const [parentInferMs, inferMs] = await timeBoth(
    [file, target],
    card,
    held.slice(0, timedPictures),
  );
  const boxes = expected.reduce(
    (sum, each, index) => addBoxes(sum, compareBoxes(each, found[index] ?? [])),
    noBoxes,
  );
  return {
    calibrated: pictures.length - held.length,
    pictures: held.length,
    bytes: bytes.length,
    parentBytes: (await stat(file)).size,
    inferMs,
    parentInferMs,
    expectedBoxes: boxes.expected,
    matchedBoxes: boxes.matched,
    foundBoxes: boxes.found,
  };
}

const timedPictures = 16;

interface Made {
  readonly bytes: Uint8Array;
  /** Network that finds what the child finds where it is meant to run; null for the child itself */
  readonly judged: Uint8Array | null;
  /** Pictures that it is measured on */
  readonly held: readonly string[];
}

async function makeInt8(
  { file, card, pictures }: VariantJob,
  onProgress: (share: number) => void,
): Promise<Made> {
  const mixed = mix(pictures);
  const calibration = mixed.slice(0, Math.ceil(mixed.length / 2));
  async function* calibrating(): AsyncGenerator<Picture> {
    for (const [index, picture] of calibration.entries()) {
      onProgress(index / calibration.length);
      yield await read(picture, card);
    }
  }
  const bytes = await quantizeModel({ file, card, pictures: calibrating() });
  return { bytes, judged: null, held: mixed.slice(calibration.length) };
}

/** The processor leaves out the roundings of a graphics card, so those of the judged network are written out. */
async function makeFp16({ file, pictures }: VariantJob): Promise<Made> {
  const { model, rounded } = await halveModel(file);
  return { bytes: model, judged: rounded, held: pictures };
}

function read(picture: string, card: ModelCard): Promise<Picture> {
  return readPicture(picture, (size) => analysisSize(size, card));
}

/** Pictures come in turns from the cameras: every second one would be one camera's. The same each time. */
function mix<T>(items: readonly T[]): T[] {
  const random = seededNumbers(items.length);
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** A child that answers no numbers is no reason to look for another version of the parent. */
function refusedChild(error: unknown, variant: Variant): StationError {
  const cause = StationError.from(error, 'INF_001');
  if (cause.code !== 'INF_004') return cause;
  return new StationError(
    'MODEL_003',
    `The ${variant} version answers numbers that are none: those within the model are too large for it. Go on with the model as it is.`,
    { cause },
  );
}

/** Boxes on each picture. */
async function look(
  { model, card }: { readonly model: string | Uint8Array; readonly card: ModelCard },
  pictures: readonly string[],
): Promise<Detection[][]> {
  const session = await openSession(model, card);
  try {
    const found: Detection[][] = [];
    for (const picture of pictures) {
      const { detections } = await session.run([await read(picture, card)]);
      found.push(detections[0] ?? []);
    }
    return found;
  } finally {
    await session.close();
  }
}

/** Median of a run of each on one thread, ms; in turns, so that other work on the machine meets both. */
async function timeBoth(
  files: readonly [string, string],
  card: ModelCard,
  pictures: readonly string[],
): Promise<[number, number]> {
  const sessions = await Promise.all(files.map((file) => openSession(file, card)));
  const times: number[][] = sessions.map(() => []);
  try {
    for (const picture of pictures) {
      const pixels = await read(picture, card);
      for (const [index, session] of sessions.entries()) {
        times[index]?.push((await session.run([pixels])).inferMs);
      }
    }
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
  const [first, second] = times.map((each) => quantile(each, 0.5));
  return [first ?? 0, second ?? 0];
}

function openSession(model: string | Uint8Array, card: ModelCard): Promise<Session> {
  return createSession({ model, card, provider: 'cpu', intraOpThreads: 1 });
}
