/**
 * Figures for Prometheus of what workers report: how long frames took, what became of them, what each process uses.
 */
import type { CameraId } from '#contract/camera.ts';
import { type FrameStep, frameSteps } from './base/metric-facts.ts';
import {
  addHistogram,
  coarseBounds,
  createTimeHistogram,
  cumulative,
  type TimeHistogram,
} from './base/time-histogram.ts';
import type { WorkerReport } from './worker-protocol.ts';

export interface FrameMetrics {
  report(workerId: string, report: WorkerReport): void;
  /** Something went wrong, by the code of the error. */
  error(code: string): void;
  /** In Prometheus' text format; counted since the start of the station. */
  text(): string;
}

interface Looks {
  readonly labels: Labels;
  readonly steps: Record<FrameStep, TimeHistogram>;
  detections: number;
  scoreSum: number;
}

const delayHelp = 'The longest time in the last second in which the main thread could not answer';

type Labels = Readonly<Record<string, string>>;
type Family = readonly [name: string, type: 'counter' | 'gauge', help: string];
type Counts = Map<string, { readonly labels: Labels; value: number }>;

/** `modelName` gives `name@version` of a digest. */
export function createFrameMetrics(modelName: (digest: string) => string): FrameMetrics {
  const looks = new Map<string, Looks>();
  const frames: Counts = new Map();
  const errors: Counts = new Map();
  const cpuSeconds: Counts = new Map();
  const gauges = { rss: new Map() as Counts, delay: new Map() as Counts };

  function add(counts: Counts, labels: Labels, value: number): void {
    const key = Object.values(labels).join(' ');
    const known = counts.get(key) ?? { labels, value: 0 };
    counts.set(key, known);
    known.value += value;
  }

  function set(counts: Counts, labels: Labels, value: number): void {
    counts.set(Object.values(labels).join(' '), { labels, value });
  }

  function looksOf(camera: CameraId, model: string, worker: string): Looks {
    const key = `${camera} ${model} ${worker}`;
    const steps = frameSteps.map((step) => [step, createTimeHistogram()]);
    const known = looks.get(key) ?? {
      ...{ labels: { camera, model, worker }, detections: 0, scoreSum: 0 },
      steps: Object.fromEntries(steps) as Looks['steps'],
    };
    looks.set(key, known);
    return known;
  }

  return {
    report(worker, { cameras, cpuMs, rssBytes, loopDelayMs }) {
      add(cpuSeconds, { worker }, cpuMs / 1000);
      set(gauges.rss, { worker }, rssBytes);
      set(gauges.delay, { worker }, loopDelayMs / 1000);
      for (const { cameraId: camera, since } of cameras) {
        const looked = since.versions.reduce((sum, version) => sum + version.frames, 0);
        const failed = Object.entries(since.failed);
        const lost = failed.reduce((sum, [, count]) => sum + count, 0);
        const fates = { captured: since.captured, looked, still: since.passedOver };
        for (const [fate, count] of Object.entries({
          ...{ ...fates, dropped: since.dropped, late: since.late, failed: lost },
        })) {
          add(frames, { camera, fate }, count);
        }
        for (const [code, count] of failed) add(errors, { code }, count);
        for (const version of since.versions) {
          const sum = looksOf(camera, modelName(version.digest), worker);
          sum.detections += version.detections;
          sum.scoreSum += version.scoreSum;
          for (const step of frameSteps) addHistogram(sum.steps[step], version.steps[step]);
        }
      }
    },
    error: (code) => add(errors, { code }, 1),
    text: () =>
      [
        family(['tallywatch_frames_total', 'counter', 'Frames by what became of them'], frames),
        family(['tallywatch_errors_total', 'counter', 'What went wrong, by code'], errors),
        ...histograms(looks.values()),
        summed(
          ['tallywatch_detections_total', 'counter', 'Boxes found'],
          looks,
          ({ detections }) => detections,
        ),
        summed(
          ['tallywatch_detection_score_total', 'counter', 'Sum of the scores of the boxes'],
          looks,
          ({ scoreSum }) => scoreSum,
        ),
        family(['tallywatch_worker_cpu_seconds_total', 'counter', 'Processor time'], cpuSeconds),
        family(['tallywatch_worker_rss_bytes', 'gauge', 'Memory of a worker'], gauges.rss),
        family(['tallywatch_worker_loop_delay_seconds', 'gauge', delayHelp], gauges.delay),
      ].join('\n'),
  };
}

function family([name, type, help]: Family, counts: Counts): string {
  const lines = [...counts.values()].map(({ labels, value }) => line(name, labels, value));
  return [...head(name, type, help), ...lines].join('\n');
}

function summed(
  [name, type, help]: Family,
  looks: ReadonlyMap<string, Looks>,
  read: (looks: Looks) => number,
): string {
  const lines = [...looks.values()].map((sum) => line(name, sum.labels, read(sum)));
  return [...head(name, type, help), ...lines].join('\n');
}

function histograms(looks: Iterable<Looks>): string[] {
  const name = 'tallywatch_frame_step_ms';
  const lines = head(name, 'histogram', 'Steps of the way of a frame, ms');
  for (const { labels, steps } of looks) {
    for (const step of frameSteps) {
      const counts = cumulative(steps[step]);
      counts.forEach((count, place) => {
        const le = coarseBounds[place] === undefined ? '+Inf' : String(coarseBounds[place]);
        lines.push(line(`${name}_bucket`, { ...labels, step, le }, count));
      });
      lines.push(line(`${name}_sum`, { ...labels, step }, steps[step].sum));
      lines.push(line(`${name}_count`, { ...labels, step }, counts.at(-1) ?? 0));
    }
  }
  return lines;
}

function head(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function line(name: string, labels: Labels, value: number): string {
  const text = Object.entries(labels)
    .map(([key, label]) => `${key}="${label.replaceAll(/["\\\n]/g, '_')}"`)
    .join(',');
  return `${name}{${text}} ${String(value)}`;
}
