/**
 * Entry of the simulator thread: renders the simulated cameras of one worker process into shared slots.
 */
import { parentPort } from 'node:worker_threads';
import { StationError } from '#contract/error.ts';
import { assert, assertNever } from '#engine/base/assert.ts';
import { tidyHeap } from '#engine/base/tidy-heap.ts';
import { createScene, type Scene } from '#engine/capture/simulated/scene.ts';
import type {
  FromSimulator,
  SimulatorAnswer,
  ToSimulator,
} from '#engine/capture/simulated/simulator-protocol.ts';

assert(parentPort !== null, 'the simulator entry must be started as a thread');
const port = parentPort;
const scenes = new Map<number, Scene>();
const post = (message: FromSimulator): void => port.postMessage(message);

tidyHeap();
port.on('message', (message: ToSimulator) => {
  switch (message.kind) {
    case 'open':
      scenes.set(message.feed, createScene(message.scene));
      return;
    case 'follow':
      scenes.get(message.feed)?.follow(message.lines);
      return;
    case 'close':
      scenes.delete(message.feed);
      return;
    case 'end':
      port.close();
      return;
    case 'render':
    case 'truth':
    case 'crossings':
    case 'followed':
      answer(message);
      return;
    default:
      assertNever(message);
  }
});

type Question = Extract<ToSimulator, { request: number }>;

function answer(question: Question): void {
  const { request } = question;
  try {
    post({ request, answer: work(question) });
  } catch (error) {
    post({ request, error: StationError.from(error, 'SYS_001').toBody() });
  }
}

function work(question: Question): SimulatorAnswer {
  const scene = scenes.get(question.feed);
  assert(scene !== undefined, `no scene ${question.feed}`);
  switch (question.kind) {
    case 'render':
      scene.render(question.frameIndex, question.target);
      return { kind: 'rendered' };
    case 'truth':
      return { kind: 'truth', boxes: scene.truth(question.frameIndex) };
    case 'crossings':
      return { kind: 'crossings', crossings: scene.truthCrossings(question.query) };
    case 'followed':
      return { kind: 'followed', lines: scene.followed(question.toFrame) };
  }
}
