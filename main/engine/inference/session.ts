/**
 * One network, wherever it computes: pictures in, detections and timings out. In ONNX Runtime `run` blocks the thread that
 * calls it.
 */
import type { Detection } from '#contract/detection.ts';
import { StationError } from '#contract/error.ts';
import { assert } from '#engine/base/assert.ts';
import { systemClock } from '#engine/base/clock.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Seen } from '#engine/base/seen.ts';
import { openBackend } from './backend.ts';
import type { Backend, BackendOptions } from './backend.ts';
import { coloursOf } from './colours.ts';
import type { Fit } from './fit.ts';
import { greyFit, greyInput } from './grey-input.ts';
import { shapeError } from './head.ts';
import type { Outputs } from './head.ts';
import type { ClassDetection, Postprocessor, ReadLimits } from './postprocess.ts';
import type { Picture } from './preprocess.ts';
import { createSizedInputs } from './sized-inputs.ts';
import type { SizedInput } from './sized-inputs.ts';

export interface SessionOptions extends BackendOptions {
  readonly clock?: Clock;
}

/** Detections of each picture, in the order of the pictures, and how long the steps took together, ms. */
export interface RunResult<T = Seen> {
  readonly detections: T[][];
  readonly preprocessMs: number;
  readonly inferMs: number;
  readonly postprocessMs: number;
  /** Part of `inferMs` that the way to another machine and back took; 0 where there is no such way */
  readonly transferMs: number;
}

export interface Session {
  /** Pictures that one run of the network takes; null when any number is possible */
  readonly batchSize: number | null;
  /** Runs the pictures, in one run where the network allows it. Throws INF_001 or INF_004. */
  run(pictures: readonly Picture[]): Promise<RunResult>;
  /** As `run`, with the model's own classes instead of labels; `limits` are those of each picture instead of the card's. */
  runClasses(
    pictures: readonly Picture[],
    limits?: readonly ReadLimits[],
  ): Promise<RunResult<ClassDetection>>;
  /** Runs one grey picture and reads the answer. Rejects as `run`: the model does not work now. */
  check(): Promise<void>;
  /** Gives the memory back. No run may be in flight. */
  close(): Promise<void>;
}

/**
 * Loads a model, checks that it takes and gives what its card says, and warms it up with one grey picture.
 * Throws MODEL_002 (cannot be loaded), MODEL_003 (not what the card says), INF_004 (nonsense), SYS_004 (no such provider).
 */
export async function createSession(options: SessionOptions): Promise<Session> {
  const { card, clock = systemClock } = options;
  const backend = await openBackend(options);
  try {
    const inputs = createSizedInputs(card, backend.takesLess);
    const batchSize = await warmUp(backend, inputs.whole);
    return {
      batchSize,
      run: (pictures) =>
        run(
          pictures,
          ({ toDetections }, index) =>
            (...where) =>
              withColours(toDetections(...where), pictures[index]),
        ),
      runClasses: (pictures, limits) =>
        run(pictures, ({ classReader }, index) => classReader(limits?.[index] ?? {})),
      async check() {
        // Not the memory of the runs: it holds the picture that was asked last.
        const count = batchSize ?? 1;
        const outputs = await backend.run(greyInput(card, count), count);
        inputs.whole.postprocessor.toDetections(outputs, 0, greyFit);
      },
      close: () => backend.close(),
    };

    async function run<T>(
      pictures: readonly Picture[],
      readerOf: (postprocessor: Postprocessor, index: number) => ReadOne<T>,
    ): Promise<RunResult<T>> {
      const detections: T[][] = pictures.map(() => []);
      const spent = { preprocessMs: 0, inferMs: 0, postprocessMs: 0, transferMs: 0 };
      for (const { input, pictures: alike } of inputs.group(pictures)) {
        const step = batchSize ?? alike.length;
        for (let from = 0; from < alike.length; from += step) {
          const chunk = alike.slice(from, from + step);
          const count = batchSize ?? chunk.length;
          const started = clock.monotonicMs();
          const fits = input.write(chunk, count);
          const written = clock.monotonicMs();
          const outputs = await backend.run(input.dataOf(count), count, input.size);
          const inferred = clock.monotonicMs();
          fits.forEach(({ index, fit }, at) => {
            detections[index] = readerOf(input.postprocessor, index)(outputs, at, fit);
          });
          spent.preprocessMs += written - started;
          spent.inferMs += inferred - written;
          spent.transferMs += backend.transferMs();
          spent.postprocessMs += clock.monotonicMs() - inferred;
        }
      }
      return { detections, ...spent };
    }
  } catch (error) {
    await backend.close();
    throw error;
  }
}

/** Reads the boxes of the picture at a place of a batch. */
type ReadOne<T> = (outputs: Outputs, batchIndex: number, fit: Fit) => T[];

function withColours(detections: readonly Detection[], picture: Picture | undefined): Seen[] {
  assert(picture !== undefined, 'detections without a picture');
  return detections.map((detection) => ({
    ...detection,
    colours: coloursOf(picture, detection.box),
  }));
}

/**
 * Runs once on an empty picture, and where the graph says that it takes any batch also on two, because many graphs
 * that say so hold a fixed one inside. Returns the batch size that works.
 */
async function warmUp(backend: Backend, input: SizedInput): Promise<number | null> {
  const run = (count: number): Promise<Outputs> => backend.run(input.dataOf(count), count);
  const batchSize = backend.batchSize ?? 1;
  const outputs = await run(batchSize).catch((error: unknown) => {
    throw new StationError('MODEL_003', `The model loads but does not run: ${String(error)}`, {
      cause: error,
    });
  });
  input.postprocessor.toDetections(outputs, 0, greyFit);
  if (backend.batchSize !== null) return backend.batchSize;
  try {
    const two = await run(2);
    if (Object.values(two).some(({ dims }) => dims[0] !== 2)) throw shapeError('no second picture');
    return null;
  } catch {
    return 1;
  }
}
