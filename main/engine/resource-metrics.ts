/**
 * Figures for Prometheus of what the station has and uses: its own process, this PC, its graphics cards; and how much of the last hour
 * each camera was observed.
 */
import { Counter, Gauge, Registry } from 'prom-client';
import type { CameraId } from '#contract/camera.ts';
import type { Coverage } from '#contract/coverage.ts';
import type { Clock } from './base/clock.ts';
import { createProcessMeter, type ProcessUse } from './base/process-meter.ts';
import { createLoadMeter } from './gather-figures.ts';
import { createGraphicsReader, type GraphicsCard } from './monitoring/graphics-cards.ts';
import type { Store } from './store/store.ts';

const coverageMs = 3_600_000;

export interface ResourceDeps {
  /** Use of this process since the question before */
  readonly use: () => ProcessUse;
  readonly rssBytes: () => number;
  /** Shares of this PC, 0…1; null before there are two samples */
  readonly load: () => { readonly cpu: number | null; readonly memory: number | null };
  readonly cards: () => Promise<readonly GraphicsCard[]>;
  /** Of the last hour; rejects as the store does */
  readonly coverage: () => Promise<readonly Coverage[]>;
}

/** Text of these metrics, made anew at each scrape. What cannot be told is left out. */
export function createResourceMetrics(deps: ResourceDeps): () => Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `tallywatch_${name}`, help, labelNames, registers: [registry] });
  const cpu = new Counter({
    name: 'tallywatch_station_cpu_seconds_total',
    help: 'Processor time of the station without its workers',
    registers: [registry],
  });
  const rss = gauge('station_rss_bytes', 'Memory of the station without its workers');
  const delay = gauge(
    'station_loop_delay_seconds',
    'The longest time since the scrape before in which the station could not answer',
  );
  const machineCpu = gauge('machine_cpu_ratio', 'Share of the processor of this PC in use, 0 to 1');
  const machineMemory = gauge(
    'machine_memory_ratio',
    'Share of the memory of this PC in use, 0 to 1',
  );
  const ofCard = ['card', 'name'];
  const busy = gauge(
    'gpu_busy_ratio',
    'Share of the time a graphics card computes, 0 to 1',
    ofCard,
  );
  const used = gauge('gpu_memory_used_bytes', 'Memory of a graphics card in use', ofCard);
  const memory = gauge('gpu_memory_bytes', 'Memory of a graphics card', ofCard);
  const heat = gauge('gpu_celsius', 'Temperature of a graphics card', ofCard);
  const covered = gauge(
    'camera_coverage_ratio',
    'Share of the last hour in which the camera was observed, 0 to 1',
    ['camera'],
  );

  function tellCards(cards: readonly GraphicsCard[]): void {
    for (const each of [busy, used, memory, heat]) each.reset();
    for (const card of cards) {
      const labels = { card: card.index, name: card.name };
      set(busy, labels, card.busyShare);
      set(used, labels, card.memoryUsedBytes);
      set(memory, labels, card.memoryBytes);
      set(heat, labels, card.celsius);
    }
  }

  async function tellCoverage(): Promise<void> {
    covered.reset();
    // A database that cannot be read is told by its own alert; the rest is still worth telling.
    const found = await deps.coverage().catch(() => []);
    for (const { cameraId, from, to, observedSeconds } of found) {
      set(covered, { camera: cameraId }, (observedSeconds * 1000) / (to - from));
    }
  }

  return async () => {
    const { cpuMs, loopDelayMs } = deps.use();
    cpu.inc(cpuMs / 1000);
    rss.set(deps.rssBytes());
    delay.set(loopDelayMs / 1000);
    const shares = deps.load();
    setOrRemove(machineCpu, shares.cpu);
    setOrRemove(machineMemory, shares.memory);
    tellCards(await deps.cards());
    await tellCoverage();
    return registry.metrics();
  };
}

/** The real ones, for the cameras that the station has now. */
export function gatherResources(deps: {
  readonly store: Pick<Store, 'coverage'>;
  readonly clock: Clock;
  readonly cameras: () => readonly { readonly id: CameraId }[];
}): ResourceDeps & { close(): void } {
  const { store, clock } = deps;
  const meter = createProcessMeter();
  const graphics = createGraphicsReader(clock);
  return {
    use: () => meter.take(),
    rssBytes: () => process.memoryUsage.rss(),
    load: createLoadMeter(),
    cards: () => graphics.read(),
    async coverage() {
      const to = clock.now();
      const ids = new Set(deps.cameras().map(({ id }) => id));
      const all = await store.coverage.query({ from: to - coverageMs, to });
      return all.filter(({ cameraId }) => ids.has(cameraId));
    },
    close: () => meter.close(),
  };
}

/** One without labels is 0 from its beginning, which would be a figure that nobody has measured. */
function setOrRemove(gauge: Gauge, value: number | null): void {
  if (value === null) gauge.remove();
  else gauge.set(value);
}

function set(gauge: Gauge, labels: Record<string, string>, value: number | null): void {
  if (value !== null) gauge.set(labels, value);
}
