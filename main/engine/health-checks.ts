/**
 * What is checked (M5): that each model which counts is loaded, works and fits; that the station answers, writes and finds its
 * files; that cameras are counted fast enough.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { Camera, CameraId } from '#contract/camera.ts';
import type { Certificate } from '#contract/certificate.ts';
import { type Said, say } from '#contract/station-sentence.ts';
import type { ResultCacheFigures } from '#contract/inference.ts';
import type { Clock } from './base/clock.ts';
import type { CentralStanding } from './central-keeper.ts';
import type { Fleet } from './fleet.ts';
import type { CheckPlan, CheckResult } from './monitoring/check-runner.ts';
import { listMinutes, type UnwrittenMinutes } from './metric-keeper.ts';
import { toPoints } from './monitoring/metric-points.ts';
import type { StoredModel } from './store/records.ts';
import { minuteMs } from './store/metrics.ts';
import type { Store } from './store/store.ts';

const megabyte = 1e6;
/** A main thread that cannot answer for so long would be taken for wedged (SERVING.md). */
const slowLoopMs = 2_000;
/** Share of frames on which a model may fail */
const mostFailures = 0.1;
/** Share of the memory of this PC that one worker may use */
const mostMemoryShare = 0.5;
const leastAccuracy = 0.85;
/** How a camera began says nothing about how fast it is counted. */
const settledMs = 2 * minuteMs;
const performanceMs = 5 * minuteMs;
const probeKey = 'health.probe';

export interface HealthCheckDeps {
  readonly store: Pick<Store, 'settings' | 'crossings' | 'models' | 'metrics'>;
  readonly fleet: Pick<Fleet, 'workers'>;
  readonly clock: Clock;
  readonly cameras: () => readonly Camera[];
  readonly wantedModel: (cameraId: CameraId) => string | null;
  /** Digests of the lines' newest certificates and whether they still hold */
  readonly certificates: () => Promise<Certificate[]>;
  readonly cache: () => ResultCacheFigures;
  readonly central: () => CentralStanding;
  /** What the store does not have yet */
  readonly unwritten: () => UnwrittenMinutes;
  /** Limits of the rules of alerts: ms, percent */
  readonly limits: () => { readonly latencyMs: number; readonly throughputPercent: number };
  readonly memoryBytes: number;
}

export function healthChecks(deps: HealthCheckDeps): CheckPlan[] {
  const models = (): string[] => [
    ...new Set(deps.cameras().flatMap(({ id }) => deps.wantedModel(id) ?? [])),
  ];
  const cameras = (): string[] =>
    deps
      .cameras()
      .filter(({ capture: { state } }) => state === 'live')
      .map(({ id }) => id);
  const station = (): string[] => ['station'];
  const camerasOf = (digest: string): Camera[] =>
    deps.cameras().filter(({ id }) => deps.wantedModel(id) === digest);
  const looked = createLookCounter(deps);
  const findDamage = createFileCheck();

  return [
    { name: 'loaded', subjects: models, run: (digest) => checkLoaded(camerasOf(digest)) },
    { name: 'infers', subjects: models, run: (digest) => looked(digest, camerasOf(digest)) },
    { name: 'memory', subjects: models, run: (digest) => checkMemory(deps, camerasOf(digest)) },
    {
      name: 'gpu',
      subjects: models,
      run: () => off(say('noGraphics')),
    },
    {
      name: 'accuracy',
      subjects: models,
      run: async (digest) => checkAccuracy(await deps.certificates(), digest),
    },
    {
      name: 'running',
      subjects: station,
      run: (_subject, signal) => checkLoop(deps.clock, signal),
    },
    { name: 'database', subjects: station, run: () => checkDatabase(deps) },
    { name: 'cache', subjects: station, run: () => checkCache(deps.cache()) },
    {
      name: 'registry',
      subjects: station,
      run: async (_subject, signal) => {
        const damage = await findDamage(await deps.store.models.list(), signal);
        return damage === null ? ok(say('filesGood')) : down(damage);
      },
    },
    { name: 'central', subjects: station, run: () => checkCentral(deps.central()) },
    { name: 'latency', subjects: cameras, run: (id) => checkSpeed(deps, id, 'latency') },
    { name: 'throughput', subjects: cameras, run: (id) => checkSpeed(deps, id, 'throughput') },
  ];
}

const ok = (said: Said): CheckResult => ({ state: 'ok', ...said });
const degraded = (said: Said): CheckResult => ({ state: 'degraded', ...said });
const down = (said: Said): CheckResult => ({ state: 'down', ...said });
const unknown = (said: Said): CheckResult => ({ state: 'unknown', ...said });
const off = (said: Said): CheckResult => ({ state: 'off', ...said });

function checkLoaded(cameras: readonly Camera[]): CheckResult {
  const told = cameras.flatMap(({ name, counting }) => (counting ? [{ name, counting }] : []));
  if (told.length === 0) return unknown(say('notLoadedYet'));
  const failing = told.find(({ counting }) => counting.standsInFor !== null);
  if (failing === undefined) {
    return ok(say('countsOn', { cameras: told.map(({ name }) => name).join(', ') }));
  }
  const reason = failing.counting.reason?.message ?? '';
  const why = { detail: `It does not count on ${failing.name}: ${reason}` };
  return failing.counting.model === null ? down(why) : degraded(why);
}

/** Whether the model has looked at frames since the last check, and how often it failed. */
function createLookCounter({ fleet }: HealthCheckDeps) {
  const before = new Map<string, { looked: number; failures: number }>();
  return (digest: string, cameras: readonly Camera[]): CheckResult => {
    const reports = fleet
      .workers()
      .flatMap(({ handle }) => handle.report()?.cameras ?? [])
      .filter(({ modelDigest }) => modelDigest === digest);
    const looked = reports.reduce((sum, report) => sum + report.looked, 0);
    const failures = reports.reduce((sum, report) => sum + report.failures, 0);
    const last = before.get(digest);
    before.set(digest, { looked, failures });
    // A camera that has moved begins to count anew.
    const isNew = last === undefined || looked < last.looked;
    const frames = isNew ? looked : looked - last.looked;
    const failed = isNew ? failures : Math.max(0, failures - last.failures);
    if (frames === 0) {
      const isStill = cameras.some(({ capture, figures }) => {
        return capture.state === 'live' && figures.gatedShare > 0;
      });
      return isStill ? ok(say('nothingMoved')) : unknown(say('noFrame'));
    }
    if (failed / frames > mostFailures) {
      return down(say('failedOn', { failed, frames }));
    }
    return ok(say('lookedAt', { frames }));
  };
}

function checkMemory({ fleet, memoryBytes }: HealthCheckDeps, of: readonly Camera[]): CheckResult {
  const ids = new Set(of.map(({ id }) => id));
  const workers = fleet
    .workers()
    .filter(({ cameras }) => cameras.some((id) => ids.has(id)))
    .map(({ handle }) => ({ id: handle.id, bytes: handle.report()?.rssBytes ?? 0 }));
  if (workers.length === 0) return unknown(say('noWorker'));
  const use = workers
    .map(({ id, bytes }) => `${id} ${String(Math.round(bytes / megabyte))}`)
    .join(', ');
  const isMuch = workers.some(({ bytes }) => bytes > memoryBytes * mostMemoryShare);
  return isMuch ? degraded(say('memoryMuch', { use })) : ok(say('memoryUse', { use }));
}

function checkAccuracy(certificates: readonly Certificate[], digest: string): CheckResult {
  const valid = certificates.filter(
    ({ modelDigest, changes }) => modelDigest === digest && changes.length === 0,
  );
  const shares = valid.flatMap(({ lineName, both: { recall, precision } }) =>
    recall === null || precision === null
      ? []
      : [{ lineName, value: Math.min(recall.value, precision.value) }],
  );
  if (shares.length === 0) {
    return unknown(say('notCertified'));
  }
  const { lineName, value } = shares.reduce((a, b) => (b.value < a.value ? b : a));
  const words = say('certified', { line: lineName, percent: Math.round(value * 100) });
  return value < leastAccuracy ? degraded(words) : ok(words);
}

/** How long a turn of the main thread takes now. */
async function checkLoop(clock: Clock, signal: AbortSignal): Promise<CheckResult> {
  const startedMs = clock.monotonicMs();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 0);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  const tookMs = Math.round(clock.monotonicMs() - startedMs);
  const words = say('answersWithin', { ms: tookMs });
  return tookMs > slowLoopMs ? degraded(words) : ok(words);
}

async function checkDatabase({ store, clock }: HealthCheckDeps): Promise<CheckResult> {
  const ledger = store.crossings.state();
  if (ledger.state !== 'writable') {
    return down({ detail: `${ledger.reason.code}: ${ledger.reason.message}` });
  }
  const at = clock.now();
  const startedMs = clock.monotonicMs();
  await store.settings.set(probeKey, at);
  const read = await store.settings.get(probeKey, z.number());
  if (read !== at) return down(say('notReadBack'));
  return ok(say('readBack', { ms: Math.round(clock.monotonicMs() - startedMs) }));
}

function checkCache({ entries: count, shared }: ResultCacheFigures): CheckResult {
  if (shared === null) return ok(say('answersInMemory', { count }));
  if (shared.state === 'ready') return ok(say('answersKept', { count }));
  const { reason, where } = shared;
  return degraded(reason === null ? say('redisAway', { where }) : { detail: reason.message });
}

function checkCentral({ state, behindMs }: CentralStanding): CheckResult {
  if (behindMs === null) return off(say('noCentral'));
  const minutes = Math.floor(behindMs / minuteMs);
  if (state.state === 'away') {
    const { message } = state.reason;
    return degraded({ detail: `${message} It lacks the last ${String(minutes)} min.` });
  }
  return behindMs > performanceMs
    ? degraded(say('centralLacks', { minutes }))
    : ok(say('centralWhole'));
}

/** A file is read again only when its size or time has changed: nothing is looked at twice for nothing. */
function createFileCheck() {
  const seen = new Map<string, { readonly mark: string; readonly damage: Said | null }>();
  return async (models: readonly StoredModel[], signal: AbortSignal): Promise<Said | null> => {
    for (const { path, digest, card, files } of models) {
      const about = { model: `${card.name}@${card.version}`, path };
      let mark: string;
      try {
        const { size, mtimeMs, ino } = await stat(path);
        mark = `${String(size)} ${String(mtimeMs)} ${String(ino)}`;
      } catch {
        return say('fileGone', about);
      }
      const known = seen.get(path);
      if (known?.mark !== mark) {
        const want = files.find((file) => path.endsWith(file.path));
        const found = await digestOf(path, signal);
        const isSame = found === (want?.digest ?? digest);
        const damage = isSame ? null : say('fileChanged', about);
        seen.set(path, { mark, damage });
      }
      const damage = seen.get(path)?.damage ?? null;
      if (damage !== null) return damage;
    }
    return null;
  };
}

async function digestOf(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file, { signal })) hash.update(part as Buffer);
  return hash.digest('hex');
}

async function checkSpeed(
  deps: HealthCheckDeps,
  id: CameraId,
  what: 'latency' | 'throughput',
): Promise<CheckResult> {
  const { store, clock, limits } = deps;
  const capture = deps.cameras().find((camera) => camera.id === id)?.capture;
  if (capture?.state !== 'live' || clock.now() - capture.since < settledMs) {
    return unknown(say('tooEarly'));
  }
  const to = clock.now();
  const from = Math.max(to - performanceMs, capture.since + minuteMs - 1);
  const known = await listMinutes(
    () => store.metrics.list({ from, to, kind: 'camera', subject: id }),
    deps.unwritten,
  );
  const metrics = ['latencyP95', 'throughput'] as const;
  const all = known.filter(
    (row) => row.kind === 'camera' && row.subject === id && row.at >= from - minuteMs,
  );
  const [point] = toPoints(
    all.map((row) => ({ ...row, at: 0 })),
    { stepMs: minuteMs, metrics },
  );
  const { latencyP95, throughput } = point?.values ?? {};
  if (what === 'latency') {
    if (latencyP95 === undefined) return unknown(say('noneLookedAt'));
    const words = say('latency', { ms: Math.round(latencyP95) });
    return latencyP95 > limits().latencyMs ? degraded(words) : ok(words);
  }
  if (throughput === undefined) return unknown(say('noneAskedFor'));
  const percent = Math.round(throughput * 1000) / 10;
  const words = say('throughput', { percent });
  return percent < limits().throughputPercent ? degraded(words) : ok(words);
}
