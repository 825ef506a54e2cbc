/**
 * Eight simulated cameras on one station for a while: how memory grows, and what became of every frame. Writes its report with the
 * machine to docs/measurements and fails when memory grows too fast or a frame is lost for no reason.
 *
 * `npm run soak -- --minutes 30`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cleanUp, startStation, until, type StationProcess } from '#test/station-process.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    cameras: { type: 'string', default: '8' },
    fps: { type: 'string', default: '5' },
    out: { type: 'string' },
  },
});
const root = path.resolve(import.meta.dirname, '../..');
const sampleMs = 10_000;
/** Loading and warming are not part of the figures: the slope is that of the last two thirds */
const slopeShare = 2 / 3;
const mostMbPerHour = 5;
/** Frames of a camera that are on their way when it is asked */
const underway = 4;

interface Sample {
  readonly minutes: number;
  readonly stationMb: number;
  readonly workersMb: number;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} finally {
  cleanUp();
}

async function main(): Promise<boolean> {
  const minutes = Number(values.minutes);
  const station = await startStation();
  for (let number = 1; number <= Number(values.cameras); number++) await addCamera(station, number);
  await until(
    () => station.call('camera.list', {}),
    (cameras) => cameras.every(({ capture }) => capture.state === 'live'),
    120_000,
  );
  const startMs = performance.now();
  const samples: Sample[] = [];
  while (performance.now() - startMs < minutes * 60_000) {
    await new Promise((resolve) => setTimeout(resolve, sampleMs));
    const info = await station.call('station.info', {});
    const workers = info.workers.reduce((sum, { rssBytes }) => sum + rssBytes, 0);
    samples.push({
      minutes: (performance.now() - startMs) / 60_000,
      stationMb: info.rssBytes / 1e6,
      workersMb: workers / 1e6,
    });
    const last = samples.at(-1)!;
    console.error(
      `${last.minutes.toFixed(1).padStart(5)} min  station ${last.stationMb.toFixed(0)} MB  workers ${last.workersMb.toFixed(0)} MB  load ${os.loadavg()[0]!.toFixed(1)}`,
    );
  }
  const { text, isFine } = await report(station, samples);
  await station.stop();
  const file = values.out ?? path.join(root, 'docs/measurements/soak.md');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(text);
  return isFine;
}

async function addCamera(station: StationProcess, number: number): Promise<void> {
  const id = `camera-${String(number)}`;
  const scene = number % 2 === 0 ? 'road' : 'plaza';
  const source = `simulated://${scene}?seed=${String(number)}&fps=${values.fps}`;
  await station.call('camera.add', { id, name: id, source, fps: Number(values.fps) });
  await station.call('line.save', {
    ...{ cameraId: id, name: 'Middle', labels: [scene === 'road' ? 'vehicle' : 'person'] },
    points: [
      { x: 0.05, y: 0.6 },
      { x: 0.95, y: 0.6 },
    ],
  });
}

async function report(station: StationProcess, samples: readonly Sample[]) {
  const { series } = await station.call('metrics.history', {
    ...{ kind: 'camera', timeRange: '1d', stepMinutes: 1440 },
  });
  const rows = series.map(({ name, points }) => {
    const sum = (metric: 'captured' | 'processed' | 'dropped' | 'late' | 'failed' | 'demanded') =>
      points.reduce((total, { values: of }) => total + (of[metric] ?? 0), 0);
    const [captured, processed] = [sum('captured'), sum('processed')];
    const [dropped, late, failed] = [sum('dropped'), sum('late'), sum('failed')];
    const unexplained = captured - processed - dropped - late - failed;
    return {
      name,
      demanded: sum('demanded'),
      captured,
      processed,
      dropped,
      late,
      failed,
      unexplained,
    };
  });
  const tail = samples.slice(Math.floor(samples.length * (1 - slopeShare)));
  const all = slope(
    tail.map(({ minutes, stationMb, workersMb }) => [minutes, stationMb + workersMb]),
  );
  const own = slope(tail.map(({ minutes, stationMb }) => [minutes, stationMb]));
  const incidents = await station.call('incident.list', { limit: 200 });
  const isFine =
    all < mostMbPerHour && rows.every(({ unexplained }) => Math.abs(unexplained) <= underway);
  const cells = rows.map(
    (row) =>
      `| ${row.name} | ${row.demanded.toFixed(0)} | ${String(row.captured)} | ${String(row.processed)} | ${String(row.dropped)} | ${String(row.late)} | ${String(row.failed)} | ${String(row.unexplained)} |`,
  );
  const first = tail[0]?.minutes ?? 0;
  const last = tail.at(-1)?.minutes ?? 0;
  const text = [
    `# Soak: ${String(rows.length)} simulated cameras, ${values.fps} frames per second, ${values.minutes} minutes`,
    '',
    `\`npm run soak -- --minutes ${values.minutes} --cameras ${values.cameras} --fps ${values.fps}\`, ${new Date().toISOString().slice(0, 10)}, ${process.platform} ${process.arch}, ${String(os.availableParallelism())} cores, ${os.cpus()[0]?.model ?? ''}, load at the end ${os.loadavg()[0]!.toFixed(1)}.`,
    '',
    `Memory (RSS of station and workers) from minute ${first.toFixed(1)} to ${last.toFixed(1)}: ${all.toFixed(1)} MB/h, of the station alone ${own.toFixed(1)} MB/h; the aim is under ${String(mostMbPerHour)} MB/h. At the end: station ${samples.at(-1)?.stationMb.toFixed(0) ?? ''} MB, workers ${samples.at(-1)?.workersMb.toFixed(0) ?? ''} MB.`,
    '',
    `Incidents: ${incidents.length === 0 ? 'none' : incidents.map(({ kind, subject }) => `${kind} ${subject}`).join(', ')}.`,
    '',
    '| camera | demanded | captured | processed | replaced by a newer one | too late | model failed | unexplained |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...cells,
    '',
    `Unexplained frames are on their way when the figures are read: up to ${String(underway)} of a camera. ${isFine ? 'Passed.' : 'Not passed.'}`,
    '',
  ].join('\n');
  return { text, isFine };
}

/** Slope of the straight line with the least squares, MB per hour. */
function slope(points: readonly (readonly [minutes: number, mb: number])[]): number {
  const mean = (of: 0 | 1): number =>
    points.reduce((sum, point) => sum + point[of], 0) / Math.max(1, points.length);
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, [at, mb]) => sum + (at - x) * (mb - y), 0);
  const under = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return under === 0 ? 0 : (over / under) * 60;
}
