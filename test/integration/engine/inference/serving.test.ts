/**
 * Requests against real processes: loading, room, order, and processes that die, hang or eat memory.
 */
import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { StationError } from '#contract/error.ts';
import type { ModelCard } from '#contract/model.ts';
import { systemClock } from '#engine/base/clock.ts';
import type { ServedFile } from '#engine/inference/serving/instance.ts';
import {
  embeddedFile,
  greyJpeg,
  madeFile,
  outcomeOf,
  servingRig,
  type ServingRig,
} from '#test/serving.ts';
import { cleanUp, until } from '#test/station-process.ts';
import { dazzledModel, endlessModel, greedyModel, nanModel, slowModel } from '#test/tiny-onnx.ts';

const rigs: ServingRig[] = [];
const limitMs = 200_000;
vi.setConfig({ testTimeout: 300_000 });

async function rig(options: Parameters<typeof servingRig>[0] = {}): Promise<ServingRig> {
  const made = await servingRig(options);
  rigs.push(made);
  return made;
}

afterEach(async () => {
  for (const { serving } of rigs.splice(0)) await serving.close();
});
afterAll(cleanUp);

const stateOf = ({ serving }: ServingRig, file: ServedFile) => {
  const { status, instances } = serving.status(file);
  return [status, instances.length];
};

async function reasonOf(promise: Promise<unknown>): Promise<StationError> {
  const error: unknown = await promise.catch((cause: unknown) => cause);
  if (error instanceof StationError) return error;
  throw new Error(`no refusal but ${String(error)}`);
}

describe('a model that answers requests', () => {
  it('is loaded by its first request and let go by hand', async () => {
    const made = await rig();
    const file = await embeddedFile();
    expect(stateOf(made, file)).toEqual(['unavailable', 0]);
    expect(await made.ask(file)).toBe(0);
    expect(stateOf(made, file)).toEqual(['ready', 1]);
    expect(made.serving.status(file).rssBytes).toBeGreaterThan(20 * 1024 ** 2);
    await made.serving.release(file);
    expect(stateOf(made, file)).toEqual(['unavailable', 0]);
    expect(await made.ask(file)).toBe(0);
  });

  it('answers alerts before requests before batch work, whoever came first', async () => {
    const made = await rig();
    const file = await embeddedFile();
    const batch = Array.from({ length: 60 }, () => made.ask(file, 'batch'));
    const api = Array.from({ length: 3 }, () => made.ask(file, 'api'));
    const alert = made.ask(file, 'alert');
    await Promise.all([...batch, ...api, alert]);
    expect(made.settled.slice(0, 4)).toEqual(['alert', 'api', 'api', 'api']);
    expect(made.settled).toHaveLength(64);
  });

  it('holds batch work while live frames come late, and nothing else', async () => {
    let isLate = true;
    const made = await rig({ isLiveLate: () => isLate });
    const file = await embeddedFile();
    const batch = made.ask(file, 'batch');
    await made.ask(file, 'api');
    expect({ settled: made.settled, queued: made.serving.status(file).queued }).toEqual({
      settled: ['api'],
      queued: 1,
    });
    isLate = false;
    expect(await batch).toBe(0);
  });

  it('makes room for another one when it is idle, and not when it is at work', async () => {
    const made = await rig({ maxModels: 1 });
    const [first, second] = [await embeddedFile(1), await embeddedFile(2)];
    await made.ask(first);
    await made.ask(second);
    expect([stateOf(made, first), stateOf(made, second)]).toEqual([
      ['unavailable', 0],
      ['ready', 1],
    ]);
    const busy = Array.from({ length: 40 }, () => made.ask(second, 'batch'));
    expect(await outcomeOf(made.ask(first))).toBe('RES_003');
    await Promise.all(busy);
    expect(await made.ask(first)).toBe(0);
  });

  it('is refused with the figures when the memory is too small', async () => {
    const made = await rig({ memoryMb: 100 });
    const error = await reasonOf(made.ask(await embeddedFile()));
    expect(error.code).toBe('RES_001');
    expect(error.message).toMatch(/needs about \d+ MB.*100 MB/);
  });

  it('goes on when its process is killed: what was in flight is answered by the next one', async () => {
    const made = await rig();
    const file = await embeddedFile();
    await made.ask(file);
    const before = made.serving.status(file).instances[0]!.pid!;
    const asked = Array.from({ length: 30 }, () => made.ask(file));
    process.kill(before, 'SIGKILL');
    expect(new Set(await Promise.all(asked))).toEqual(new Set([0]));
    const after = await until(
      () => made.serving.status(file),
      ({ status }) => status === 'ready',
      limitMs,
    );
    expect(after.instances[0]?.pid).not.toBe(before);
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!hasPython)('an engine (needs python3)', () => {
  it('answers requests with the runners that come with the station', async () => {
    const made = await rig();
    const command = ['python3', '{engines}/example_engine.py'];
    const engine = JSON.stringify({ kind: 'engine', command, startSeconds: 100 });
    const file = madeFile('engine', new TextEncoder().encode(engine));
    const card: ModelCard = {
      ...file.card,
      ...{ head: 'yolov10', input: { width: 64, height: 48 }, classes: ['person'] },
      preprocess: {
        ...{ resize: 'stretch', pad: 0, colour: 'rgb', layout: 'nhwc', dtype: 'uint8' },
        ...{ scale: 1, mean: [0, 0, 0], std: [1, 1, 1] },
      },
    };
    expect(await made.ask({ ...file, card })).toBe(0);
    const white = await greyJpeg(64, 48, '#ffffff');
    expect(await made.ask({ ...file, card }, 'api', white)).toBe(1);
  });
});

describe('instances of a model', () => {
  it('come while it is asked more than they can answer, and go when it is asked no more', async () => {
    const made = await rig({ instancesOf: () => ({ min: 1, max: 2, policy: 'round-robin' }) });
    const file = madeFile('slow', slowModel(50_000n));
    const count = (): number => made.serving.status(file).instances.length;
    let isAsked = true;
    const callers = Array.from({ length: 8 }, async () => {
      while (isAsked) await made.ask(file);
    });
    await until(
      () => made.serving.status(file).instances,
      (all) =>
        all.length === 2 && all.every(({ state, inFlight }) => state === 'ready' && inFlight > 0),
      limitMs,
    );
    isAsked = false;
    await Promise.all(callers);
    expect(await until(count, (now) => now < 2, limitMs)).toBe(1);
    expect(await made.ask(file)).toBe(0);
  });

  it('go on when one of them is killed under load: every request is answered, and it is replaced', async () => {
    const made = await rig({ instancesOf: () => ({ min: 2, max: 2, policy: 'round-robin' }) });
    const file = await embeddedFile();
    const pids = (): (number | null)[] =>
      made.serving
        .status(file)
        .instances.flatMap(({ state, pid }) => (state === 'ready' ? [pid] : []));
    await made.ask(file);
    const [first, second] = await until(pids, (all) => all.length === 2, limitMs);
    const asked = Array.from({ length: 120 }, () => made.ask(file, 'batch'));
    await Promise.race(asked);
    process.kill(first!, 'SIGKILL');
    expect(new Set(await Promise.all(asked))).toEqual(new Set([0]));
    const after = await until(pids, (all) => all.length === 2, limitMs);
    expect([after.includes(second!), after.includes(first!)]).toEqual([true, false]);
    expect(made.serving.status(file).performance.errors).toBe(0);
  });
});

describe('a model that fails at pictures', () => {
  it('is left alone after five failures in a row, and asked again when a grey picture has gone well', async () => {
    let aheadMs = 0;
    const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + aheadMs };
    const made = await rig({ clock });
    const file = madeFile('dazzled', dazzledModel());
    const white = await greyJpeg(64, 48, '#ffffff');
    const ask = (bytes?: Uint8Array) => outcomeOf(made.ask(file, 'api', bytes));
    expect(await ask()).toBe('answered');
    const state = () => {
      const { status, instances } = made.serving.status(file);
      return [status, instances[0]?.breaker];
    };

    for (let failure = 0; failure < 4; failure++) expect(await ask(white)).toBe('INF_001');
    expect(await ask(new Uint8Array(9))).toBe('INF_003');
    expect(await ask()).toBe('answered');
    for (let failure = 0; failure < 4; failure++) expect(await ask(white)).toBe('INF_001');
    expect(state()).toEqual(['ready', 'closed']);
    expect(await ask(white)).toBe('INF_001');
    expect(state()).toEqual(['error', 'open']);
    const refusal = await reasonOf(made.ask(file));
    expect([refusal.code, refusal.retryAfterS! > 0 && refusal.retryAfterS! <= 60]).toEqual([
      'SYS_001',
      true,
    ]);
    expect(made.serving.status(file).reason).toContain('failed 5 times in a row');

    aheadMs = 61_000;
    await until(state, ([status]) => status === 'ready', limitMs);
    expect(state()).toEqual(['ready', 'closed']);
    expect(await ask()).toBe('answered');
  });
});

describe('a bad model', () => {
  it.each([
    ['that is cut', () => madeFile('cut', new Uint8Array(100).fill(8)), 'MODEL_002', {}],
    ['that answers nonsense', () => madeFile('nan', nanModel()), 'INF_004', {}],
    [
      'that never ends',
      () => madeFile('endless', endlessModel()),
      'INF_002',
      { loadLimitMs: 1_000 },
    ],
    ['that eats memory', () => madeFile('greedy', greedyModel(3e9)), 'RES_001', { memoryMb: 700 }],
  ])('%s is refused, keeps its reason, and the others answer', async (_, make, code, options) => {
    const made = await rig(options);
    const file = make();
    expect(await outcomeOf(made.ask(file))).toBe(code);
    const { status, reason, instances } = made.serving.status(file);
    expect({ status, instances }).toEqual({ status: 'error', instances: [] });
    expect(reason).toContain(code);
    if (code !== 'INF_002') expect(await made.ask(await embeddedFile())).toBe(0);
  });

  it('is not loaded again and again: three times, then it is refused at once until time has passed', async () => {
    const made = await rig();
    const file = madeFile('nan', nanModel());
    const outcomes: string[] = [];
    for (let number = 0; number < 4; number++) outcomes.push(await outcomeOf(made.ask(file)));
    expect(outcomes).toEqual(Array.from({ length: 4 }, () => 'INF_004'));
    const { since } = made.serving.status(file);
    expect(await outcomeOf(made.ask(file))).toBe('INF_004');
    expect(made.serving.status(file).since).toBe(since);
  });
});
