/**
 * Experiments on cameras over a day and more, to their verdict: the clock is set, the store and everything that counts, keeps and
 * judges is real.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ArmCrossing, ExperimentStretch } from '#contract/experiment-event.ts';
import { createMinuteBook } from '#engine/base/arm-minutes.ts';
import { silentLogger } from '#engine/base/log.ts';
import { keepExperiments } from '#engine/experiment-keeper.ts';
import { armOfCamera, slotAt } from '#engine/experiments/split-arms.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { anExperiment } from '#test/experiment.ts';
import { asMai, experimentHandlers } from '#test/experiment-handlers.ts';
import { splitArms, splitRig } from '#test/split-rig.ts';
import { aRecord, start, tempStore, testClock } from '#test/store.ts';

const minute = 60_000;
const hour = 60 * minute;
const rules = { leastEvents: 1_000, leastHours: 24 };

describe('a split with time slots of ten minutes', () => {
  /** People in ten minutes: B misses six of them, and there are more by day */
  const passing = (arm: 'a' | 'b', at: number) =>
    (arm === 'a' ? 14 : 8) + Math.round(2 * Math.sin((at / (24 * hour)) * 2 * Math.PI));

  it('says nothing before a day is over, then who counts more; every row names its arm', async () => {
    const { clock, store, open, known, rollout } = await splitRig({ slotMinutes: 10, ...rules });
    const handlers = experimentHandlers({ store, clock });
    const experiment = await known();
    const { id } = experiment;
    const verdict = async () => (await handlers['experiment.get']({ id }, asMai)).verdict;
    await store.checkpoints.beginEpoch('gate');
    const keeper = open();
    const said = new Map<number, string>();
    let track = 0;
    for (let slot = slotAt(experiment, start); slot.from < start + 30 * hour;) {
      clock.set(slot.from + 30_000);
      await keeper.look();
      const modelDigest = rollout.counting('gate') ?? '';
      const arm = modelDigest === splitArms.b ? 'b' : 'a';
      const at = slot.from + 3 * minute;
      const crossings = Array.from({ length: passing(arm, at) }, () => ({
        ...{ trackId: ++track, at, modelDigest },
      }));
      await store.crossings.recordFrame(aRecord({ frameSeq: track, at, crossings }));
      const facts = { t: { processed: 600 }, s: {}, h: {}, a: {}, e: {} };
      const row = { kind: 'camera', subject: 'gate', at, facts } as const;
      await store.metrics.add({ rows: [row], serving: [], times: [] });
      if ((slot.to - start) % (6 * hour) === 0) {
        said.set((slot.to - start) / hour, (await verdict()).reason);
      }
      slot = slotAt(experiment, slot.to);
    }
    expect([...said]).toEqual([
      [6, 'few-events'],
      [12, 'few-events'],
      [18, 'few-hours'],
      [24, 'few-hours'],
      [30, 'rates-differ'],
    ]);
    const { outcome, sentence, rate, parts } = await verdict();
    expect(outcome).toBe('differ');
    expect(sentence).toMatch(/^They differ: A counts more; A counts [\d.]+ .* blind count/);
    // Six in ten minutes are three in five.
    expect(rate?.low).toBeGreaterThan(0);
    expect(Math.abs((rate?.value ?? 0) - 3)).toBeLessThan(1);
    expect(parts.map(({ kind }) => kind)).toEqual(['more', 'rates', 'needs-blind-count']);

    const armAt = (at: number) => armOfCamera(experiment, 'gate', slotAt(experiment, at));
    const ledger = await store.crossings.list({ limit: 10_000 });
    expect(ledger).toHaveLength(track);
    expect(ledger.map(({ modelDigest }) => modelDigest)).toEqual(
      ledger.map(({ at }) => splitArms[armAt(at)]),
    );
    const minutes = await store.experiments.minutes(id);
    expect(minutes.map(({ arm }) => arm)).toEqual(minutes.map((each) => armAt(each.minute)));
    expect(new Set(minutes.map(({ arm }) => arm))).toEqual(new Set(['a', 'b']));

    await handlers['experiment.decide']({ id, winner: 'a', note: '' }, asMai);
    await keeper.look();
    expect([rollout.counting('gate'), (await known()).away]).toEqual([splitArms.a, []]);
  }, 60_000);
});

/** What both count in one minute: five together, and in every third minute one that B misses. */
function found(at: number, turn: number): ExperimentStretch {
  const box = { x: 0, y: 0, width: 0.1, height: 0.2 };
  const seen = (when: number): ArmCrossing => ({
    ...{ direction: 'in', label: 'person', at: when, box },
  });
  const open = { answer: null, answeredBy: null, answeredAt: null };
  const pair = (when: number) => ({ lineId: 'door', at: when, a: seen(when), ...open });
  const both = [5_000, 12_000, 19_000, 26_000, 33_000].map((ms) => ({
    ...{ ...pair(at + ms), kind: 'both' as const, b: seen(at + ms + 100) },
  }));
  const missed = { ...pair(at + 40_000), kind: 'only-a' as const, b: null };
  const book = createMinuteBook({ place: 'gate', arm: 'b' });
  book.see(at, { detections: [{ score: 0.5 }], inferMs: 9 });
  return {
    ...{ place: 'gate', from: at, to: at + minute, frames: { a: 600, b: 600 } },
    ...{ pairs: turn % 3 === 0 ? [...both, missed] : both, minutes: book.minutes() },
  };
}

describe('a shadow over a day', () => {
  it('is not judged before 1,000 events and a full day, then told by its counts, and by answers', async () => {
    const clock = testClock(start);
    const store = await tempStore({ clock });
    for (const digest of [splitArms.a, splitArms.b]) {
      await store.models.add({
        ...{ digest, bytes: 1, path: `/${digest}`, isEmbedded: false, importedAt: start },
        card: { ...yoloxNanoCard, name: digest.slice(0, 3) },
      });
    }
    const experiment = anExperiment({ share: 0.25, startedAt: start, createdAt: start, ...rules });
    await store.experiments.save(experiment);
    let turn = 0;
    const keeper = keepExperiments({
      ...{ store, clock, log: silentLogger, linesOf: () => [] },
      sights: { recorded: () => undefined },
      pictures: {} as never,
      run: () => Promise.reject(new Error('nothing is recorded')),
      shadow: () => Promise.resolve(found(clock.now(), turn++)),
    });
    onTestFinished(() => keeper.close());
    const handlers = experimentHandlers({ store, clock });
    const { id } = experiment;
    const said = new Map<number, string>();
    for (let at = start; at < start + 30 * hour; at += 4 * minute) {
      clock.set(at);
      await keeper.look();
      if ((at - start) % (6 * hour) !== 0 || at === start) continue;
      const { verdict } = await handlers['experiment.get']({ id }, asMai);
      said.set((at - start) / hour, verdict.reason);
    }
    expect([...said]).toEqual([
      [6, 'few-events'],
      [12, 'few-events'],
      [18, 'few-hours'],
      [24, 'counts-differ'],
    ]);

    // People answer the sample that is asked: of each difference that A was right.
    const asked = await handlers['experiment.pairs']({ id, isOpen: true, limit: 500 }, asMai);
    expect(asked.length).toBeLessThan(150);
    for (const { id: pairId, kind } of asked) {
      const answer = kind === 'both' ? 'both' : 'a';
      await handlers['experiment.answer']({ id, pairId, answer }, asMai);
    }
    const { verdict } = await handlers['experiment.get']({ id }, asMai);
    expect(verdict).toMatchObject({ outcome: 'a', reason: 'more-right' });
  }, 60_000);
});
