import { expect, it } from 'vitest';
import { createFrameMetrics } from '#engine/frame-metrics.ts';
import { createLaneFigures } from '#engine/lane-figures.ts';
import { aCameraReport, aWorkerReport } from '#test/figures.ts';

const steps = { queueMs: 1, preprocessMs: 1, inferMs: 8, postprocessMs: 1, totalMs: 30 };

it('tells Prometheus how long frames took and what became of them, since the start', () => {
  const metrics = createFrameMetrics((digest) => `nano@${digest}`);
  const figures = createLaneFigures();
  for (const totals of [
    { captured: 3, dropped: 1, late: 0 },
    { captured: 5, dropped: 1, late: 1 },
  ]) {
    figures.looked('a', steps, []);
    figures.failed('INF_001');
    const since = figures.take(totals);
    metrics.report('w1', aWorkerReport({ cpuMs: 250, cameras: [aCameraReport({ since })] }));
  }
  metrics.error('SYS_002');
  const lines = metrics.text().split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'tallywatch_frames_total{camera="gate",fate="captured"} 5',
      'tallywatch_frames_total{camera="gate",fate="looked"} 2',
      'tallywatch_frames_total{camera="gate",fate="dropped"} 1',
      'tallywatch_frames_total{camera="gate",fate="late"} 1',
      'tallywatch_errors_total{code="INF_001"} 2',
      'tallywatch_errors_total{code="SYS_002"} 1',
      'tallywatch_frame_step_ms_bucket{camera="gate",model="nano@a",worker="w1",step="total",le="20"} 0',
      'tallywatch_frame_step_ms_bucket{camera="gate",model="nano@a",worker="w1",step="total",le="35"} 2',
      'tallywatch_frame_step_ms_bucket{camera="gate",model="nano@a",worker="w1",step="total",le="+Inf"} 2',
      'tallywatch_frame_step_ms_sum{camera="gate",model="nano@a",worker="w1",step="total"} 60',
      'tallywatch_worker_cpu_seconds_total{worker="w1"} 0.5',
    ]),
  );
  expect(lines.every((line) => /^(# (HELP|TYPE) \S+ .+|\w+\{[^}]*\} [\d.]+)$/.test(line))).toBe(
    true,
  );
});
