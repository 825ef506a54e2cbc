import { describe, expect, it } from 'vitest';
import type { Coverage } from '#contract/coverage.ts';
import { findImpact } from '#engine/monitoring/impact.ts';
import { createIncidentBook, type StepTaken } from '#engine/monitoring/incident-book.ts';
import { cameraShare, stationShare, sumShares } from '#engine/monitoring/uptime.ts';

const coverage: Coverage = {
  ...{ cameraId: 'gate', from: 0, to: 100_000, observedSeconds: 60 },
  gaps: [
    { from: 10_000, to: 20_000, cause: 'camera-offline' },
    { from: 20_000, to: 25_000, cause: 'worker-restart' },
    { from: 50_000, to: 70_000, cause: 'camera-disabled' },
    { from: 90_000, to: 95_000, cause: 'station-down' },
  ],
};

describe('what an incident has cost', () => {
  it.each([
    ['worker-ended', 20_500, 24_000, 5],
    ['worker-ended', 30_000, 40_000, 0],
    ['camera-lost', 12_000, 30_000, 10],
    ['station-down', 90_000, 95_000, 5],
    ['model-failing', 50_000, 70_000, 0],
  ] as const)('%s from %i to %i', (kind, from, to, seconds) => {
    expect(findImpact(coverage, { kind, from, to }).notObservedSeconds).toBe(seconds);
  });
});

describe('how much of the time was served', () => {
  it('does not ask for time in which a camera is switched off', () => {
    expect(cameraShare(coverage)).toEqual({ wantedSeconds: 80, servedSeconds: 60 });
  });

  it('does not blame the station for the camera', () => {
    expect(stationShare(coverage)).toEqual({ wantedSeconds: 70, servedSeconds: 60 });
    expect(sumShares([stationShare(coverage), stationShare(coverage)])).toEqual({
      ...{ wantedSeconds: 140, servedSeconds: 120 },
    });
  });
});

describe('an incident', () => {
  const beginning = {
    ...({ kind: 'camera-lost', subject: 'gate', cameraId: 'gate', code: null } as const),
    ...{ cause: 'No pictures', at: 1_000, cameras: ['gate'] },
  };
  const reconnect = (at: number, outcome: StepTaken['outcome']): StepTaken => ({
    ...{ at, action: 'reconnect', cause: 'No pictures', outcome },
    effect: outcome === 'done' ? 'Pictures come again.' : null,
  });

  it('begins once, counts tries, and ends', () => {
    const book = createIncidentBook(() => 'i1');
    book.step(book.begin(beginning), reconnect(1_000, 'running'));
    book.step(book.begin({ ...beginning, at: 2_000 }), reconnect(2_000, 'running'));
    const open = book.step(book.open()[0]!, reconnect(3_000, 'done'));
    const { incident } = book.end(open, 3_500);
    expect(incident).toMatchObject({ id: 'i1', from: 1_000, to: 3_500 });
    expect(incident.steps).toEqual([{ ...reconnect(1_000, 'done'), tries: 2 }]);
    expect(book.find('camera-lost', 'gate')).toBeNull();
  });

  it('that comes again is another one', () => {
    let ids = 0;
    const book = createIncidentBook(() => String(ids++));
    book.end(book.begin(beginning), 2_000);
    expect(book.begin({ ...beginning, at: 5_000 }).incident).toMatchObject({
      id: '1',
      from: 5_000,
    });
  });
});
