import { describe, expect, it } from 'vitest';
import type { IssuedCertificate } from '#contract/certificate.ts';
import { countInterval, notAudited } from '#engine/audit/count-interval.ts';
import { changesSince, qualityOf, withIntervals } from '#engine/count-intervals.ts';
import type { LedgerSetup, LedgerTally } from '#engine/store/records.ts';

const share = (value: number, events: number, effective = events) => ({
  value,
  low: value - 0.05,
  high: Math.min(1, value + 0.05),
  events,
  effective,
});
const setup = {
  cameraId: 'gate',
  lineId: 'door',
  lineRevision: 2,
  modelDigest: 'model-a',
  configDigest: 'config-a',
};

function certificate(change: Partial<IssuedCertificate> = {}): IssuedCertificate {
  const quality = { recall: share(0.95, 100), precision: share(0.98, 98) };
  return {
    ...setup,
    ...{ id: 1, blindCountId: 1, at: 5_000, by: 'mai', lineName: 'Door', model: 'nano 1.0.0' },
    ...{ from: 0, to: 5_000, clipSeconds: 60, slots: 90, drawn: 24, counted: 24 },
    trueEvents: { in: 50, out: 50 },
    stationEvents: { in: 49, out: 49 },
    in: quality,
    out: quality,
    both: quality,
    ...change,
  };
}
const ledgerSetup = (change: Partial<LedgerSetup> = {}): LedgerSetup => {
  return { ...setup, firstMs: 1_000, lastMs: 9_000, ...change };
};
const tally = (change: Partial<LedgerTally> = {}): LedgerTally => ({
  ...{ cameraId: 'gate', lineId: 'door', from: 2_000, to: 8_000, in: 100, out: 0 },
  observedSeconds: 6,
  ...change,
});

describe('the interval of a tally', () => {
  it('is wide and says so without a certificate', () => {
    expect(withIntervals([tally()], { setups: [ledgerSetup()], certificates: [] })).toEqual([
      {
        ...tally(),
        low: { in: 71, out: 0 },
        high: { in: 200, out: 2 },
        basis: 'not-audited',
        auditedAt: null,
        certificateId: null,
      },
    ]);
  });

  it('follows from the certificate of the setup that counted', () => {
    const known = { setups: [ledgerSetup()], certificates: [certificate()] };
    expect(withIntervals([tally()], known)).toEqual([
      {
        ...tally(),
        low: { in: 95, out: 0 },
        high: { in: 112, out: 1 },
        basis: 'audited',
        auditedAt: 5_000,
        certificateId: 1,
      },
    ]);
  });

  it.each<[string, Partial<LedgerTally>, readonly LedgerSetup[], number | null]>([
    ['before the certificate, with the same setup', { to: 3_000 }, [ledgerSetup()], 1],
    [
      'when nobody crossed after the setup counted last',
      { from: 20_000, to: 30_000, in: 0 },
      [ledgerSetup()],
      1,
    ],
    ['when another model counted', {}, [ledgerSetup({ modelDigest: 'model-b' })], null],
    ['when the line was moved', {}, [ledgerSetup({ lineRevision: 3 })], null],
    [
      'when two setups counted',
      {},
      [ledgerSetup(), ledgerSetup({ lineRevision: 3, firstMs: 7_000 })],
      null,
    ],
    [
      'before two setups met',
      { to: 6_000 },
      [ledgerSetup({ lastMs: 6_500 }), ledgerSetup({ lineRevision: 3, firstMs: 7_000 })],
      1,
    ],
    ['on another line', { lineId: 'exit' }, [ledgerSetup()], null],
    ['before anything counted', { from: 0, to: 500 }, [ledgerSetup()], null],
  ])('holds %s: as it must', (_, change, setups, expected) => {
    const [found] = withIntervals([tally(change)], { setups, certificates: [certificate()] });
    expect(found?.certificateId).toBe(expected);
  });

  it('is that of the newest certificate', () => {
    const newest = certificate({ id: 2, at: 7_000 });
    const known = { setups: [ledgerSetup()], certificates: [newest, certificate()] };
    expect(withIntervals([tally()], known)[0]?.certificateId).toBe(2);
  });
});

describe('what a certificate says of a direction', () => {
  it('is its own with ten crossings, else that of both together', () => {
    const rare = { recall: share(0.5, 9), precision: share(0.6, 9) };
    const own = { recall: share(0.5, 10), precision: share(0.75, 12) };
    const { in: into, out } = qualityOf(certificate({ in: own, out: rare }));
    expect(into.recall).toEqual({ a: 5.5, b: 5.5 });
    expect(out.recall.a).toBeCloseTo(95.5);
  });

  it('scatters more when crossings of one clip resemble each other', () => {
    const clumped = { recall: share(0.95, 100, 25), precision: share(0.98, 98) };
    const { in: into } = qualityOf(certificate({ in: clumped }));
    expect(into.scatter).toBe(4);
  });
});

describe('a setup', () => {
  it.each([
    ['is the same', {}, []],
    ['has its line moved', { lineRevision: 3, configDigest: 'config-b' }, ['line']],
    ['has another model', { modelDigest: 'model-b', configDigest: 'config-b' }, ['model']],
    ['has other settings', { configDigest: 'config-b' }, ['settings']],
  ])('%s', (_, change, expected) => {
    expect(changesSince(setup, { ...setup, ...change })).toEqual(expected);
  });

  it('is gone', () => {
    expect(changesSince(setup, null)).toEqual(['removed']);
  });
});

describe('intervals', () => {
  it('hold the count that corrected expectation gives, and widen with it', () => {
    let width = 0;
    for (const counted of [0, 1, 5, 20, 100, 1_000, 100_000]) {
      const { low, high } = countInterval(counted, notAudited);
      const expected = (counted * 0.9209) / 0.804;
      expect(low).toBeLessThanOrEqual(expected);
      expect(high).toBeGreaterThanOrEqual(expected);
      expect(high - low).toBeGreaterThan(width);
      width = high - low;
    }
  });
});
