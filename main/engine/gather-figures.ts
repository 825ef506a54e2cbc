/**
 * Gathers what alerts are made of: what is at hand at each look, and what costs more at a slower pace.
 */
import os from 'node:os';
import type { CameraId } from '#contract/camera.ts';
import type { Certificate } from '#contract/certificate.ts';
import type { Line } from '#contract/counting.ts';
import type { RecordingDisk } from '#contract/recording.ts';
import type { LineVerdict } from '#contract/trajectory.ts';
import { weeksBefore, type HourOfWeek } from './alerting/count-anomaly.ts';
import type { StationFigures } from './alerting/figures.ts';
import type { Clock } from './base/clock.ts';
import type { CentralStanding } from './central-keeper.ts';
import type { Emitter } from './base/emitter.ts';
import type { Logger } from './base/log.ts';
import type { EventMap, Site } from './site.ts';
import type { Store } from './store/store.ts';

const errorWindowMs = 300_000;
const loiterWindowMs = 60_000;
const rolledBackMs = 3_600_000;
const hourMs = 3_600_000;
const weeks = 8;
/** How often each is read, ms */
const pace = { load: 5_000, disk: 30_000, history: 60_000, hours: 300_000, verdicts: hourMs };

/** What is not urgent waits until the station has started */
const firstMs = { hours: 60_000, verdicts: 480_000 };

export interface FigureDeps {
  readonly site: Site;
  readonly store: Pick<Store, 'crossings' | 'models' | 'tallies'>;
  readonly events: Emitter<EventMap>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timeZone: string;
  readonly hasModel: (cameraId: CameraId) => boolean;
  /** null without doors */
  readonly onSite: () => number | null;
  readonly disk: () => Promise<RecordingDisk>;
  readonly central: () => Pick<CentralStanding, 'behindMs'>;
  readonly certificates: () => Promise<Certificate[]>;
  readonly verdict: (line: Line) => Promise<LineVerdict>;
  /** The newest hour of each line, judged by its past */
  readonly judged: () => StationFigures['judged'];
  /** Shares of this PC, 0…1; null before there are two samples */
  readonly load: () => { readonly cpu: number | null; readonly memory: number | null };
}

export interface FigureGatherer {
  now(): StationFigures;
  /** The station itself has failed at something that was asked of it. */
  failed(code: string): void;
  close(): Promise<void>;
}

export function createFigureGatherer(deps: FigureDeps): FigureGatherer {
  const { site, store, events, clock, log, timeZone } = deps;
  let errors: { code: string; ms: number }[] = [];
  let loiterings: { zoneId: string; ms: number }[] = [];
  let load: ReturnType<FigureDeps['load']> = { cpu: null, memory: null };
  let disk: RecordingDisk | null = null;
  let certificates: Certificate[] = [];
  let rolledBack: StationFigures['rolledBack'] = null;
  let hours = new Map<string, HourOfWeek>();
  const verdicts = new Map<string, LineVerdict>();
  const startMs = clock.monotonicMs();
  const nextMs = new Map<keyof typeof pace, number>([
    ['hours', startMs + firstMs.hours],
    ['verdicts', startMs + firstMs.verdicts],
  ]);
  const working = new Set<Promise<void>>();
  const isWorking = new Set<keyof typeof pace>();

  const linesNow = (): Line[] => site.cameras().flatMap(({ id }) => site.plan(id).lines);

  const reads: Record<keyof typeof pace, () => Promise<void>> = {
    load: () => {
      load = deps.load();
      return Promise.resolve();
    },
    async disk() {
      disk = await deps.disk();
    },
    async history() {
      certificates = await deps.certificates();
      const since = clock.now() - rolledBackMs;
      const newest = await store.models.history();
      rolledBack = newest.filter(({ cause, at }) => cause === 'guardrail' && at >= since);
    },
    async hours() {
      hours = await readHours();
    },
    async verdicts() {
      for (const line of linesNow()) verdicts.set(line.id, await deps.verdict(line));
    },
  };

  async function readHours(): Promise<Map<string, HourOfWeek>> {
    const found = new Map<string, { now: HourOfWeek['now']; before: HourOfWeek['now'][] }>();
    const to = clock.now();
    for (let week = 0; week <= weeks; week++) {
      const end = weeksBefore(to, week, timeZone);
      const span = { from: end - hourMs, to: end, bucket: 'all' as const, timeZone };
      for (const tally of await store.tallies.query(span)) {
        const counted = { count: tally.in + tally.out, observedSeconds: tally.observedSeconds };
        const entry = found.get(tally.lineId) ?? { now: counted, before: [] };
        if (week > 0) entry.before.push(counted);
        found.set(tally.lineId, entry);
      }
    }
    return found;
  }

  /** Begins what is due; one at a time of each kind, and none is waited for. */
  function readDue(): void {
    const nowMs = clock.monotonicMs();
    for (const kind of Object.keys(pace) as (keyof typeof pace)[]) {
      if (isWorking.has(kind) || nowMs < (nextMs.get(kind) ?? -Infinity)) continue;
      nextMs.set(kind, nowMs + pace[kind]);
      isWorking.add(kind);
      const work: Promise<void> = reads[kind]()
        .catch((error: unknown) => {
          if (kind === 'disk') disk = null;
          log.warn('figures for alerts not read', { kind, reason: String(error) });
        })
        .finally(() => {
          isWorking.delete(kind);
          working.delete(work);
        });
      working.add(work);
    }
  }

  const stops = [
    events.listen('notice', ({ code, severity }) => {
      if (code !== null && severity !== 'info') errors.push({ code, ms: clock.monotonicMs() });
    }),
    events.listen('zoneEvent', ({ kind, zoneId }) => {
      if (kind === 'loiter') loiterings.push({ zoneId, ms: clock.monotonicMs() });
    }),
    events.listen('modelTrial', ({ state }) => {
      if (state === 'rolled-back') nextMs.delete('history');
    }),
  ];

  return {
    now() {
      readDue();
      const nowMs = clock.monotonicMs();
      errors = errors.filter(({ ms }) => nowMs - ms < errorWindowMs);
      loiterings = loiterings.filter(({ ms }) => nowMs - ms < loiterWindowMs);
      const cameras = site.cameras();
      const plans = cameras.map(({ id }) => site.plan(id));
      const ledger = store.crossings.state();
      return {
        at: clock.now(),
        cameras,
        lines: plans.flatMap(({ lines }) => lines),
        zones: plans.flatMap(({ zones }) => zones),
        withModel: new Set(cameras.map(({ id }) => id).filter((id) => deps.hasModel(id))),
        occupancies: cameras.flatMap(({ id }) => site.occupancy(id) ?? []),
        onSite: deps.onSite(),
        loiterings,
        ...load,
        errors: errors.map(({ code }) => code),
        certificates,
        hours,
        verdicts,
        judged: deps.judged(),
        disk,
        ledgerTrouble: ledger.state === 'writable' ? null : ledger.reason,
        centralBehindMs: deps.central().behindMs,
        rolledBack,
      };
    },
    failed: (code) => void errors.push({ code, ms: clock.monotonicMs() }),
    async close() {
      for (const stop of stops) stop();
      await Promise.all(working);
    },
  };
}

/** Shares of this PC that are in use, each time since the time before. */
export function createLoadMeter(): FigureDeps['load'] {
  let before: { readonly busy: number; readonly all: number } | null = null;
  return () => {
    const times = os.cpus().map(({ times: core }) => core);
    const all = times.reduce(
      (sum, core) => sum + Object.values(core).reduce((a, b) => a + b, 0),
      0,
    );
    const busy = all - times.reduce((sum, core) => sum + core.idle, 0);
    const spent = before === null ? 0 : all - before.all;
    const cpu = before === null || spent === 0 ? null : (busy - before.busy) / spent;
    before = { busy, all };
    return { cpu, memory: 1 - os.freemem() / os.totalmem() };
  };
}
