/**
 * Keeps figures by the minute: looks each second, writes a row for every subject when a minute is over.
 *
 *   worker reports, events ──▶ metric book ──each minute──▶ store, kept for some days
 */
import { StationError } from '#contract/error.ts';
import type { Camera, CameraId } from '#contract/camera.ts';
import type { Clock } from './base/clock.ts';
import type { Emitter } from './base/emitter.ts';
import type { Logger } from './base/log.ts';
import { createProcessMeter } from './base/process-meter.ts';
import { type CameraLook, createMetricBook } from './metric-book.ts';
import type { EventMap } from './site.ts';
import { type MetricRow, minuteMs, type NewMetrics, type ServingRow } from './store/metrics.ts';
import type { Store } from './store/store.ts';
import type { WorkerReport } from './worker-protocol.ts';

const tickMs = 1_000;
/** Minutes that wait for a database that cannot be written; the oldest is lost first */
const mostWaiting = 60;

export interface MetricKeeperDeps {
  readonly store: Pick<Store, 'metrics'>;
  readonly events: Emitter<EventMap>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly cameras: () => readonly Camera[];
  /** Digest of the model that should count; null when none is chosen */
  readonly wantedModel: (cameraId: CameraId) => string | null;
  /** How models answered requests in the minutes that begin within [from, to), Unix ms */
  readonly serving: (from: number, to: number) => ServingRow[];
  /** Shares of this PC, 0…1 */
  readonly load: () => { readonly cpu: number | null; readonly memory: number | null };
}

export interface UnwrittenMinutes {
  /** On their way into the store, or there already */
  readonly waiting: readonly MetricRow[];
  /** Of the minute that is not over; what the store has of it is of a former run of the station */
  readonly running: readonly MetricRow[];
  /** Another number once a minute has ended or was written */
  readonly turn: number;
}

/**
 * What the store has, with what it does not have yet. Read again where a minute came into the store meanwhile: it would be
 * missed, or taken twice.
 */
export async function listMinutes(
  list: () => Promise<readonly MetricRow[]>,
  unwritten: () => UnwrittenMinutes,
): Promise<MetricRow[]> {
  for (;;) {
    const { turn } = unwritten();
    const stored = await list();
    const now = unwritten();
    if (now.turn === turn) return withUnwritten(stored, now);
  }
}

function withUnwritten(
  stored: readonly MetricRow[],
  { waiting, running }: UnwrittenMinutes,
): MetricRow[] {
  const keyOf = ({ kind, subject, at }: MetricRow): string => `${kind} ${subject} ${String(at)}`;
  const known = new Set(stored.map(keyOf));
  return [...stored, ...waiting.filter((row) => !known.has(keyOf(row))), ...running];
}

export interface MetricKeeper {
  report(workerId: string, report: WorkerReport): void;
  /** Something was asked of the station at which it failed. */
  failed(code: string): void;
  /** The minute that is not over yet, and those that are not written yet. */
  unwritten(): UnwrittenMinutes;
  close(): Promise<void>;
}

export function keepMetrics(deps: MetricKeeperDeps): MetricKeeper {
  const { store, events, clock, log } = deps;
  const book = createMetricBook();
  const meter = createProcessMeter();
  /** The last error that a camera which cannot be reached was counted for */
  const attempts = new Map<CameraId, string>();
  let lookedMs = clock.monotonicMs();
  let minute = startOf(clock.now());
  let waiting: NewMetrics[] = [];
  let writing: Promise<void> = Promise.resolve();
  let isFailing = false;
  let turn = 0;

  function look(): void {
    const nowMs = clock.monotonicMs();
    book.look({
      sinceMs: nowMs - lookedMs,
      cameras: deps.cameras().map((camera) => lookAt(camera, deps.wantedModel(camera.id))),
      use: meter.take(),
      rssBytes: process.memoryUsage.rss(),
      machine: deps.load(),
    });
    lookedMs = nowMs;
    const now = startOf(clock.now());
    if (now !== minute) endMinute(now);
  }

  function endMinute(next: number | null): void {
    const { rows, times } = book.rows(minute);
    const serving = deps.serving(minute, minute + minuteMs);
    book.clear();
    waiting = [...waiting, { rows, times, serving }].slice(-mostWaiting);
    if (next !== null) minute = next;
    turn += 1;
    writing = writing.then(write);
  }

  /** What cannot be written now is tried again a minute later. */
  async function write(): Promise<void> {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      try {
        await store.metrics.add(first);
        waiting = waiting.filter((each) => each !== first);
        turn += 1;
        isFailing = false;
      } catch (error) {
        const { code, message } = StationError.from(error, 'SYS_002');
        if (!isFailing) log.warn('figures of a minute not written', { code, reason: message });
        isFailing = true;
        return;
      }
    }
  }

  const stops = [
    events.listen('crossing', ({ cameraId }) => book.crossing(cameraId)),
    events.listen('notice', ({ code, severity, cameraId }) => {
      if (code !== null && severity !== 'info' && cameraId === null) book.error(code, null);
    }),
    events.listen('camera', ({ id, capture }) => {
      if (capture.state !== 'waiting') return;
      const attempt = `${String(capture.since)}/${String(capture.attempt)}`;
      if (attempts.get(id) !== attempt) book.error(capture.reason.code, id);
      attempts.set(id, attempt);
    }),
  ];
  const timer = setInterval(() => {
    try {
      look();
    } catch (error) {
      // Figures that cannot be taken must not end the station.
      log.error('figures not taken', { error });
    }
  }, tickMs);
  timer.unref();

  return {
    report: (workerId, report) => book.report(workerId, report),
    failed: (code) => book.error(code, null),
    unwritten: () => ({
      waiting: waiting.flatMap(({ rows }) => rows),
      running: book.rows(minute).rows,
      turn,
    }),
    async close() {
      clearInterval(timer);
      for (const stop of stops) stop();
      meter.close();
      endMinute(null);
      await writing;
    },
  };
}

function startOf(now: number): number {
  return Math.floor(now / minuteMs) * minuteMs;
}

function lookAt({ id, fps, capture, counting }: Camera, wanted: string | null): CameraLook {
  const isOff = capture.state === 'disabled' || capture.state === 'ended';
  const isLive = capture.state === 'live';
  const isOwn = counting !== null && counting.model !== null && counting.standsInFor === null;
  return { id, demandedFps: isOff ? 0 : fps, wanted, isLive, isServed: isOwn };
}
