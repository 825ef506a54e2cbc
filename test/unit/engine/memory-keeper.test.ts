import { afterEach, expect, it, vi } from 'vitest';
import { keepMemory, type PlannedRestart } from '#engine/memory-keeper.ts';

afterEach(() => vi.useRealTimers());

interface Story {
  readonly isOn?: boolean;
  readonly restartStation?: (() => void) | null;
}

/** A process that grows by a gigabyte each minute, looked at each second; rules over a minute, two restarts in all. */
function growing({ isOn = true, restartStation = null }: Story = {}) {
  let nowMs = 0;
  let bytes = 0;
  const planned: PlannedRestart[] = [];
  const restarted: string[] = [];
  const keeper = keepMemory({
    ...{ rules: [{ bytesPerHour: 1e9, overMs: 60_000 }], budget: { count: 2, windowMs: 1e9 } },
    ...{ pauseMs: 300_000, clock: { monotonicMs: () => nowMs }, isOn: () => isOn, restartStation },
    onPlanned: (one) => planned.push(one),
    restartWorker(workerId) {
      restarted.push(`${workerId} after ${String(Math.round(nowMs / 60_000))} min`);
      bytes = 0;
    },
  });
  return {
    ...{ keeper, planned, restarted },
    pass: (minutes: number, cameras: (minute: number) => readonly string[] = () => ['gate']) => {
      const endMs = nowMs + minutes * 60_000;
      for (; nowMs < endMs; nowMs += 1_000) {
        bytes += 1e9 / 60;
        const ids = cameras(nowMs / 60_000).map((cameraId) => ({ cameraId }) as never);
        keeper.report('w1', { rssBytes: bytes, cameras: ids });
      }
    },
  };
}

it('restarts with a pause between, and refuses when the budget is used up', () => {
  const { keeper, planned, restarted, pass } = growing();
  pass(20);
  keeper.close();
  expect(restarted).toEqual(['w1 after 1 min', 'w1 after 6 min']);
  expect(planned.map(({ refusal }) => refusal?.slice(0, 26) ?? null)).toEqual([
    ...[null, null],
    ...planned.slice(2).map(() => 'It was done too often alre'),
  ]);
  expect(planned.length).toBeGreaterThan(2);
  expect(planned[0]?.cause).toMatch(
    /^The memory of worker w1 has grown by 60000 MB an hour for 1 minutes, to \d+ MB\.$/,
  );
});

it('does not wonder at more memory for more cameras', () => {
  const { keeper, planned, pass } = growing();
  pass(10, (minute) =>
    Array.from({ length: 1 + Math.floor(minute * 2) }, (_, at) => `c${String(at)}`),
  );
  keeper.close();
  expect(planned).toEqual([]);
});

it('refuses when the recovery plan does not allow it', () => {
  const { keeper, planned, restarted, pass } = growing({ isOn: false });
  pass(2);
  keeper.close();
  expect(restarted).toEqual([]);
  expect(planned[0]?.refusal).toContain('switched off');
});

it.each([
  ['is started again by whoever would', true, null],
  ['says so where nobody would', false, 'Nobody would start the station again'],
])('a station that grows %s', (_, canRestart, refusal) => {
  vi.useFakeTimers();
  const restartStation = vi.fn();
  let bytes = 0;
  vi.spyOn(process.memoryUsage, 'rss').mockImplementation(() => (bytes += 20e6));
  const planned: PlannedRestart[] = [];
  const keeper = keepMemory({
    ...{ rules: [{ bytesPerHour: 1e9, overMs: 60_000 }], budget: { count: 2, windowMs: 1e9 } },
    ...{ pauseMs: 300_000, clock: { monotonicMs: () => performance.now() }, isOn: () => true },
    onPlanned: (one) => planned.push(one),
    restartWorker: () => undefined,
    restartStation: canRestart ? restartStation : null,
  });
  vi.advanceTimersByTime(90_000);
  keeper.close();
  expect(planned[0]).toMatchObject({ subject: 'station' });
  expect(planned[0]?.refusal?.slice(0, 36) ?? null).toBe(refusal);
  expect(restartStation).toHaveBeenCalledTimes(canRestart ? 1 : 0);
});
