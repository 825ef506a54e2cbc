/**
 * Entry of the process of a challenger: looks at the frames that a worker has counted, takes what the others leave of the
 * processor and no more than its share, and asks for the next frame only when it has time for it.
 */
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import { assert, assertNever } from '#engine/base/assert.ts';
import { guardProcess } from '#engine/inference/process-guard.ts';
import { createSession, type Session } from '#engine/inference/session.ts';
import { type Answered, createShadowArms, type ShadowArms } from '#engine/shadow-arms.ts';
import type { FromShadow, ShadowFrame, ShadowJob, ToShadow } from '#engine/shadow-protocol.ts';
import { createWireReader, type WireMessage } from '#engine/shadow-wire.ts';
import { connectParent } from './parent-channel.ts';

const parent = connectParent();
const post = (message: FromShadow): void => parent.post(message);
parent.onClosed(() => process.exit(0));

interface Running {
  readonly job: ShadowJob;
  readonly session: Session;
  readonly arms: ShadowArms;
}

let running: Running | null = null;
let cpuMs = 0;
/** One message after the other, in their order. */
let last: Promise<unknown> = Promise.resolve();
const ask = Buffer.from([1]);

parent.onMessage((raw) => {
  const message = raw as ToShadow;
  switch (message.kind) {
    case 'begin':
      begin(message.job).catch((error: unknown) => {
        post({ kind: 'failed', error: StationError.from(error, 'MODEL_002').toBody() });
      });
      return;
    case 'finish':
      last = last.then(() => {
        if (running) post({ kind: 'found', found: running.arms.found(cpuMs) });
      });
      return;
    default:
      assertNever(message);
  }
});

async function begin(job: ShadowJob): Promise<void> {
  guardProcess(job.maxMemoryBytes);
  const { path: model, card } = job.challenger;
  const enginesFolder = path.join(process.env['TALLYWATCH_RESOURCES'] ?? '', 'engines');
  const session = await createSession({
    ...{ model, card, enginesFolder, provider: 'cpu', intraOpThreads: 1 },
  });
  running = { job, session, arms: createShadowArms(job) };
  yieldToOthers();
  const server = net.createServer(serve);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(job.address, resolve);
  });
  post({ kind: 'ready' });
}

function serve(socket: net.Socket): void {
  const read = createWireReader((message) => {
    last = last.then(() => take(message, socket));
  });
  socket.on('data', read);
  // A worker that ends takes its camera elsewhere, and the camera comes back with a connection of its own.
  socket.on('error', () => socket.destroy());
  socket.write(ask);
}

async function take({ message, pixels }: WireMessage, socket: net.Socket): Promise<void> {
  assert(running !== null, 'a frame before the model was loaded');
  const { arms, job } = running;
  arms.missed(message.since);
  if (message.frame === null) return;
  if (pixels === null) {
    arms.passedOver(message.frame);
    return;
  }
  post({ kind: 'running', isRunning: true });
  // The message leaves before the run holds the thread.
  await new Promise((resolve) => setImmediate(resolve));
  const used = process.cpuUsage();
  const answered = await look(message.frame, pixels);
  arms.looked(message.frame, answered);
  const { user, system } = process.cpuUsage(used);
  const runMs = (user + system) / 1000;
  cpuMs += runMs;
  arms.memory(process.memoryUsage.rss());
  post({ kind: 'running', isRunning: false });
  if (!('error' in answered)) {
    const { at, detections: a } = message.frame;
    post({ kind: 'seen', seen: { at, a, b: answered.detections } });
  }
  // Rests as long as its share wants it to.
  setTimeout(
    () => {
      if (!socket.destroyed) socket.write(ask);
    },
    runMs * (1 / job.coreShare - 1),
  );
}

async function look(frame: ShadowFrame, pixels: Uint8Array): Promise<Answered> {
  assert(running !== null, 'a frame before the model was loaded');
  try {
    const { detections, inferMs } = await running.session.run([{ pixels, layout: frame.layout }]);
    return { detections: detections[0] ?? [], inferMs };
  } catch (error) {
    return { error: StationError.from(error, 'INF_001').toBody() };
  }
}

/** After loading: the start of a process has a limit of time. Where the system forbids it, only politeness is lost. */
function yieldToOthers(): void {
  try {
    os.setPriority(os.constants.priority.PRIORITY_LOW);
  } catch {
    return;
  }
}
