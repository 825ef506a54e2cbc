/**
 * What a challenger costs the camera that it looks at: live frames that came late, were dropped, and how long they took, with
 * nobody looking and beside challengers that are quick, slow, hang, fail on every picture, and are killed.
 * `npm run -s bench:shadow`
 *
 *   node test/bench/shadow-cost.ts [--seconds 60] [--rounds 3] [--only nobody,slow]
 *
 * One real worker, one real clip as a camera at its own pace; a challenger that ends is started again at once.
 */
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ArmModel } from '#engine/arm-model.ts';
import {
  addHistogram,
  createTimeHistogram,
  quantileOf,
  type TimeHistogram,
} from '#engine/base/time-histogram.ts';
import { sharedMissing, sharedPath } from '#test/shared.ts';
import { openShadowedCamera, type ShadowedCamera } from '#test/shadowed-camera.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
  },
});
const lengthMs = Number(values.seconds) * 1000;
/** What the phase before has left on its way */
const settleMs = 3_000;
const killMs = 5_000;

interface Phase {
  captured: number;
  looked: number;
  dropped: number;
  late: number;
  crossings: number;
  /** Runs of the challenger and the time of a core that they took, of those that were still there at the end */
  runs: number;
  cpuMs: number;
  /** How often a challenger broke down */
  failures: number;
  readonly total: TimeHistogram;
  readonly infer: TimeHistogram;
}

const allKinds = ['nobody', 'quick', 'slow', 'hanging', 'failing', 'killed'] as const;
type Kind = (typeof allKinds)[number];
const only = values.only.split(',');
const kinds = allKinds.filter((kind) => values.only === '' || only.includes(kind));

if (sharedPath('models/yolox_nano.onnx') === null) {
  console.error(sharedMissing);
  process.exit(1);
}
let phase: Phase | null = null;
const street = await openShadowedCamera(({ cameras }) => {
  const since = cameras[0]?.since;
  if (!phase || !since) return;
  phase.captured += since.captured;
  phase.dropped += since.dropped;
  phase.late += since.late;
  for (const { frames, steps } of since.versions) {
    phase.looked += frames;
    addHistogram(phase.total, steps.total);
    addHistogram(phase.infer, steps.infer);
  }
});
while (street.counted.frames === 0) await pause(200);

const sums = new Map<Kind, Phase>(kinds.map((kind) => [kind, noFigures()]));
for (let round = 0; round < Number(values.rounds); round++) {
  // In another order each time, so that what else the PC does falls on all of them.
  for (const [index] of kinds.entries()) {
    const kind = kinds[(index + round) % kinds.length] ?? 'nobody';
    await runPhase(kind, street);
    console.error(`round ${String(round + 1)}: ${kind}, load ${loadavg()[0]?.toFixed(1) ?? ''}`);
  }
}
for (const kind of kinds) tell(kind, sums.get(kind) ?? noFigures());
console.log(JSON.stringify({ losses: street.losses, restarts: restarts() }));
await street.close();

function restarts(): number[] {
  return street.fleet.workers().map((worker) => worker.restarts);
}

async function runPhase(kind: Kind, { counted }: ShadowedCamera): Promise<void> {
  await pause(settleMs);
  const figures = sums.get(kind) ?? noFigures();
  const crossings = counted.crossings;
  const until = performance.now() + lengthMs;
  phase = figures;
  const b = armOf(kind);
  while (b && until - performance.now() > 1_000) {
    const ending = kind === 'killed' ? killSoon() : null;
    try {
      const found = await street.shadow(b, until - performance.now());
      figures.runs += found.runs;
      figures.cpuMs += found.cpuMs;
    } catch {
      figures.failures++;
    } finally {
      clearInterval(ending ?? undefined);
    }
  }
  await pause(Math.max(0, until - performance.now()));
  phase = null;
  figures.crossings += counted.crossings - crossings;
}

/** The process of a challenger ends in the middle of its work, whichever it is then. */
function killSoon(): NodeJS.Timeout {
  return setInterval(() => {
    const { pid } = street.challenger() ?? {};
    if (pid) process.kill(pid, 'SIGKILL');
  }, killMs);
}

function armOf(kind: Kind): ArmModel | null {
  switch (kind) {
    case 'nobody':
      return null;
    case 'quick':
    case 'killed':
      return street.champion;
    case 'failing':
      return street.spoiled('crashing');
    case 'slow':
    case 'hanging':
      return street.spoiled(kind);
  }
}

function noFigures(): Phase {
  return {
    ...{ captured: 0, looked: 0, dropped: 0, late: 0, crossings: 0 },
    ...{ runs: 0, cpuMs: 0, failures: 0 },
    ...{ total: createTimeHistogram(), infer: createTimeHistogram() },
  };
}

function tell(kind: Kind, { total, infer, runs, cpuMs, ...figures }: Phase): void {
  const ms = (of: TimeHistogram, share: number) => quantileOf(of, share)?.toFixed(1) ?? '-';
  console.log(
    JSON.stringify({
      challenger: kind,
      ...figures,
      totalMs: { p50: ms(total, 0.5), p95: ms(total, 0.95), p99: ms(total, 0.99) },
      inferMs: { p50: ms(infer, 0.5), p95: ms(infer, 0.95) },
      ofChallenger: { runs, msPerRun: runs === 0 ? null : Math.round(cpuMs / runs) },
    }),
  );
}
