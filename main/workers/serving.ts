/**
 * Entry of the process of one instance: a model that answers requests. Pictures are decoded beside the run of the batch
 * before; live cameras, which run in other processes, go first.
 */
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { StationError } from '#contract/error.ts';
import { assert, assertNever } from '#engine/base/assert.ts';
import { systemClock as clock } from '#engine/base/clock.ts';
import { readPicture } from '#engine/base/read-picture.ts';
import { analysisSize } from '#engine/inference/fit.ts';
import { openExecutionLine } from '#engine/inference/failover/execution-line.ts';
import { guardProcess } from '#engine/inference/process-guard.ts';
import type { Picture } from '#engine/inference/preprocess.ts';
import { createSession } from '#engine/inference/session.ts';
import type { Session } from '#engine/inference/session.ts';
import { LoadCommand } from '#engine/inference/serving/serving-protocol.ts';
import type {
  FromInstance,
  PictureResult,
  RunPicture,
  ToInstance,
} from '#engine/inference/serving/serving-protocol.ts';
import { connectParent } from './parent-channel.ts';

const enginesFolder = path.join(process.env['TALLYWATCH_RESOURCES'] ?? '', 'engines');
const parent = connectParent();
const post = (message: FromInstance): void => parent.post(message);
/** Without its station nobody waits for the answers. */
parent.onClosed(() => process.exit(0));
letLiveGoFirst();
sharp.cache(false);
sharp.concurrency(1);

interface Loaded {
  readonly session: Session;
  readonly command: LoadCommand;
}

let loaded: Promise<Loaded | null> = Promise.resolve(null);
/** One run after the other. */
let last: Promise<unknown> = Promise.resolve();

parent.onMessage((message) => {
  const command = message as ToInstance;
  switch (command.kind) {
    case 'load':
      loaded = load(LoadCommand.parse(command));
      return;
    case 'run': {
      // Decoding starts now and goes on while the run before holds the thread.
      const decoded = decodeAll(command.pictures);
      last = last.then(async () => run(command.runId, command.pictures, await decoded));
      return;
    }
    case 'check':
      last = last.then(() => check(command.runId));
      return;
    case 'close':
      last = last.then(async () => {
        await (await loaded)?.session.close();
        await parent.flushed();
        process.exit(0);
      });
      return;
    default:
      assertNever(command);
  }
});

async function load(command: LoadCommand): Promise<Loaded | null> {
  guardProcess(command.maxMemoryBytes);
  try {
    const { path: model, card, executions } = command;
    const session = await openExecutionLine({
      executions,
      open: (execution) => createSession({ model, card, enginesFolder, ...execution }),
      clock,
      random: Math.random,
      onBroken: (broken) => post({ kind: 'broken', broken }),
    });
    post({ kind: 'ready', batchSize: session.batchSize, rssBytes: process.memoryUsage.rss() });
    return { session, command };
  } catch (error) {
    post({ kind: 'failed', error: StationError.from(error, 'MODEL_002').toBody() });
    return null;
  }
}

interface DecodedAll {
  readonly pictures: readonly (Picture | StationError)[];
  readonly decodeMs: number;
}

async function decodeAll(pictures: readonly RunPicture[]): Promise<DecodedAll> {
  const known = await loaded;
  assert(known !== null, 'a run before the model was loaded');
  const started = clock.monotonicMs();
  const decoded = await Promise.all(
    pictures.map(({ bytes }) =>
      readPicture(bytes, (picture) => analysisSize(picture, known.command.card)).catch(
        (error: unknown) => StationError.from(error, 'INF_003'),
      ),
    ),
  );
  return { pictures: decoded, decodeMs: clock.monotonicMs() - started };
}

async function run(
  runId: number,
  asked: readonly RunPicture[],
  { pictures, decodeMs }: DecodedAll,
): Promise<void> {
  const known = await loaded;
  assert(known !== null, 'a run before the model was loaded');
  const good = pictures.flatMap((picture, index) =>
    picture instanceof StationError ? [] : [{ picture, limits: asked[index] ?? {} }],
  );
  const spent = { preprocessMs: 0, inferMs: 0, postprocessMs: 0 };
  let found: PictureResult[];
  try {
    const { detections, ...times } = await known.session.runClasses(
      good.map(({ picture }) => picture),
      good.map(({ limits }) => limits),
    );
    Object.assign(spent, times);
    found = good.map(({ picture }, index) => ({
      picture: picture.layout.picture,
      detections: detections[index] ?? [],
      error: null,
    }));
  } catch (error) {
    const body = StationError.from(error, 'INF_001').toBody();
    found = good.map(() => ({ error: body }));
  }
  const results = pictures.map((picture): PictureResult => {
    if (picture instanceof StationError) return { error: picture.toBody() };
    const next = found.shift();
    assert(next !== undefined, 'fewer answers than pictures');
    return next;
  });
  const { preprocessMs, inferMs, postprocessMs } = spent;
  post({
    kind: 'done',
    runId,
    results,
    timings: { decodeMs, preprocessMs, inferMs, postprocessMs },
    rssBytes: process.memoryUsage.rss(),
  });
}

/** Whether the model still works, on a picture of nobody. */
async function check(runId: number): Promise<void> {
  const known = await loaded;
  assert(known !== null, 'a check before the model was loaded');
  const results = await known.session.check().then(
    () => [],
    (error: unknown) => [{ error: StationError.from(error, 'INF_001').toBody() }],
  );
  const timings = { decodeMs: 0, preprocessMs: 0, inferMs: 0, postprocessMs: 0 };
  post({ kind: 'done', runId, results, timings, rssBytes: process.memoryUsage.rss() });
}

/** Requests take the cores that live cameras leave. Where the system forbids it the instance runs as it is. */
function letLiveGoFirst(): void {
  try {
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Only politeness is lost.
  }
}
