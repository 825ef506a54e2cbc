/**
 * Today's counts, each crossing exactly once.
 */
import { describe, expect, it } from 'vitest';
import type { Crossing } from '#contract/counting.ts';
import { fakeCrossing, fakeLine } from '#test/fake-ledger.ts';
import {
  addCrossing,
  intervalOf,
  openLedger,
  readLedger,
  totalOf,
  type Ledger,
} from '#test/renderer.ts';

const gate = fakeLine('gate', 'cam');
const door = fakeLine('door', 'cam');
const from = 1_000_000;
const crossing = (id: number, extra: Partial<Crossing> = {}) =>
  fakeCrossing(id, gate, { at: from + id, ...extra });
const tally = {
  ...{ cameraId: 'cam', from, to: from + 86_400_000, observedSeconds: 1 },
  ...{ low: { in: 2, out: 0 }, high: { in: 5, out: 3 } },
  ...{ basis: 'not-audited' as const, auditedAt: null, certificateId: null },
};
const reading = {
  from,
  tallies: [
    { ...tally, lineId: 'gate', in: 3, out: 1 },
    { ...tally, lineId: 'door', in: 10, out: 10 },
  ],
  recent: [crossing(41), crossing(40)],
  lastId: 41,
};
const gateOf = (ledger: Ledger) => ledger.counts.get('gate');
const add = (ledger: Ledger, ...rows: Crossing[]) => rows.reduce(addCrossing, ledger);

describe('ledger', () => {
  const opened = openLedger(reading, []);

  it.each<[string, Crossing[], object]>([
    ['a new crossing', [crossing(42)], { in: 4, out: 1 }],
    [
      'one in each direction',
      [crossing(42), crossing(43, { direction: 'out' })],
      { in: 4, out: 2 },
    ],
    ['the same crossing twice', [crossing(42), crossing(42)], { in: 4, out: 1 }],
    ['a crossing that is in the sums', [crossing(41)], { in: 3, out: 1 }],
    ['crossings out of order', [crossing(43), crossing(42)], { in: 5, out: 1 }],
    [
      'a crossing of yesterday that is written now',
      [crossing(42, { at: from - 1 })],
      { in: 3, out: 1 },
    ],
    ['a crossing of another line', [fakeCrossing(42, door)], { in: 3, out: 1 }],
  ])('counts %s exactly once', (_, rows, expected) => {
    expect(gateOf(add(opened, ...rows))).toEqual(expected);
  });

  it('adds what was announced while it was read, without what is in the sums', () => {
    const ledger = openLedger(reading, [crossing(43), crossing(41), crossing(42)]);
    expect(gateOf(ledger)).toEqual({ in: 5, out: 1 });
    expect(ledger.recent.map((row) => row.id)).toEqual([43, 42, 41, 40]);
    expect(ledger.hasGap).toBe(false);
  });

  it('sees that an announcement was missed', () => {
    expect(add(opened, crossing(42)).hasGap).toBe(false);
    expect(add(opened, crossing(44)).hasGap).toBe(true);
  });

  it('moves the interval with what crosses until it is read again', () => {
    expect(intervalOf(add(opened, crossing(42)), ['gate'])).toEqual({
      low: { in: 3, out: 0 },
      high: { in: 6, out: 3 },
      basis: 'not-audited',
    });
  });

  it('calls a sum audited only when all of its lines are', () => {
    const audited = { ...tally, lineId: 'door', in: 10, out: 10, basis: 'audited' as const };
    const ledger = openLedger({ ...reading, tallies: [reading.tallies[0]!, audited] }, []);
    expect(intervalOf(ledger, ['door'])?.basis).toBe('audited');
    expect(intervalOf(ledger, ['gate', 'door'])).toEqual({
      low: { in: 4, out: 0 },
      high: { in: 10, out: 6 },
      basis: 'not-audited',
    });
    expect(intervalOf(ledger, ['new'])).toBe(null);
  });

  it('sums the lines that are asked for', () => {
    expect(totalOf(opened, ['gate', 'door', 'new'])).toEqual({ in: 13, out: 11 });
  });
});

describe('reading of the ledger', () => {
  it('reads again when a row was written between the newest id and the sums', async () => {
    const asked: string[] = [];
    const newest = [[crossing(5)], [crossing(6)], [crossing(6)], [crossing(6)]];
    const call = (name: string) => {
      asked.push(name);
      return Promise.resolve(
        name === 'tally.query' ? [{ ...tally, lineId: 'gate', in: 6, out: 0 }] : newest.shift(),
      );
    };
    const result = await readLedger({
      call: call as Parameters<typeof readLedger>[0]['call'],
      stationNow: () => Date.now(),
    });
    expect(result.lastId).toBe(6);
    expect(asked.filter((name) => name === 'tally.query')).toHaveLength(2);
  });
});
