/**
 * Entry of an inference thread: one model that reads slots and answers with detections, and those that stand in for it.
 */
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { StationError } from '#contract/error.ts';
import { plainExecution } from '#contract/execution.ts';
import { assert, assertNever } from '#engine/base/assert.ts';
import { slotView } from '#engine/base/slot-pool.ts';
import { systemClock } from '#engine/base/clock.ts';
import { tidyHeap } from '#engine/base/tidy-heap.ts';
import { openExecutionLine } from '#engine/inference/failover/execution-line.ts';
import {
  createFailoverSession,
  type CameraPicture,
  type FailoverSession,
} from '#engine/inference/failover/failover-session.ts';
import { InferenceThreadData } from '#engine/inference/inference-protocol.ts';
import type {
  BatchFrame,
  BatchResult,
  CameraSlots,
  FromThread,
  ToThread,
} from '#engine/inference/inference-protocol.ts';
import type { Picture } from '#engine/inference/preprocess.ts';
import { createSession } from '#engine/inference/session.ts';

assert(parentPort !== null, 'the inference entry must be started as a thread');
const port = parentPort;
const cameras = new Map<string, CameraSlots>();
const views = new Map<string, Picture[]>();
const post = (message: FromThread): void => port.postMessage(message);
const inTime = { clock: systemClock, random: Math.random };
const enginesFolder = path.join(process.env['TALLYWATCH_RESOURCES'] ?? '', 'engines');

tidyHeap();

/** One message after the other: a run must not overlap the next, nor a changed layout. */
let queue = load();
port.on('message', (message: ToThread) => {
  queue = queue.then((session) => answer(message, session));
});

async function load(): Promise<FailoverSession | null> {
  const { executions, mayStandIn, ...champion } = InferenceThreadData.parse(workerData);
  try {
    const session = createFailoverSession({
      champion,
      open: ({ path: model, card, digest }) =>
        openExecutionLine({
          executions: digest === champion.digest ? executions : [plainExecution],
          open: (execution) => createSession({ model, card, enginesFolder, ...execution }),
          ...inTime,
          onBroken: (broken) => post({ kind: 'broken', broken }),
        }),
      ...inTime,
      onStanding: (standing) => post({ kind: 'standing', standing }),
    });
    post({ kind: 'ready', batchSize: await session.load(mayStandIn) });
    return session;
  } catch (error) {
    post({ kind: 'failed', error: StationError.from(error, 'MODEL_002').toBody() });
    port.close();
    return null;
  }
}

async function answer(
  message: ToThread,
  session: FailoverSession | null,
): Promise<FailoverSession | null> {
  if (session === null) return null;
  switch (message.kind) {
    case 'slots':
      cameras.set(message.cameraId, message);
      views.delete(message.cameraId);
      return session;
    case 'forget':
      cameras.delete(message.cameraId);
      views.delete(message.cameraId);
      session.forget(message.cameraId);
      return session;
    case 'line':
      session.setLine(message.cameraId, message.line);
      return session;
    case 'run':
      await run(message.batch, session).then(
        (result) => post({ kind: 'done', result }),
        (error: unknown) =>
          post({ kind: 'run-failed', error: StationError.from(error, 'INF_001').toBody() }),
      );
      return session;
    case 'close':
      await session.close();
      port.close();
      return null;
    default:
      return assertNever(message);
  }
}

async function run(batch: readonly BatchFrame[], session: FailoverSession): Promise<BatchResult> {
  const pictures = batch.map((frame): CameraPicture => ({
    cameraId: frame.cameraId,
    picture: pictureOf(frame),
  }));
  return session.run(pictures);
}

/** The picture in a slot; views are made once per slot. */
function pictureOf({ cameraId, slot }: BatchFrame): Picture {
  const known = views.get(cameraId)?.[slot];
  if (known !== undefined) return known;
  const camera = cameras.get(cameraId);
  assert(camera !== undefined, `no slots of camera ${cameraId}`);
  const { shared, slotBytes, layout } = camera;
  const picture = { pixels: slotView(shared, slotBytes, slot), layout };
  const ofCamera = views.get(cameraId) ?? [];
  ofCamera[slot] = picture;
  views.set(cameraId, ofCamera);
  return picture;
}
