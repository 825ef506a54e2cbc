/**
 * Experiments on cameras: stretch by stretch, over restarts, and what an arm that breaks down does not touch. The store is real.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { StationError } from '#contract/error.ts';
import { asOnCard } from '#contract/experiment-arm.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { ExperimentStretch } from '#contract/experiment-event.ts';
import type { RecordedSpan } from '#contract/recording.ts';
import {
  type ExperimentKeeper,
  type ExperimentKeeperDeps,
  firstStretch,
  keepExperiments,
} from '#engine/experiment-keeper.ts';
import { ArmFailure } from '#engine/experiment-run.ts';
import { createMinuteBook } from '#engine/base/arm-minutes.ts';
import { silentLogger } from '#engine/base/log.ts';
import { createStore } from '#engine/store/create-store.ts';
import type { Store } from '#engine/store/store.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { asMai, experimentHandlers } from '#test/experiment-handlers.ts';
import { start, storeEntry, testClock } from '#test/store.ts';

const minute = 60_000;
const digest = 'a'.repeat(64);
const arm = { ...asOnCard, digest, title: 'nano 1' };

function anExperiment(changes: Partial<Experiment> = {}): Experiment {
  return {
    ...{ id: 'one', name: 'One', kind: 'live', state: 'running', a: arm, b: arm, share: 1 },
    ...{ cameraIds: ['gate'], places: ['gate'], margin: 0.02, leastEvents: 1000, leastHours: 24 },
    ...{ createdAt: start, createdBy: 'mai', startedAt: start, failure: null, hindrance: null },
    ...{ mode: 'recording', archivedAt: null, decision: null },
    ...{ slotMinutes: 60, withClients: false, away: [], resumedAt: null },
    clips: [],
    ...changes,
  };
}

type Run = ExperimentKeeperDeps['run'];

/** Both arms count somebody; only A somebody else. */
function found(place: string, from: number): ExperimentStretch {
  const box = { x: 0, y: 0, width: 0.1, height: 0.2 };
  const seen = (at: number) => ({ direction: 'in' as const, label: 'person' as const, at, box });
  const open = { answer: null, answeredBy: null, answeredAt: null };
  const pair = (at: number) => ({ lineId: 'door', at, a: seen(at), ...open });
  return {
    ...{ place, from, to: from + minute, frames: { a: 600, b: 600 }, minutes: [] },
    pairs: [
      { ...pair(from + 5_000), kind: 'both', b: seen(from + 5_100) },
      { ...pair(from + 9_000), kind: 'only-a', b: null },
    ],
  };
}

const works: Run = (_arms, { place, startsAt }) =>
  Promise.resolve({
    stretch: found(place, startsAt),
    sight: { at: startsAt, a: [], b: [] },
    lengthMs: minute,
    digests: { a: '', b: '' },
  });

/** One for all tests: to open it costs more than they do. */
let store: Store;
let count = 0;
const folder = mkdtempSync(path.join(tmpdir(), 'tallywatch-experiments-'));

beforeAll(async () => {
  store = await createStore({
    ...{ folder, entry: storeEntry, clock: testClock(), log: silentLogger },
  });
  await store.models.add({
    ...{ digest, bytes: 1, path: '/a', isEmbedded: false, card: yoloxNanoCard, importedAt: start },
    files: [{ path: 'model.onnx', kind: 'model', bytes: 1, digest }],
    lineage: {
      ...{ parent: null, variant: null, importedBy: 'mai', releaseNotes: '' },
      origin: { kind: 'file', where: '' },
    },
  } as never);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function rig(
  run: Run = works,
  spans?: readonly Pick<RecordedSpan, 'from' | 'to'>[],
  shadow: ExperimentKeeperDeps['shadow'] = (_arms, { cameraId }) =>
    Promise.resolve(found(cameraId, 0)),
) {
  const clock = testClock(start);
  for (const old of await store.experiments.list()) {
    await store.experiments.save({ ...old, state: 'archived' });
  }
  const id = `experiment-${String(++count)}`;
  const taken: number[] = [];
  const sights: unknown[] = [];
  const open = (): ExperimentKeeper => {
    const keeper = keepExperiments({
      ...{ store, clock, log: silentLogger, run, shadow, linesOf: () => [] },
      sights: { recorded: (...seen) => sights.push(seen) },
      pictures: {
        spans: ({ cameraId = '', from = 0, to = 0 }) =>
          Promise.resolve(
            (spans ?? [{ from, to }]).map((span) => ({
              ...{ cameraId, bytes: 1, isMasked: false },
              ...span,
            })),
          ),
        clip({ cameraId, from, to }) {
          taken.push((from - start) / minute);
          return Promise.resolve({ id: 'x', cameraId, from, to, bytes: 1, mimeType: 'video/mp4' });
        },
        fileOf: () => '/clip.mp4',
      },
    });
    onTestFinished(() => keeper.close());
    return keeper;
  };
  const known = async () => (await store.experiments.list()).find((each) => each.id === id);
  return { id, clock, taken, sights, open, known };
}

describe('an experiment on a camera', () => {
  it('takes one recorded minute after the other, and goes on there after a restart', async () => {
    const { id, clock, taken, open } = await rig();
    await store.experiments.save(anExperiment({ id }));
    const keeper = open();
    await keeper.look();
    expect(taken).toEqual([]);
    clock.set(start + 2 * minute);
    await keeper.look();
    await keeper.look();
    await keeper.close();
    clock.set(start + 4 * minute);
    const next = open();
    await next.look();
    await next.look();
    expect(taken).toEqual([0, 1, 2]);
    expect((await store.experiments.pairs(id)).map(({ kind }) => kind)).toEqual([
      ...['both', 'only-a', 'both', 'only-a', 'both', 'only-a'],
    ]);
    expect(await store.crossings.list({ limit: 10 })).toEqual([]);
  });

  it('looks only at its share, and leaves out what has become too old', async () => {
    const { id, clock, taken, sights, open } = await rig();
    await store.experiments.save(anExperiment({ id, share: 0.2 }));
    const keeper = open();
    for (const at of [2, 4, 5, 7, 30, 31]) {
      clock.set(start + at * minute);
      await keeper.look();
    }
    expect(taken).toEqual([0, 5, 20, 25]);
    expect(sights[1]).toEqual([id, 'gate', { at: start + 5 * minute, a: [], b: [] }]);
  });

  it('takes several cameras in turn, also when it cannot keep up', async () => {
    const { id, clock, open } = await rig();
    const cameraIds = ['gate', 'hall'];
    await store.experiments.save(anExperiment({ id, cameraIds }));
    const keeper = open();
    clock.set(start + 9 * minute);
    for (let turn = 0; turn < 4; turn++) await keeper.look();
    const places = (await store.experiments.stretches(id)).map(({ place }) => place);
    expect(places.filter((place) => place === 'gate')).toHaveLength(2);
    expect(places.filter((place) => place === 'hall')).toHaveLength(2);
  });

  it('looks on while it is counted, its share of the time, and takes the next camera where one gives nothing', async () => {
    const looked: string[] = [];
    const { id, clock, open, known } = await rig(works, [], (_arms, { cameraId }) => {
      looked.push(`${cameraId} ${String((clock.now() - start) / minute)}`);
      return cameraId === 'gate'
        ? Promise.reject(new StationError('CAM_006', 'No picture came.'))
        : Promise.resolve(found(cameraId, clock.now()));
    });
    const cameraIds = ['gate', 'hall'];
    await store.experiments.save(anExperiment({ id, mode: 'shadow', cameraIds, share: 0.5 }));
    const keeper = open();
    for (const at of [0, 1, 2, 3, 4]) {
      clock.set(start + at * minute);
      await keeper.look();
      if (at === 0) expect((await known())?.hindrance).toBe('No picture came.');
    }
    expect(looked).toEqual(['gate 0', 'hall 1', 'gate 2', 'hall 3', 'gate 4']);
    const places = (await store.experiments.stretches(id)).map(({ place }) => place);
    expect(places).toEqual(['hall', 'hall']);
  });

  it('adds up a minute of which two stretches have a part', async () => {
    const { id } = await rig();
    await store.experiments.save(anExperiment({ id }));
    const at = start + 30_000;
    const part = (from: number, ms: number): ExperimentStretch => {
      const book = createMinuteBook({ place: 'gate', arm: 'b' });
      book.see(from, { detections: [{ score: 0.5 }], inferMs: ms });
      book.lose(from, 'drops', 2);
      book.agree(from, { expected: 3, matched: 2 });
      book.memory(ms);
      return { ...found('gate', from), pairs: [], minutes: book.minutes() };
    };
    for (const [from, ms] of [
      [at, 10],
      [at + 1_000, 30],
    ] as const) {
      await store.experiments.addStretch({ experimentId: id, stretch: part(from, ms) });
    }
    expect(await store.experiments.minutes(id)).toMatchObject([
      {
        ...{ frames: 2, detections: 2, meanScore: 0.5, drops: 4, expected: 6, matched: 4 },
        ...{ rssBytes: 30, failures: 0, latency: [expect.anything(), expect.anything()] },
      },
    ]);
  });

  it('does nothing for a draft, a paused one, and one that is decided', async () => {
    const { id, clock, taken, open } = await rig();
    for (const state of ['draft', 'paused', 'decided', 'archived'] as const) {
      await store.experiments.save(anExperiment({ id: `${id}-${state}`, state }));
    }
    clock.set(start + 5 * minute);
    await open().look();
    expect(taken).toEqual([]);
  });

  it('tries an arm again that broke down once', async () => {
    let runs = 0;
    const { id, clock, open, known } = await rig((...args) =>
      ++runs === 1
        ? Promise.reject(new ArmFailure('b', new StationError('SYS_001', 'Its process ended.')))
        : works(...args),
    );
    await store.experiments.save(anExperiment({ id }));
    clock.set(start + 2 * minute);
    await open().look();
    expect(await known()).toMatchObject({ state: 'running', failure: null });
    expect(await store.experiments.stretches(id)).toHaveLength(1);
  });

  it('ends with the arm that breaks down twice, and says so', async () => {
    const { id, clock, open, known } = await rig(() =>
      Promise.reject(new ArmFailure('b', new StationError('SYS_001', 'Its process ended.'))),
    );
    await store.experiments.save(anExperiment({ id }));
    clock.set(start + 2 * minute);
    await open().look();
    expect(await known()).toMatchObject({
      state: 'paused',
      failure: 'B broke down: Its process ended.',
    });
    expect(await store.experiments.stretches(id)).toEqual([]);
  });

  it('waits and says why when nothing is recorded, and goes on by itself', async () => {
    const spans: { from: number; to: number }[] = [];
    const { id, clock, open, known } = await rig(works, spans);
    await store.experiments.save(anExperiment({ id }));
    clock.set(start + 2 * minute);
    const keeper = open();
    await keeper.look();
    expect((await known())?.hindrance).toContain('switch its recording on');
    spans.push({ from: start, to: start + 2 * minute });
    await keeper.look();
    expect(await known()).toMatchObject({ state: 'running', hindrance: null });
  });

  it('is not woken by a stretch that ends after a person has paused it', async () => {
    const { id, clock, open, known } = await rig(async (...args) => {
      await store.experiments.save(anExperiment({ id, state: 'paused' }));
      return works(...args);
    });
    await store.experiments.save(anExperiment({ id }));
    clock.set(start + 2 * minute);
    await open().look();
    expect((await known())?.state).toBe('paused');
  });
});

describe('a stretch', () => {
  it.each([
    ['nothing is recorded', [], null],
    ['all is recorded', [{ from: 0, to: 500_000 }], { from: 10_000, to: 70_000 }],
    ['it begins later', [{ from: 30_000, to: 500_000 }], { from: 30_000, to: 90_000 }],
    ['a piece is too short', [{ from: 0, to: 25_000 }], null],
    [
      'the next piece is long enough',
      [
        { from: 0, to: 25_000 },
        { from: 40_000, to: 65_000 },
      ],
      { from: 40_000, to: 65_000 },
    ],
  ])('from second 10 where %s', (_, spans, expected) => {
    expect(firstStretch(spans, 10_000)).toEqual(expected);
  });
});

describe('an experiment in the archive', () => {
  it('goes with all that is its own when its time is over; one at work stays', async () => {
    const { id } = await rig();
    const old = { id: `${id}-old`, state: 'archived', archivedAt: start } as const;
    await store.experiments.save(anExperiment(old));
    await store.experiments.save(anExperiment({ id, createdAt: start - 1 }));
    for (const experimentId of [id, old.id]) {
      await store.experiments.addStretch({ experimentId, stretch: found('gate', start) });
    }
    const gone = { kind: 'experiments', beforeMs: start + 1 } as const;
    const { rows: before } = await store.amounts(gone);
    expect(before).toBeGreaterThanOrEqual(1);
    expect(await store.experiments.prune({ beforeMs: start + 1, limit: 100 })).toBe(before);
    expect((await store.experiments.list()).map((each) => each.id)).toEqual([id]);
    expect(await store.experiments.pairs(old.id)).toEqual([]);
    expect(await store.experiments.pairs(id)).toHaveLength(2);
    expect(await store.amounts(gone)).toMatchObject({ rows: 0 });
  });
});

describe('the procedures of experiments', () => {
  async function service() {
    const { clock } = await rig();
    return { handlers: experimentHandlers({ store, clock, counting: () => digest }) };
  }

  it('lead from a draft to a decision, and nowhere else', async () => {
    const { handlers } = await service();
    const drafted = await handlers['experiment.create'](
      {
        ...{ name: 'One', a: arm, b: { ...arm, scoreFloor: 0.6 }, cameraIds: ['gate'], share: 0.2 },
        ...{ mode: 'recording', margin: 0.02, leastEvents: 1000, leastHours: 24 },
        ...{ slotMinutes: 60, withClients: false },
      },
      asMai,
    );
    const { id } = drafted;
    expect(drafted).toMatchObject({ state: 'draft', b: { title: 'yolox-nano 1.0.0' } });
    await expect(
      handlers['experiment.decide']({ id, winner: 'a', note: '' }, asMai),
    ).rejects.toMatchObject({ code: 'REQ_003' });
    await handlers['experiment.setState']({ id, state: 'running' }, asMai);
    await store.experiments.addStretch({ experimentId: id, stretch: found('gate', start) });
    // The same stretch again, as after a crash between the two: nothing is counted twice.
    await store.experiments.addStretch({ experimentId: id, stretch: found('gate', start) });
    const open = await handlers['experiment.pairs']({ id, isOpen: true, limit: 9 }, asMai);
    expect(open.map(({ kind }) => kind)).toEqual(['only-a', 'both']);
    const verdict = await handlers['experiment.answer'](
      { id, pairId: open[0]?.id ?? 0, answer: 'b' },
      asMai,
    );
    expect(verdict).toMatchObject({ outcome: 'not-yet', unjudged: 0 });
    const file = await handlers['experiment.file']({ id, language: 'vi' }, asMai);
    expect(Buffer.from(file.data, 'base64').toString()).toBe('[{"gate":"Gate"},2]');
    expect(file.name).toBe(`experiment-${id.slice(0, 8)}.pdf`);
    const decided = await handlers['experiment.decide'](
      { id, winner: 'none', note: 'too early' },
      asMai,
    );
    expect(decided.decision).toMatchObject({ winner: 'none', by: 'mai', note: 'too early' });
    await expect(
      handlers['experiment.answer']({ id, pairId: open[1]?.id ?? 0, answer: 'b' }, asMai),
    ).rejects.toMatchObject({ code: 'REQ_003' });
  });

  it('refuse what is not there', async () => {
    const { handlers } = await service();
    const split = { slotMinutes: 60, withClients: false };
    const rules = { share: 0.2, margin: 0.02, leastEvents: 1000, leastHours: 24, ...split };
    const draft = { name: 'One', mode: 'shadow' as const, ...rules };
    const create = (changes: object) =>
      handlers['experiment.create'](
        { ...draft, a: arm, b: arm, cameraIds: ['gate'], ...changes },
        asMai,
      );
    await expect(create({ cameraIds: ['attic'] })).rejects.toThrow('no camera "attic"');
    await expect(create({ b: { ...arm, digest: 'b'.repeat(64) } })).rejects.toThrow('registry');
    await expect(create({ a: { ...arm, nmsIou: 0.5 } })).rejects.toThrow('give settings to B only');
    const counted = experimentHandlers({
      ...{ store, clock: testClock(start), counting: () => 'c'.repeat(64) },
    });
    await expect(
      counted['experiment.create']({ ...draft, a: arm, b: arm, cameraIds: ['gate'] }, asMai),
    ).rejects.toThrow('on the camera "gate" another model counts than A');
    const other = { ...arm, digest: 'd'.repeat(64) };
    await store.models.add({
      ...{ digest: other.digest, bytes: 1, path: '/d', isEmbedded: false, importedAt: start },
      card: { ...yoloxNanoCard, name: 'other' },
    });
    const halves = { mode: 'split', b: other } as const;
    await expect(create({ ...halves, b: arm })).rejects.toThrow('choose two models');
    await expect(create({ ...halves, a: { ...arm, nmsIou: 0.5 } })).rejects.toThrow('two models');
    await expect(create({ ...halves, share: 1 })).rejects.toThrow('between 5 % and 95 %');
    await expect(
      counted['experiment.create']({ ...draft, ...halves, a: arm, cameraIds: ['gate'] }, asMai),
    ).rejects.toThrow('A split begins with A');
    const splits = [await create(halves), await create({ ...halves, name: 'Two' })];
    const begin = (index: number) =>
      handlers['experiment.setState']({ id: splits[index]?.id ?? '', state: 'running' }, asMai);
    await expect(begin(0)).rejects.toMatchObject({ code: 'MODEL_004' });
    await store.models.addRehearsal({
      ...{ digest: other.digest, champion: digest, cameraId: null, by: 'mai', isPassed: true },
      ...{ reasons: [], remarks: [], clips: [], load: null, seconds: 1 },
    });
    expect(await begin(0)).toMatchObject({ state: 'running', resumedAt: start });
    await expect(begin(1)).rejects.toThrow('“One” splits the same cameras');
    await expect(handlers['experiment.get']({ id: 'none' }, asMai)).rejects.toThrow(
      'no such experiment',
    );
  });
});
