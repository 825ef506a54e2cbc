import { describe, expect, it } from 'vitest';
import {
  addBlindCount,
  finishClip,
  getBlindCount,
  listBlindCounts,
  saveVerdicts,
} from '#engine/store/blind-counts.ts';
import { addCertificate, getCertificate, listCertificates } from '#engine/store/certificates.ts';
import { insertCrossing } from '#engine/store/crossings.ts';
import { listSetups } from '#engine/store/setups.ts';
import { aCrossing, aLine, start, tempDatabase } from '#test/store.ts';

const setup = {
  cameraId: 'gate',
  lineId: 'door',
  lineRevision: 1,
  modelDigest: 'a',
  configDigest: 'b',
};
const plan = {
  setup,
  line: { ...aLine(), revision: 1 },
  ...{ seed: 7, clipSeconds: 60, from: start, to: start + 600_000 },
  strata: [{ hour: 9, density: 'few' as const, size: 10, drawn: 1 }],
};
const newCount = {
  plan,
  drawnAt: start,
  drawnBy: 'mai',
  clips: [{ from: start, to: start + 60_000, stratum: 0, inclusion: 0.1 }],
};

describe('blind counts', () => {
  it('keep what was marked as it was, and take what is said later', () => {
    const database = tempDatabase();
    const { id } = addBlindCount(database, newCount);
    const marks = [{ direction: 'in' as const, at: start + 5_000 }];
    const done = { id, position: 0, marks, skipped: null, at: start + 1, by: 'mai' };
    finishClip(database, done);
    expect(() => finishClip(database, { ...done, marks: [] })).toThrow('counted already');
    expect(() => database.exec("UPDATE blind_count_clips SET marks = '[]'")).toThrow(
      'never changed',
    );
    saveVerdicts(database, { id, position: 0, verdicts: { happened: [3], mistaken: [] } });
    expect(getBlindCount(database, id)).toEqual({
      id,
      ...newCount,
      certificateId: null,
      clips: [
        {
          ...newCount.clips[0],
          ...{ position: 0, marks, skipped: null, doneAt: start + 1, doneBy: 'mai' },
          verdicts: { happened: [3], mistaken: [] },
        },
      ],
    });
    expect(listBlindCounts(database, { lineId: 'exit' })).toEqual([]);
  });

  it('have one certificate each, for good', () => {
    const database = tempDatabase();
    const { id: blindCountId } = addBlindCount(database, newCount);
    const share = { value: 0.9, low: 0.8, high: 0.95, events: 20, effective: 18.5 };
    const quality = { recall: share, precision: null };
    const certificate = {
      ...setup,
      ...{ blindCountId, at: start + 9, by: 'mai', lineName: 'Door', model: 'nano 1.0.0' },
      ...{ from: start, to: start + 600_000, clipSeconds: 60, slots: 10, drawn: 1, counted: 1 },
      ...{ trueEvents: { in: 11, out: 9 }, stationEvents: { in: 10, out: 8 } },
      ...{ in: quality, out: quality, both: quality },
    };
    const issued = addCertificate(database, certificate);
    expect(getCertificate(database, issued.id)).toEqual({ ...certificate, id: issued.id });
    expect(listCertificates(database, { cameraId: 'gate' })).toHaveLength(1);
    expect(getBlindCount(database, blindCountId)?.certificateId).toBe(issued.id);
    expect(() => addCertificate(database, certificate)).toThrow('already');
    expect(() => database.exec('DELETE FROM certificates')).toThrow('append-only');
  });
});

describe('setups', () => {
  it('are known from when to when they counted', () => {
    const database = tempDatabase();
    const origin = { cameraId: 'gate', epoch: 1 };
    const rows = [
      { trackId: 1, at: start + 5, modelDigest: 'a' },
      { trackId: 2, at: start + 9, modelDigest: 'a' },
      { trackId: 3, at: start + 3, modelDigest: 'a' },
      { trackId: 4, at: start + 20, modelDigest: 'c' },
    ];
    for (const row of rows) insertCrossing(database, origin, aCrossing(row));
    expect(
      listSetups(database, { cameraId: 'gate', lineId: 'door' }).map((each) => [
        each.modelDigest,
        each.firstMs - start,
        each.lastMs - start,
      ]),
    ).toEqual([
      ['a', 3, 9],
      ['c', 20, 20],
    ]);
  });
});
