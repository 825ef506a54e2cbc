/**
 * Splits: cameras go to the arm of their slot and come back whatever happens, and slots are kept from the ledger. The store is
 * real.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import { StationError } from '#contract/error.ts';
import { silentLogger } from '#engine/base/log.ts';
import { keepSplits } from '#engine/experiment-split.ts';
import { armOfCamera, armOfClient, slotAt } from '#engine/experiments/split-arms.ts';
import { answerByArm } from '#engine/services/answer-by-arm.ts';
import { slotOf, splitArms, splitRig } from '#test/split-rig.ts';
import { aRecord, start } from '#test/store.ts';

const minute = 60_000;
const hour = 60 * minute;
const { a, b } = splitArms;

describe('a camera of a split', () => {
  it('counts with the arm of its slot, and only B is watched', async () => {
    const { clock, open, swaps, rollout, known } = await splitRig();
    const keeper = open();
    const experiment = await known();
    const arms: (string | null)[] = [];
    for (let at = start; at < start + 12 * hour; at += hour / 2) {
      clock.set(at);
      await keeper.look();
      arms.push(rollout.counting('gate'));
      const arm = armOfCamera(experiment, 'gate', slotAt(experiment, at));
      expect(rollout.counting('gate')).toBe(arm === 'a' ? a : b);
      expect((await known()).away).toEqual(arm === 'a' ? [] : ['gate']);
    }
    expect(new Set(arms)).toEqual(new Set([a, b]));
    // Back to A is to follow the site again.
    expect(new Set(swaps.map((swap) => swap.join()))).toEqual(new Set([`${b},true`, ',false']));
  });

  it.each(['paused', 'decided', 'archived'] as const)(
    'comes back to A when the split is %s, also after a restart',
    async (state) => {
      const { clock, open, rollout, known, change } = await splitRig();
      clock.set(slotOf('b', await known()).from);
      const first = open();
      await first.look();
      expect(rollout.counting('gate')).toBe(b);
      await first.close();
      await change({ state });
      await open().look();
      expect([rollout.counting('gate'), (await known()).away]).toEqual([a, []]);
    },
  );

  it('follows the site when B was put to use there in the meantime', async () => {
    const { clock, open, rollout, swaps, known, change } = await splitRig();
    clock.set(slotOf('b', await known()).from);
    const keeper = open();
    await keeper.look();
    await rollout.swap({ cameraId: null, digest: b, by: 'mai', cause: 'chosen', reason: '' });
    await change({ state: 'decided' });
    await keeper.look();
    expect([rollout.counting('gate'), swaps.at(-1)]).toEqual([b, [null, false]]);
  });

  it('is left alone when a person gave it a third model', async () => {
    const { open, rollout, swaps, known } = await splitRig();
    const other = { cameraId: 'gate', by: 'mai', cause: 'chosen', reason: '' } as const;
    await rollout.swap({ ...other, digest: a });
    swaps.length = 0;
    const third = { ...rollout, counting: () => 'c'.repeat(64) };
    const { store, clock } = await splitRig();
    const keeper = keepSplits({ store, rollout: third, clock, log: silentLogger });
    onTestFinished(() => keeper.close());
    await keeper.look();
    expect((await store.experiments.list())[0]?.hindrance).toContain('neither A nor B');
    expect(swaps).toEqual([]);
    await open().look();
    expect((await known()).hindrance).toBeNull();
  });
});

describe('a split ends, and A counts', () => {
  it('when B cannot be loaded', async () => {
    const { clock, open, refuse, rollout, known } = await splitRig();
    clock.set(slotOf('b', await known()).from);
    refuse(new StationError('MODEL_002', 'It does not load.'));
    await open().look();
    expect(await known()).toMatchObject({
      ...{ state: 'paused', failure: 'B broke down: It does not load.', away: [] },
    });
    expect(rollout.counting('gate')).toBe(a);
  });

  it('when the guard rails took B back', async () => {
    const { clock, open, rollout, trials, known } = await splitRig();
    const { from } = slotOf('b', await known());
    clock.set(from);
    const keeper = open();
    await keeper.look();
    const view = { frames: 9, failures: 9, compared: 0, expectedBoxes: 0, matchedBoxes: 0 };
    trials.push({
      ...{ ...view, digest: b, former: a, cameraId: 'gate', from, to: from + 1 },
      ...{ state: 'rolled-back', reason: 'it failed', p95Ms: null, formerP95Ms: null },
    });
    await rollout.swap({
      ...{ cameraId: 'gate', digest: null, by: 'station', cause: 'guardrail', reason: '' },
    });
    await keeper.look();
    expect(await known()).toMatchObject({
      ...{ state: 'paused', failure: 'B broke down: It was taken back: it failed.', away: [] },
    });
    expect(rollout.counting('gate')).toBe(a);
  });
});

describe('the slots of a split', () => {
  it('are kept once each, with what the ledger has of their arm, also over restarts', async () => {
    const { clock, store, open, known } = await splitRig();
    const experiment = await known();
    await store.checkpoints.beginEpoch('gate');
    let track = 0;
    let keeper = open();
    for (let at = start; at < start + 10 * hour; at += 10 * minute) {
      clock.set(at + 30_000);
      await keeper.look();
      const arm = armOfCamera(experiment, 'gate', slotAt(experiment, at));
      const crossing = { trackId: ++track, at: at + 2 * minute, modelDigest: arm === 'a' ? a : b };
      await store.crossings.recordFrame(
        aRecord({ frameSeq: track, at: at + 2 * minute, crossings: [crossing] }),
      );
      await store.metrics.add({
        rows: [
          {
            ...{ kind: 'camera', subject: 'gate', at: at + 2 * minute },
            facts: { t: { processed: 600 }, s: {}, h: {}, a: {}, e: {} },
          },
        ],
        ...{ serving: [], times: [] },
      });
      if (track % 7 === 0) {
        await keeper.close();
        keeper = open();
      }
    }
    const stretches = await store.experiments.stretches('5f1c2d3e');
    const minutes = await store.experiments.minutes('5f1c2d3e');
    expect(stretches.map(({ from }) => Math.floor((from - start) / hour))).toEqual(
      Array.from({ length: 9 }, (_, index) => index),
    );
    expect(stretches.map(({ framesA }) => framesA > 0)).toEqual(
      stretches.map(
        ({ from }) => armOfCamera(experiment, 'gate', slotAt(experiment, from)) === 'a',
      ),
    );
    // Six in each hour, none twice and none lost.
    expect(minutes.reduce((sum, { crossings }) => sum + crossings, 0)).toBe(9 * 6);
  });
});

describe('a client of a split', () => {
  const asked = (digest: string) => ({ digest }) as never;
  const signal = new AbortController().signal;

  async function clients() {
    const { open, known, clock, ...more } = await splitRig({ withClients: true });
    const keeper = open();
    await keeper.look();
    const experiment = await known();
    const client = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'].find(
      (name) => armOfClient(experiment, name, clock.now()) === 'b',
    )!;
    const ask = (answer: (digest: string) => string, from = client) =>
      answerByArm(
        { splits: keeper, find: (digest) => Promise.resolve(asked(digest)) },
        { asked: asked(a), client: from, signal },
        ({ digest }: { digest: string }) => Promise.resolve().then(() => answer(digest)),
      );
    return { ...more, keeper, known, client, ask };
  }

  it('that asks A gets B in some hours; whoever asks another model gets that', async () => {
    const { ask, keeper, client, change } = await clients();
    expect(await ask((digest) => digest)).toBe(b);
    expect(keeper.route(b, client)).toBe(b);
    expect(keeper.route('c', client)).toBe('c');
    await change({ state: 'paused' });
    await keeper.look();
    expect(await ask((digest) => digest)).toBe(a);
  });

  it('gets A where B fails, and the split ends after ten failures', async () => {
    const { ask, keeper, known } = await clients();
    const answer = (digest: string) => {
      if (digest === b) throw new StationError('INF_001', 'no');
      return digest;
    };
    for (let count = 0; count < 9; count++) expect(await ask(answer)).toBe(a);
    await keeper.look();
    expect((await known()).state).toBe('running');
    expect(await ask(answer)).toBe(a);
    await keeper.look();
    expect(await known()).toMatchObject({
      ...{ state: 'paused', failure: 'B broke down: It failed on 10 of 10 requests of clients.' },
    });
  });

  it('hears that its picture cannot be read, which is not the fault of B', async () => {
    const { ask, keeper, known } = await clients();
    const answer = () => {
      throw new StationError('INF_003', 'no picture');
    };
    for (let count = 0; count < 12; count++) {
      await expect(ask(answer)).rejects.toMatchObject({ code: 'INF_003' });
    }
    await keeper.look();
    expect((await known()).state).toBe('running');
  });
});
