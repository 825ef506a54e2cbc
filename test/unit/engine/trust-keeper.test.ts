import { describe, expect, it, onTestFinished } from 'vitest';
import { StationError } from '#contract/error.ts';
import type { HourQuestion } from '#engine/review-protocol.ts';
import type { ReviewThread } from '#engine/review-thread.ts';
import { createReview } from '#engine/review.ts';
import { insertBlock } from '#engine/store/trajectories.ts';
import { addTrustHours, listUnmeasured, type MeasuredHour } from '#engine/store/trust-hours.ts';
import { createTrajectoryRecorder } from '#engine/trajectories/recorder.ts';
import { keepTrust, type TrustKeeperDeps } from '#engine/trust-keeper.ts';
import { keepingLogger, memoryDatabase, testClock } from '#test/store.ts';
import { middle, picture, trackAt } from './counting/walks.ts';

const hourMs = 3_600_000;
const start = 1000 * hourMs;
const signal = new AbortController().signal;

/** A keeper on a real database, with the review in this thread; measuring takes as long as the story says. */
function rig(msPerHour = 1, changes: Partial<TrustKeeperDeps> = {}) {
  const database = memoryDatabase();
  // The camera has paths since an hour long before those of the stories.
  const recorder = createTrajectoryRecorder({ picture, isNearLine: () => true });
  recorder.see([trackAt({ x: 0.5, y: 0.5 })], start - 100 * hourMs);
  const block = recorder.flush();
  if (block !== null) insertBlock(database, { cameraId: 'cam', epoch: 1, block });
  const inside = createReview(database);
  const log = keepingLogger();
  const timers: { act: () => void }[] = [];
  const measured: number[] = [];
  const clock = testClock(start);
  let elapsed = 0;
  const review: Pick<ReviewThread, 'ask'> = {
    ask(name, input) {
      if (name === 'measureHour') {
        measured.push((input as HourQuestion).from / hourMs);
        elapsed += msPerHour;
      }
      const answer = inside[name] as (input: unknown, never: () => boolean) => unknown;
      return Promise.resolve(answer(input, () => false)) as never;
    },
  };
  const make = () => {
    const keeper = keepTrust({
      ...{ review, log, pathDays: () => 30 },
      clock: { now: () => clock.now(), monotonicMs: () => elapsed },
      store: {
        trust: {
          add(hours: readonly MeasuredHour[]) {
            addTrustHours(database, hours);
            return Promise.resolve();
          },
          unmeasured: (query) => Promise.resolve(listUnmeasured(database, query)),
          prune: () => Promise.resolve(0),
        },
      },
      plans: () => [{ cameraId: 'cam', lines: [middle], zones: [] }],
      later(_, act) {
        timers.push({ act });
        return () => undefined;
      },
      ...changes,
    });
    onTestFinished(() => keeper.close());
    return keeper;
  };
  return { database, keeper: make(), again: make, measured, clock, timers, log };
}

const sixHours = { from: start - 6 * hourMs, to: start + hourMs };

describe('hours of lines', () => {
  it('are measured for a second at a time, the newest first, and each once, also after a restart', async () => {
    const { keeper, again, measured } = rig(600);
    expect(await keeper.catchUp('cam', sixHours, signal)).toBe(3);
    expect(measured).toEqual([998, 997]);
    expect(await keeper.catchUp('cam', sixHours, signal)).toBe(1);
    expect(await again().catchUp('cam', sixHours, signal)).toBe(0);
    expect(measured).toEqual([998, 997, 996, 995, 994]);
  });

  it('wait until all paths of the hour are written', async () => {
    const { keeper, measured, clock } = rig();
    clock.set(start + 60_000);
    await keeper.catchUp('cam', { from: start - hourMs, to: start + hourMs }, signal);
    expect(measured).toEqual([999]);
  });

  it('of which no paths are kept any more are not asked for', async () => {
    const { keeper, measured } = rig(1, { pathDays: () => 0 });
    expect(await keeper.catchUp('cam', sixHours, signal)).toBe(0);
    expect(measured).toEqual([]);
  });

  it('of two pages that ask at once are measured once', async () => {
    const { keeper, measured } = rig();
    await Promise.all([
      keeper.catchUp('cam', sixHours, signal),
      keeper.catchUp('cam', sixHours, signal),
    ]);
    expect(measured).toEqual([998, 997, 996, 995, 994]);
  });

  it('are measured by itself, and the newest is judged', async () => {
    const { keeper, database, timers, clock } = rig();
    const from = start - hourMs;
    const figures = {
      ...{ tracks: 40, passages: 40, bornShare: 0, endedShare: 0, fragments: 0, switches: 0 },
      ...{
        jitterBands: 0.2,
        heightPx: 80,
        score: 0.8,
        framesPerSecond: 10,
        labels: { person: 40 },
      },
      observedShare: 1,
    };
    for (let hour = 0; hour < 14; hour += 1) {
      const lines = [
        { lineId: middle.id, revision: 1, figures: { ...figures, score: hour === 0 ? 0.5 : 0.8 } },
      ];
      addTrustHours(database, [
        { cameraId: 'cam', from: from - hour * hourMs, camera: null, lines },
      ]);
    }
    clock.set(start + 120_000);
    timers.at(-1)?.act();
    await expect
      .poll(() => keeper.newest().get(middle.id))
      .toMatchObject({
        ...{
          from,
          verdict: 'unreliable',
          reasons: [{ code: 'low-score', value: 0.5, usual: 0.8 }],
        },
      });
  });

  it('that cannot be measured now are tried again later, and the log says why', async () => {
    const refuse = () => Promise.reject(new StationError('SYS_001', 'The thread ended.'));
    const { timers, log } = rig(1, { review: { ask: refuse } });
    timers.at(-1)?.act();
    await expect.poll(() => timers.length).toBe(2);
    expect(log.lines.map(([line]) => line)).toEqual(['warn hours not measured']);
  });
});
