/**
 * Keeps how many are on the site: reads the doors' crossings from the ledger, and logs every correction before it is shown.
 *
 *   ledger ──rows after the last one──▶ site counter ──state and corrections, one transaction──▶ store ──▶ event
 *
 * After a crash it goes on from the stored state; rows that were told but not stored are read again, so nothing is lost or doubled.
 */
import { z } from 'zod';
import { StationError } from '#contract/error.ts';
import {
  type OccupancyCorrection,
  SiteDefinition,
  type SiteOccupancy,
} from '#contract/site-occupancy.ts';
import type { CameraOccupancy } from '#contract/zone.ts';
import type { Clock } from './base/clock.ts';
import type { Emitter } from './base/emitter.ts';
import type { Logger } from './base/log.ts';
import { stretchAt } from './base/hours-of-day.ts';
import { createSiteCounter, SiteCheckpoint, type SiteFact } from './counting/site-counter.ts';
import { createSteadyCount } from './counting/steady-count.ts';
import type { EventMap } from './site.ts';
import type { Store } from './store/store.ts';

const definitionKey = 'site-definition';
/** Crossings that come together are written together. */
const gatherMs = 300;
/** How often the hours are looked at, and what could not be written is tried again. */
const tickMs = 10_000;
/** People must be seen for so long: a crossing of the door is decided up to a second after they are. */
const seenMs = 5_000;
/** What a camera has said longer ago is no evidence. */
const staleMs = 5_000;
const pageRows = 1000;
/** In the log of corrections, where no person did it. */
const ownName = 'station';

const KeeperState = z.object({
  counter: SiteCheckpoint,
  /** Day on which the known-empty hours began that were minded last */
  emptiedOn: z.string().nullable(),
});
type KeeperState = z.infer<typeof KeeperState>;

export interface SiteOccupancyDeps {
  readonly store: Store;
  readonly events: Emitter<EventMap>;
  readonly clock: Clock;
  readonly log: Logger;
  /** IANA name of the zone by whose clock the site is empty */
  readonly timeZone: string;
}

export interface SiteOccupancyKeeper {
  definition(): SiteDefinition;
  /** Counts with these doors from now on. */
  define(definition: SiteDefinition): Promise<SiteDefinition>;
  reading(): SiteOccupancy;
  /** Sets the number, as `by` says. Resolves when it is logged. */
  correct(correction: { count: number; note: string; by: string }): Promise<SiteOccupancy>;
  /** Throws REQ_003 when a door or a zone of the site is at this place. */
  readonly refuseUsed: (place: { readonly on: 'line' | 'zone'; readonly id: string }) => void;
  close(): Promise<void>;
}

const noDoors: SiteDefinition = { doors: [], zones: [], emptyHours: null, errorShare: 0.05 };

/** Goes on from what the store has. Rejects with the store's errors. */
export async function keepSiteOccupancy(deps: SiteOccupancyDeps): Promise<SiteOccupancyKeeper> {
  const { store, events, clock, log } = deps;
  const stored = await store.site.state();
  const former = stored === null ? null : KeeperState.parse(stored.state);
  let definition = (await store.settings.get(definitionKey, SiteDefinition)) ?? noDoors;
  let lastCrossingId = stored?.lastCrossingId ?? 0;
  let emptiedOn = former?.emptiedOn ?? null;
  let counter = createSiteCounter(definition.errorShare);
  if (former) counter.restore(former.counter);
  let shown = counter.reading();

  const seen = new Map<string, CameraOccupancy>();
  let steady = createSteadyCount(seenMs);
  let gathering: NodeJS.Timeout | null = null;
  let working: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  /** One change after the other; what fails changes nothing. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = working.then(async () => {
      const before = { lastCrossingId, emptiedOn, definition, counter: counter.checkpoint() };
      try {
        return await work();
      } catch (error) {
        ({ lastCrossingId, emptiedOn, definition } = before);
        counter = createSiteCounter(definition.errorShare);
        counter.restore(before.counter);
        throw error;
      }
    });
    working = turn.catch(() => undefined);
    return turn;
  }

  function inBackground(work: () => Promise<unknown>): void {
    inTurn(work).catch((error: unknown) => {
      const { code, message } = StationError.from(error, 'SYS_002');
      log.warn('occupancy of the site not written, trying again', { code, reason: message });
    });
  }

  /** Tells facts and stores what they led to; `by` is whose corrections they are. */
  async function tell(facts: readonly SiteFact[], by = ownName): Promise<void> {
    const corrections = facts.flatMap((fact) => {
      const correction = counter.tell(fact);
      return correction === null ? [] : [{ ...correction, by }];
    });
    const state: KeeperState = { counter: counter.checkpoint(), emptiedOn };
    await store.site.change({ lastCrossingId, state, corrections });
    corrections.forEach(report);
    shown = counter.reading();
    events.emit('siteOccupancy', shown);
  }

  function report({ before, after, reason, by }: OccupancyCorrection & { by: string }): void {
    log.info('occupancy of the site corrected', { before, after, reason, by });
  }

  /** Takes in what has crossed the doors since the last row; whether anybody has. */
  async function catchUp(): Promise<boolean> {
    const reversed = new Map(definition.doors.map((door) => [door.lineId, door.isReversed]));
    const lineIds = [...reversed.keys()];
    for (let hasRows = false; ; hasRows = true) {
      const query = { lineIds, afterId: lastCrossingId, limit: pageRows };
      const rows = lineIds.length === 0 ? [] : await store.site.doorCrossings(query);
      const last = rows.at(-1);
      if (last === undefined) return hasRows;
      lastCrossingId = last.id;
      // Who is on the way through a door may be seen inside a little longer, or a little sooner.
      steady = createSteadyCount(seenMs);
      await tell(
        rows.map(({ lineId, direction, at }) => {
          const other = direction === 'in' ? 'out' : 'in';
          return { kind: 'crossing', at, direction: reversed.get(lineId) ? other : direction };
        }),
      );
    }
  }

  function gather(): void {
    if (gathering !== null || isClosed) return;
    gathering = setTimeout(() => {
      gathering = null;
      inBackground(catchUp);
    }, gatherMs);
  }

  /** People seen in the zones that show them directly are the least that are there. */
  function see(occupancy: CameraOccupancy): void {
    seen.set(occupancy.cameraId, occupancy);
    if (definition.zones.length === 0 || definition.doors.length === 0) return;
    const wanted = new Set(definition.zones);
    if (!occupancy.zones.some((zone) => wanted.has(zone.zoneId))) return;
    const now = clock.now();
    const count = [...seen.values()]
      .filter((each) => now - each.at <= staleMs)
      .flatMap((each) => each.zones)
      .filter((zone) => wanted.has(zone.zoneId))
      .reduce((sum, zone) => sum + zone.count, 0);
    const least = steady.add(count, now);
    const { seenInside } = counter.checkpoint();
    if (least === null || least <= seenInside) return;
    inBackground(async () => {
      if (await catchUp()) return;
      await tell([{ kind: 'seen', at: now, count: least }]);
    });
  }

  /** The site is empty when its known-empty hours begin; who comes later is counted again. */
  async function mindHours(): Promise<void> {
    const now = clock.now();
    const { emptyHours, doors } = definition;
    const day = emptyHours === null ? null : stretchAt(emptyHours, now, deps.timeZone);
    if (day === null || day === emptiedOn || doors.length === 0) return;
    emptiedOn = day;
    await tell([{ kind: 'empty', at: now }]);
  }

  async function tick(): Promise<void> {
    await catchUp();
    await mindHours();
  }

  const stops = [
    events.listen('crossing', ({ lineId }) => {
      if (definition.doors.some((door) => door.lineId === lineId)) gather();
    }),
    events.listen('occupancy', see),
  ];
  const timer = setInterval(() => inBackground(tick), tickMs);
  timer.unref();
  inBackground(tick);

  return {
    definition: () => definition,
    define: (next) =>
      inTurn(async () => {
        // What has crossed until now is counted by the old doors, and never by the new ones.
        const newest = await store.site.newestCrossingId();
        await catchUp();
        lastCrossingId = Math.max(lastCrossingId, newest);
        definition = next;
        steady = createSteadyCount(seenMs);
        const before = counter.checkpoint();
        counter = createSiteCounter(next.errorShare);
        counter.restore(before);
        await store.settings.set(definitionKey, next);
        await tell([]);
        await mindHours();
        return next;
      }),
    reading: () => shown,
    correct: ({ count, note, by }) =>
      inTurn(async () => {
        await catchUp();
        await tell([{ kind: 'set', at: clock.now(), count, note }], by);
        return shown;
      }),
    refuseUsed({ on, id }) {
      const isUsed =
        on === 'line'
          ? definition.doors.some((door) => door.lineId === id)
          : definition.zones.includes(id);
      if (!isUsed) return;
      throw new StationError(
        'REQ_003',
        `The people on the site are counted with this ${on}. Take it off the site's doors and zones first.`,
        { path: 'id' },
      );
    },
    async close() {
      isClosed = true;
      if (gathering !== null) clearTimeout(gathering);
      clearInterval(timer);
      for (const stop of stops) stop();
      await inTurn(catchUp).catch((error: unknown) => {
        log.warn('last crossings of the doors not taken in', { reason: String(error) });
      });
    },
  };
}
