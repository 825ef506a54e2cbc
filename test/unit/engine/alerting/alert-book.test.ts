import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert, AlertRule } from '#contract/alert.ts';
import {
  createAlertBook,
  isQuiet,
  type AlertBook,
  type Outcome,
} from '#engine/alerting/alert-book.ts';
import type { Reading } from '#engine/alerting/alert-machine.ts';
import { after, aRule } from '#test/alerts.ts';

const station = { subject: 'station', subjectName: null, cameraId: null };
const reads = (value: number | null) => (): Reading[] => [{ ...station, value, detail: 'busy' }];
const rule = aRule({
  ...{ durationS: 10, clearS: 5, cooldownS: 60, channels: ['desktop'] },
  ...{ escalateAfterS: 30, escalateTo: ['chief'] },
});

interface Rig {
  readonly book: AlertBook;
  /** Phases that were told, with their channels, since the last question */
  readonly told: () => string[];
  /** Looks at this value each second from one second to another. */
  readonly pass: (from: number, to: number, value: number | null) => void;
  readonly take: (outcome: Outcome | null) => void;
}

function rig(changes: Partial<AlertRule> = {}, stored: readonly Alert[] = [], now = 0): Rig {
  let ids = 0;
  let told: string[] = [];
  const book = createAlertBook({
    rules: [{ ...rule, ...changes }],
    stored: stored.map((alert) => ({ alert, isTold: true })),
    timeZone: 'UTC',
    newId: () => `a${String(++ids)}`,
    moment: after(now),
  });
  const take = (outcome: Outcome | null): void => {
    for (const { notice, channels } of outcome?.notices ?? []) {
      told.push(`${notice.phase} ${channels.join('+')}`);
    }
  };
  return {
    book,
    take,
    told() {
      const all = told;
      told = [];
      return all;
    },
    pass(from, to, value) {
      for (let second = from; second <= to; second++) take(book.look(reads(value), after(second)));
    },
  };
}

describe('an alert', () => {
  it('is pending, fires, goes further, is taken and resolved, and each is told once', () => {
    const { book, told, pass, take } = rig();
    pass(0, 9, 90);
    expect([book.open()[0]?.state, told()]).toEqual(['pending', []]);
    pass(10, 39, 90);
    expect([book.open()[0]?.state, told()]).toEqual(['firing', ['firing desktop']]);
    pass(40, 60, 90);
    expect(told()).toEqual(['escalated chief']);
    take(book.acknowledge('a1', { by: 'anna', note: 'on my way' }, after(61)));
    expect(told()).toEqual(['acknowledged desktop+chief']);
    expect(book.open()[0]).toMatchObject({
      ...{ state: 'acknowledged', acknowledgedBy: 'anna', note: 'on my way' },
      ...{ since: after(0).at, firedAt: after(10).at, acknowledgedAt: after(61).at },
    });
    pass(62, 66, 20);
    expect(book.open()).toHaveLength(1);
    pass(67, 67, 20);
    expect([book.open(), told()]).toEqual([[], ['resolved desktop+chief']]);
  });

  it('of which nobody can tell never fires, and begins anew when somebody can', () => {
    const { book, pass, told } = rig();
    pass(0, 100, null);
    pass(101, 109, 90);
    pass(110, 110, null);
    pass(111, 120, 90);
    expect([book.open()[0]?.state, told()]).toEqual(['pending', []]);
    expect(book.unknown('cpu')).toEqual([]);
    pass(121, 121, null);
    expect(book.unknown('cpu')).toEqual([{ ...station, reason: 'busy' }]);
  });

  it('that comes back within the cooldown is the same one, and is let go later each time', () => {
    const { book, pass, told } = rig();
    pass(0, 10, 90);
    pass(11, 16, 20);
    expect(told()).toEqual(['firing desktop', 'resolved desktop']);
    pass(17, 27, 90);
    expect(book.open()).toMatchObject([{ id: 'a1', state: 'firing', repeats: 1 }]);
    pass(28, 37, 20);
    expect(book.open()).toHaveLength(1);
    pass(38, 38, 20);
    expect(book.open()).toEqual([]);
    pass(39, 110, 20);
    pass(111, 121, 90);
    expect(book.open()).toMatchObject([{ repeats: 0 }]);
    expect(book.open()[0]?.id).not.toBe('a1');
  });

  it('that flaps faster than it is let go stays one alert, told once', () => {
    const { book, pass, told } = rig({ escalateAfterS: null });
    pass(0, 10, 90);
    for (let second = 11; second < 200; second += 4) {
      pass(second, second + 2, 20);
      pass(second + 3, second + 3, 90);
    }
    expect([book.open().length, told()]).toEqual([1, ['firing desktop']]);
  });

  it.each<[string, number | null, string]>([
    ['was good when the station came back', 20, 'during-pause'],
    ['cannot be told any more', null, 'unknown'],
  ])('from before a restart that %s ends and says so', (_, value, end) => {
    const first = rig();
    first.pass(0, 10, 90);
    const [alert] = first.book.open();
    const second = rig({}, [alert!], 100);
    let last: Alert | undefined;
    for (let at = 100; at <= 106; at++) {
      const { changed } = second.book.look(reads(value), after(at));
      last = changed[0]?.alert ?? last;
    }
    expect(last).toMatchObject({ id: 'a1', state: 'resolved', end, resolvedAt: after(105).at });
  });

  it('from before a restart that is still bad goes on and is not told again', () => {
    const first = rig();
    first.pass(0, 10, 90);
    const second = rig({}, first.book.open(), 100);
    second.pass(100, 120, 90);
    expect([second.book.open()[0]?.id, second.told()]).toEqual(['a1', []]);
    second.pass(121, 126, 20);
    expect(second.told()).toEqual(['resolved desktop']);
  });

  it('ends with its subject, and with its rule', () => {
    const { book, pass, take, told } = rig();
    pass(0, 10, 90);
    take(book.look(() => [], after(11)));
    expect([book.open(), told()]).toEqual([[], ['firing desktop', 'resolved desktop']]);
    pass(12, 22, 90);
    take(book.setRules([{ ...rule, isEnabled: false }], after(23)));
    expect([book.open(), told()]).toEqual([[], ['firing desktop', 'resolved desktop']]);
  });

  it('goes on with another limit, and carries what the station did', () => {
    const { book, pass, take } = rig();
    pass(0, 10, 90);
    take(book.setRules([{ ...rule, limit: 85 }], after(11)));
    take(book.tell({ cameraId: null, message: 'The worker was started again.' }, after(12).at));
    take(book.tell({ cameraId: 'gate', message: 'Something else.' }, after(12).at));
    pass(12, 12, 90);
    expect(book.open()).toMatchObject([
      { id: 'a1', limit: 85, actions: [{ message: 'The worker was started again.' }] },
    ]);
  });

  it('in quiet hours fires untold, and is told when they end', () => {
    // The start is 10:00 UTC.
    const { book, pass, told } = rig({ quietHours: { from: '09:00', to: '10:01' } });
    pass(0, 59, 90);
    expect([book.open()[0]?.state, told()]).toEqual(['firing', []]);
    pass(60, 60, 90);
    expect(told()).toEqual(['firing desktop']);
  });
});

describe('whatever the values', () => {
  const values = fc.array(fc.option(fc.integer({ min: 0, max: 100 }), { nil: null }), {
    ...{ minLength: 1, maxLength: 200 },
  });
  const durations = fc.record({
    ...{ durationS: fc.integer({ min: 0, max: 8 }), clearS: fc.integer({ min: 0, max: 8 }) },
    cooldownS: fc.integer({ min: 0, max: 40 }),
  });
  const rank = { pending: 0, firing: 1, acknowledged: 2, resolved: 3 };

  it('none fires before its time, one subject has one, and states keep their order', () => {
    fc.assert(
      fc.property(values, durations, fc.nat(150), (list, changes, takenAt) => {
        const { book } = rig(changes);
        const seen = new Map<string, Alert>();
        let badSince: number | null = null;
        list.forEach((value, second) => {
          badSince = value !== null && value >= rule.limit ? (badSince ?? second) : null;
          const wasOpen = book.open().some(({ state }) => state !== 'pending');
          const outcomes = [book.look(reads(value), after(second))];
          const id = book.open()[0]?.id ?? '';
          if (second === takenAt) {
            outcomes.push(
              book.acknowledge(id, { by: 'a', note: '' }, after(second)) ?? outcomes.pop()!,
            );
          }
          const isOpen = book.open().some(({ state }) => state !== 'pending');
          if (isOpen && !wasOpen) {
            expect(badSince).not.toBeNull();
            expect(second - badSince!).toBeGreaterThanOrEqual(changes.durationS);
          }
          expect(book.open().length).toBeLessThanOrEqual(1);
          for (const { alert } of outcomes.flatMap(({ changed }) => changed)) {
            const before = seen.get(alert.id);
            const isBack = before !== undefined && alert.repeats > before.repeats;
            if (before && !isBack) {
              expect(rank[alert.state]).toBeGreaterThanOrEqual(rank[before.state]);
            }
            if (isBack) expect(before.state).toBe('resolved');
            seen.set(alert.id, alert);
          }
        });
      }),
      { numRuns: 150 },
    );
  });
});

describe('quiet hours from 22:00 to 06:00', () => {
  const quiet = aRule({ quietHours: { from: '22:00', to: '06:00' } });
  it.each<[string, string, string, boolean]>([
    ['begin', '2026-03-02T22:00:00Z', 'UTC', true],
    ['go on after midnight', '2026-03-03T05:59:00Z', 'UTC', true],
    ['end', '2026-03-03T06:00:00Z', 'UTC', false],
    ['are those of the site', '2026-03-02T22:30:00Z', 'Asia/Ho_Chi_Minh', true],
    ['are over there at noon', '2026-03-03T05:00:00Z', 'Asia/Ho_Chi_Minh', false],
    ['before the clocks go forward', '2026-03-29T00:59:00Z', 'Europe/Berlin', true],
    ['and end an hour sooner', '2026-03-29T04:00:00Z', 'Europe/Berlin', false],
    ['and last an hour longer in autumn', '2026-10-25T04:59:00Z', 'Europe/Berlin', true],
    ['until six', '2026-10-25T05:00:00Z', 'Europe/Berlin', false],
  ])('%s (%s, %s)', (_, at, zone, expected) => {
    expect(isQuiet(quiet, Date.parse(at), zone)).toBe(expected);
  });
});
