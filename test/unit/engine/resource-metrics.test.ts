import { expect, it } from 'vitest';
import { createResourceMetrics, type ResourceDeps } from '#engine/resource-metrics.ts';
import { start } from '#test/store.ts';

const hourMs = 3_600_000;
const deps: ResourceDeps = {
  use: () => ({ cpuMs: 250, loopDelayMs: 30 }),
  rssBytes: () => 123_000_000,
  load: () => ({ cpu: 0.25, memory: 0.5 }),
  cards: () =>
    Promise.resolve([
      {
        ...{ index: '0', name: 'NVIDIA H200', busyShare: 0.37, celsius: null },
        ...{ memoryUsedBytes: 2e9, memoryBytes: 150e9 },
      },
    ]),
  coverage: () =>
    Promise.resolve([
      { cameraId: 'gate', from: start, to: start + hourMs, observedSeconds: 2700, gaps: [] },
    ]),
};

const samples = (text: string): string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

it('tells Prometheus what the station has and uses', async () => {
  const text = createResourceMetrics(deps);
  await text();
  expect(samples(await text())).toEqual([
    'tallywatch_station_cpu_seconds_total 0.5',
    'tallywatch_station_rss_bytes 123000000',
    'tallywatch_station_loop_delay_seconds 0.03',
    'tallywatch_machine_cpu_ratio 0.25',
    'tallywatch_machine_memory_ratio 0.5',
    'tallywatch_gpu_busy_ratio{card="0",name="NVIDIA H200"} 0.37',
    'tallywatch_gpu_memory_used_bytes{card="0",name="NVIDIA H200"} 2000000000',
    'tallywatch_gpu_memory_bytes{card="0",name="NVIDIA H200"} 150000000000',
    'tallywatch_camera_coverage_ratio{camera="gate"} 0.75',
  ]);
});

it('leaves out what it cannot tell', async () => {
  const text = createResourceMetrics({
    ...deps,
    load: () => ({ cpu: null, memory: 0.5 }),
    cards: () => Promise.resolve([]),
    coverage: () => Promise.reject(new Error('the database is locked')),
  });
  expect(samples(await text())).toEqual([
    'tallywatch_station_cpu_seconds_total 0.25',
    'tallywatch_station_rss_bytes 123000000',
    'tallywatch_station_loop_delay_seconds 0.03',
    'tallywatch_machine_memory_ratio 0.5',
  ]);
});
