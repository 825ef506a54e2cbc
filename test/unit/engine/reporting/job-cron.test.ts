/**
 * When jobs run by themselves: on the clock of their zone, over its changes, and once for what was missed.
 */
import { describe, expect, it } from 'vitest';
import { missedCron, nextCron } from '#engine/reporting/job-cron.ts';

const at = (text: string) => Date.parse(text);
const night = (timeZone: string, cron = '30 2 * * *') => ({ cron, timeZone });

describe('the next time', () => {
  it.each([
    ['half past two in Hanoi', night('Asia/Ho_Chi_Minh'), '2026-11-29T20:00Z', '2026-11-30T19:30Z'],
    ['on Mondays', night('UTC', '0 6 * * 1'), '2026-11-30T06:00Z', '2026-12-07T06:00Z'],
    // The clock goes from 2:00 to 3:00: half past two is not there that night.
    [
      'in the night that lacks it',
      night('Europe/Berlin'),
      '2027-03-28T00:00Z',
      '2027-03-28T01:30Z',
    ],
    // And back from 3:00 to 2:00: it comes twice, and counts once.
    [
      'in the night that has it twice',
      night('Europe/Berlin'),
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
    ],
    ['after the first of two', night('Europe/Berlin'), '2026-10-25T00:30Z', '2026-10-26T01:30Z'],
  ])('%s', (_, schedule, after, expected) => {
    expect(new Date(nextCron(schedule, at(after))!).toISOString()).toBe(
      new Date(at(expected)).toISOString(),
    );
  });

  it('never comes on the thirtieth of February', () => {
    expect(nextCron(night('UTC', '0 0 30 2 *'), at('2026-11-30T00:00Z'))).toBeNull();
  });

  it.each([
    ['a word', night('UTC', 'every night')],
    ['seconds', night('UTC', '0 30 2 * * *')],
    ['an unknown zone', night('Europe/Atlantis')],
  ])('refuses %s', (_, schedule) => {
    expect(() => nextCron(schedule, 0)).toThrow(expect.objectContaining({ code: 'REQ_001' }));
  });
});

describe('what was missed', () => {
  it.each([
    ['the last of three nights', '2026-11-27T12:00Z', '2026-11-30T12:00Z', '2026-11-30T02:30Z'],
    ['nothing since the last run', '2026-11-30T02:30Z', '2026-11-30T12:00Z', null],
    ['the run of this very second', '2026-11-29T12:00Z', '2026-11-30T02:30Z', '2026-11-30T02:30Z'],
  ])('is %s', (_, doneUntil, now, expected) => {
    const missed = missedCron(night('UTC'), { doneUntil: at(doneUntil), now: at(now) });
    expect(missed).toBe(expected === null ? null : at(expected));
  });
});
