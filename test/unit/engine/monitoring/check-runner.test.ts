import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StationError } from '#contract/error.ts';
import {
  type CheckPlan,
  type MakeCheck,
  type CheckResult,
  createCheckRunner,
} from '#engine/monitoring/check-runner.ts';
import { testClock } from '#test/store.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function rig(run: MakeCheck, name: CheckPlan['name'] = 'database') {
  const clock = testClock();
  const changes: string[] = [];
  let subjects = ['station'];
  const runner = createCheckRunner({
    plans: [{ name, subjects: () => subjects, run }],
    ...{ clock, limitMs: 10_000, tries: 2 },
    onChange: (subject, check) => changes.push(`${subject} ${check.state}`),
  });
  return {
    ...{ clock, runner, changes },
    use: (next: string[]) => void (subjects = next),
    look: async (afterMs = 0) => {
      clock.set(clock.now() + afterMs);
      runner.look();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

const ok: CheckResult = { state: 'ok', detail: 'fine' };
const bad: CheckResult = { state: 'down', detail: 'broken' };

describe('a check', () => {
  it('is made at its interval, and keeps since when it is so', async () => {
    const run = vi.fn(() => ok);
    const { look, runner, clock, changes } = rig(run);
    const first = clock.now();
    await look();
    await look(59_000);
    expect(run).toHaveBeenCalledTimes(1);
    await look(1_000);
    expect(run).toHaveBeenCalledTimes(2);
    expect(runner.of('station')).toEqual([
      { name: 'database', ...ok, since: first, checkedAt: first + 60_000, tookMs: 0 },
    ]);
    expect(changes).toEqual(['station ok']);
  });

  it('is tried once more before a bad result is believed', async () => {
    const run = vi.fn<MakeCheck>().mockReturnValueOnce(bad).mockReturnValue(ok);
    const { look, changes } = rig(run);
    await look();
    expect([run.mock.calls.length, changes]).toEqual([2, ['station ok']]);
    run.mockReturnValue(bad);
    await look(60_000);
    expect([run.mock.calls.length, changes]).toEqual([4, ['station ok', 'station down']]);
  });

  it('that cannot be told is asked again soon', async () => {
    const run = vi.fn<MakeCheck>(() => ({ state: 'unknown', detail: 'too early' }));
    const { look } = rig(run);
    await look();
    await look(4_000);
    expect(run).toHaveBeenCalledTimes(1);
    await look(1_000);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('that gives no answer in time is bad, and nobody waits for it', async () => {
    const { look, runner } = rig(() => new Promise<CheckResult>(() => undefined));
    await look();
    expect(runner.of('station')).toEqual([]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(runner.of('station')).toMatchObject([
      { state: 'down', detail: 'The check "database" gave no answer within 10 s.' },
    ]);
  });

  it('that fails says why', async () => {
    const { look, runner } = rig(() => Promise.reject(new StationError('RES_004', 'disk full')));
    await look();
    expect(runner.of('station')).toMatchObject([{ state: 'down', detail: 'RES_004: disk full' }]);
  });

  it('of what is not there any more is forgotten', async () => {
    const { look, runner, use } = rig(() => ok, 'loaded');
    use(['a', 'b']);
    await look();
    use(['b']);
    await look(1_000);
    expect([runner.of('a').length, runner.of('b').length]).toEqual([0, 1]);
  });
});
