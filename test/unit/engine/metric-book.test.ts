import { describe, expect, it } from 'vitest';
import { HistoryMetric } from '#contract/metrics.ts';
import { createLaneFigures } from '#engine/lane-figures.ts';
import { createMetricBook, type StationLook } from '#engine/metric-book.ts';
import { toPoints } from '#engine/monitoring/metric-points.ts';
import type { WorkerReport } from '#engine/worker-protocol.ts';
import { aCameraReport, aWorkerReport } from '#test/figures.ts';

const minute = 60_000;
const noon = 1_700_000_100_000;
const all = { stepMs: minute, metrics: HistoryMetric.options };

function look(changes: Partial<StationLook> = {}): StationLook {
  return {
    ...{ sinceMs: 1_000, rssBytes: 90e6, use: { cpuMs: 50, loopDelayMs: 4 } },
    machine: { cpu: 0.5, memory: 0.25 },
    cameras: [{ id: 'gate', demandedFps: 10, wanted: 'a', isLive: true, isServed: true }],
    ...changes,
  };
}

/** A second of a camera: ten frames came, two were replaced, one was too old, on one the model failed. */
function busySecond(): WorkerReport {
  const figures = createLaneFigures();
  const steps = { queueMs: 1, preprocessMs: 1, inferMs: 8, postprocessMs: 1, totalMs: 12 };
  const seen = { box: { x: 0, y: 0, width: 1, height: 1 }, label: 'person' as const };
  for (let frame = 0; frame < 5; frame++) {
    figures.looked('a', steps, [
      { ...seen, score: 0.6 },
      { ...seen, score: 0.8 },
    ]);
  }
  figures.passedOver();
  figures.failed('INF_001');
  const since = figures.take({ captured: 10, dropped: 2, late: 1 });
  return aWorkerReport({
    ...{ rssBytes: 200e6, cpuMs: 300, loopDelayMs: 7 },
    cameras: [aCameraReport({ cameraId: 'gate', since })],
  });
}

describe('figures of a minute', () => {
  it('say of a camera what became of its frames', () => {
    const book = createMetricBook();
    book.report('w1', busySecond());
    book.look(look());
    book.crossing('gate');
    book.error('CAM_001', 'gate');
    const { rows } = book.rows(noon + 59_000);
    const gate = rows.filter(({ kind }) => kind === 'camera');
    expect(gate.map(({ subject, at }) => [subject, at])).toEqual([['gate', noon]]);
    const [point] = toPoints(gate, all);
    expect(point).toEqual({
      at: noon,
      errors: { INF_001: 1, CAM_001: 1 },
      values: expect.objectContaining({
        ...{ demanded: 10, captured: 10, processed: 6, dropped: 2, late: 1, failed: 1 },
        ...{ throughput: 0.6, detections: 10, confidence: 0.7, crossings: 1 },
        latencyP95: expect.closeTo(12.4, 1) as number,
      }) as object,
    });
  });

  it('say of worker, instance, model and station what each of them did', () => {
    const book = createMetricBook();
    book.report('w1', busySecond());
    book.report('w2', busySecond());
    book.look(look());
    const { rows } = book.rows(noon);
    const processed = rows.map(({ kind, subject, facts }) => [kind, subject, facts.t.processed]);
    expect(processed.sort()).toEqual([
      ['camera', 'gate', 12],
      ['instance', 'w1/a', 5],
      ['instance', 'w2/a', 5],
      ['model', 'a', 10],
      ['station', 'station', 10],
      ['worker', 'w1', 5],
      ['worker', 'w2', 5],
    ]);
    const station = toPoints(
      rows.filter(({ kind }) => kind === 'station'),
      all,
    );
    expect(station[0]?.values).toMatchObject({
      ...{ cpu: 0.05, rssBytes: 90e6, loopDelay: 4, machineCpu: 0.5, machineMemory: 0.25 },
    });
  });

  it('ask nothing of a camera that is switched off, and all of one that sends nothing', () => {
    const book = createMetricBook();
    const away = { demandedFps: 10, wanted: 'a', isLive: false, isServed: false };
    book.look(
      look({
        cameras: [
          { id: 'away', ...away },
          { id: 'off', ...away, demandedFps: 0 },
        ],
      }),
    );
    const { rows, times } = book.rows(noon);
    const cameras = rows.filter(({ kind }) => kind === 'camera');
    expect(cameras.map(({ subject }) => subject)).toEqual(['away']);
    expect(toPoints(cameras, all)[0]?.values).toMatchObject({ throughput: 0, demanded: 10 });
    expect(times).toEqual([]);
  });

  it('count the time in which a model should have counted, and did', () => {
    const book = createMetricBook();
    book.look(look({ sinceMs: 700 }));
    const failing = { id: 'gate', demandedFps: 10, wanted: 'a', isLive: true, isServed: false };
    book.look(look({ sinceMs: 300, cameras: [failing] }));
    expect(book.rows(noon).times).toEqual([
      { digest: 'a', dayMs: 1_699_920_000_000, wantedMs: 1000, servedMs: 700 },
    ]);
    book.clear();
    expect(book.rows(noon)).toEqual({ rows: [], times: [] });
  });
});

describe('points of a chart', () => {
  it('are percentiles of the sum, not sums of percentiles', () => {
    const book = createMetricBook();
    book.report('w1', busySecond());
    book.look(look());
    const first = book.rows(noon).rows;
    const second = book.rows(noon + minute).rows;
    const cameras = [...first, ...second].filter(({ kind }) => kind === 'camera');
    const points = toPoints(cameras, { stepMs: 5 * minute, metrics: ['processed', 'latencyP50'] });
    expect(points).toEqual([
      {
        ...{ at: Math.floor(noon / (5 * minute)) * 5 * minute, errors: { INF_001: 2 } },
        values: { processed: 12, latencyP50: 11.25 },
      },
    ]);
  });
});
