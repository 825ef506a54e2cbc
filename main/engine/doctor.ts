/**
 * Tests an installation from ffmpeg to a simulated minute that is counted against its truth.
 */
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Line } from '#contract/counting.ts';
import type { DoctorCheck } from '#contract/doctor.ts';
import { type ErrorCode, StationError } from '#contract/error.ts';
import type { ModelFile } from '#contract/model.ts';
import type { Clock } from './base/clock.ts';
import type { FfmpegTools } from './capture/ffmpeg-locate.ts';
import { parseSimulatedUrl } from './capture/simulated/options.ts';
import { suggestedLines } from './capture/simulated/scene.ts';
import { createSimulatorThread } from './capture/simulated/simulator-thread.ts';
import { entryFile, type Host } from './host.ts';
import { digestFile } from './models/digest.ts';
import { replay, replayCameraId } from './replay.ts';
import type { ModelInspector } from './inspect-model.ts';
import type { WorkerModel } from './worker-protocol.ts';

/** The simulated minute; a seed that the detector was never trained on */
const source = 'simulated://plaza?people=10&seed=424242&fps=10&hour=12&seconds=60';
/** The count may be this far from the truth, over both directions of all lines */
const leastErrors = 2;
const errorShare = 0.05;
/** A day of counts, logs and checkpoints fits into this */
const leastFreeBytes = 200 * 1024 * 1024;
const probeBytes = 1024 * 1024;
/** No station of ours ran before this day; a clock that says so was reset */
const earliestClock = Date.UTC(2026, 0, 1);

/** The model that counts; one from the registry has a list of its files. */
type CheckedModel = WorkerModel & {
  readonly files?: readonly Pick<ModelFile, 'kind' | 'path' | 'digest'>[];
};

export interface DoctorDeps {
  readonly host: Host;
  readonly clock: Clock;
  readonly ffmpegPath: string;
  readonly findFfmpeg: () => Promise<FfmpegTools>;
  readonly inspect: ModelInspector;
  /** Opens or asks the database; rejects with SYS_002 when it cannot be used. Says what it found. */
  readonly checkDatabase: () => Promise<string>;
  /** Time of the newest crossing, Unix ms; null when there is none */
  readonly newestCrossingAt: () => Promise<number | null>;
  /** What the cameras count with, null when there is none */
  readonly model: () => Promise<CheckedModel | null>;
  /** The detector that comes with the station, on which the simulated minute is counted; null when it is missing */
  readonly embedded: () => Promise<WorkerModel | null>;
  /** Execution providers as a worker or the command line listed them; empty when nobody has asked yet */
  readonly providers: () => readonly string[];
}

interface Finding {
  readonly state: 'passed' | 'skipped';
  readonly detail: string;
}

const passed = (detail: string): Finding => ({ state: 'passed', detail });
const skipped = (detail: string): Finding => ({ state: 'skipped', detail });

/** Runs all checks one after the other; `onCheck` gets each as it is done. Never rejects. */
export async function runDoctor(
  deps: DoctorDeps,
  onCheck: (check: DoctorCheck, share: number) => void = () => undefined,
): Promise<DoctorCheck[]> {
  const plan: [DoctorCheck['name'], ErrorCode, () => Promise<Finding>][] = [
    ['ffmpeg', 'CAM_005', () => checkFfmpeg(deps)],
    ['providers', 'SYS_004', () => Promise.resolve().then(() => checkProviders(deps))],
    ['disk', 'RES_004', () => checkDisk(deps)],
    ['clock', 'SYS_004', () => checkClock(deps)],
    ['database', 'SYS_002', async () => passed(await deps.checkDatabase())],
    ['model', 'MODEL_002', () => checkModel(deps)],
    ['counting', 'SYS_001', () => checkCounting(deps)],
  ];
  const checks: DoctorCheck[] = [];
  for (const [name, fallback, run] of plan) {
    const fromMs = deps.clock.monotonicMs();
    const finding = await run().then(
      (found) => ({ ...found, code: null }),
      (error: unknown) => {
        const { code, message } = StationError.from(error, fallback);
        return { state: 'failed' as const, detail: message, code };
      },
    );
    const check = { name, ...finding, tookMs: Math.round(deps.clock.monotonicMs() - fromMs) };
    checks.push(check);
    onCheck(check, checks.length / plan.length);
  }
  return checks;
}

async function checkFfmpeg({ findFfmpeg }: DoctorDeps): Promise<Finding> {
  const { path: file, version } = await findFfmpeg();
  return passed(`${version} at ${file}`);
}

function checkProviders({ providers }: DoctorDeps): Finding {
  const names = providers();
  if (names.length === 0) return skipped('no worker runs yet: add a camera first');
  if (!names.includes('cpu')) {
    throw new StationError(
      'SYS_004',
      'ONNX Runtime cannot be loaded: install the station again for this system.',
    );
  }
  return passed(
    `counts on cpu; ONNX Runtime also knows ${names.filter((name) => name !== 'cpu').join(', ')}`,
  );
}

async function checkDisk({ host }: DoctorDeps): Promise<Finding> {
  const folder = host.paths.data;
  const probe = path.join(folder, `.doctor-${String(process.pid)}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, new Uint8Array(probeBytes), { flush: true });
  } catch (cause) {
    const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new StationError(
      isFull ? 'RES_004' : 'SYS_004',
      isFull
        ? `The disk of ${folder} is full: make room, or choose another folder with --data-folder.`
        : `${folder} cannot be written: check its rights, or choose another with --data-folder.`,
      { cause },
    );
  } finally {
    await rm(probe, { force: true });
  }
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < leastFreeBytes) {
    throw new StationError(
      'RES_004',
      `Only ${megabytes(free)} are free in ${folder}, at least ${megabytes(leastFreeBytes)} are needed: make room, or choose another folder with --data-folder.`,
    );
  }
  return passed(`${megabytes(free)} free in ${folder}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
}

async function checkClock({ clock, newestCrossingAt }: DoctorDeps): Promise<Finding> {
  const now = clock.now();
  const newest = await newestCrossingAt().catch(() => null);
  const minuteMs = 60_000;
  if (now < earliestClock || (newest !== null && newest > now + minuteMs)) {
    throw new StationError(
      'SYS_004',
      `The clock says ${new Date(now).toISOString()}, which is before the newest crossing or before this program: set the time of this PC and switch time synchronisation on.`,
    );
  }
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return passed(`${new Date(now).toISOString()}, time zone ${timeZone}`);
}

async function checkModel({ model, inspect }: DoctorDeps): Promise<Finding> {
  const known = await model();
  if (!known) {
    throw new StationError(
      'MODEL_001',
      'There is no model, so nothing is counted: fetch one from the catalog or import a file.',
    );
  }
  const { name, version } = known.card;
  if (!(await isWhole(known))) {
    throw new StationError(
      'MODEL_002',
      `The file of ${name} ${version} is damaged or gone (${known.path}): import it again or make another one count.`,
    );
  }
  const { inferMs } = await inspect(known.path, known.card);
  return passed(`${name} ${version}, ${inferMs.toFixed(1)} ms a frame on one core`);
}

/** Whether every file that takes part in a run is as it was imported. */
async function isWhole({ path: file, digest: own, files }: CheckedModel): Promise<boolean> {
  const wanted = files ?? [{ kind: 'model', path: '', digest: own }];
  for (const { kind, path: name, digest } of wanted) {
    if (kind !== 'model' && kind !== 'weights') continue;
    const place = kind === 'model' ? file : path.join(path.dirname(file), name);
    if ((await digestFile(place).catch(() => '')) !== digest) return false;
  }
  return true;
}

async function checkCounting(deps: DoctorDeps): Promise<Finding> {
  const model = await deps.embedded();
  if (!model) return skipped('the embedded detector is not part of this installation');
  const { scene, seconds } = parseSimulatedUrl(source, 10);
  const lines = suggestedLines(scene.scene).map((line, index): Line => ({
    id: `line-${String(index + 1)}`,
    cameraId: replayCameraId,
    name: line.name,
    points: [...line.points],
    anchor: 'bottom',
    labels: [...line.labels],
    revision: 1,
  }));
  const { crossings } = await replay(
    { source, model, linesFor: () => lines, ffmpegPath: deps.ffmpegPath, threads: 0 },
    { host: deps.host, clock: deps.clock },
  );
  const truth = await trueCounts(deps, lines, Math.round((seconds ?? 60) * scene.fps));
  let errors = 0;
  let truths = 0;
  for (const line of lines) {
    for (const direction of ['in', 'out'] as const) {
      const counted = crossings.filter((c) => c.line === line.id && c.direction === direction);
      const wanted = truth.get(line.id)?.[direction] ?? 0;
      errors += Math.abs(counted.length - wanted);
      truths += wanted;
    }
  }
  const summary = `counted ${String(crossings.length)}, truth ${String(truths)}, sum of errors ${String(errors)}`;
  if (errors > Math.max(leastErrors, errorShare * truths)) {
    throw new StationError(
      'SYS_001',
      `The simulated minute was counted wrongly (${summary}): install the station again; if it stays, send the support bundle.`,
    );
  }
  return passed(`simulated minute: ${summary}`);
}

async function trueCounts(
  { host }: DoctorDeps,
  lines: readonly Line[],
  frames: number,
): Promise<Map<string, { in: number; out: number }>> {
  const simulator = createSimulatorThread({
    entry: entryFile(host.paths.workers, 'simulator'),
    log: host.log,
  });
  try {
    const feed = simulator.open(parseSimulatedUrl(source, 10).scene);
    const counts = new Map<string, { in: number; out: number }>();
    for (const { id, points, anchor, labels } of lines) {
      const range = { fromFrame: 0, toFrame: frames };
      const crossings = await feed.truthCrossings({ points, anchor, labels, ...range });
      const inward = crossings.filter(({ direction }) => direction === 'in').length;
      counts.set(id, { in: inward, out: crossings.length - inward });
    }
    return counts;
  } finally {
    await simulator.close();
  }
}
