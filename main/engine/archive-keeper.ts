/**
 * Brings old rows of the ledger into files and back, one day of one kind at a time, so that at every moment a row is in the
 * station or in a file that is whole, and its sum is told once.
 *
 *   rows ─▶ file, fsync ─▶ remote ─▶ "removing" ─▶ rows go, page by page ─▶ "archived"
 *    ▲                                                                          │
 *    └──── "restored" ◀── rows come, page by page ◀── "restoring" ◀── file right?
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  ArchiveKind,
  type ArchivePart,
  ArchiveSettings,
  type ArchiveFault,
  type ArchiveStatus,
  type ArchiveSum,
  type ArchiveWork,
  leastArchiveDays,
} from '#contract/archive.ts';
import { StationError } from '#contract/error.ts';
import { checkPart, fileNameOf, readPart, writeManifest, writePart } from './archive/part-file.ts';
import { archiveDayMs, archiveName } from './base/archive-name.ts';
import type { ArchiveRow } from './base/archive-row.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import type { CentralKeeper } from './central-keeper.ts';
import type { RemoteStore } from './models/remote-store.ts';
import type { ArchiveDay } from './store/archive.ts';
import type { Store } from './store/store.ts';

export interface ArchiveKeeperDeps {
  readonly store: Pick<Store, 'archive' | 'settings'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where the files lie */
  readonly folder: string;
  readonly central: Pick<CentralKeeper, 'hasArrived'>;
  /** Opens the remote store for one piece of work; null when none is set */
  readonly openRemote: () => Promise<Pick<RemoteStore, 'keepFile' | 'fetchFile' | 'close'> | null>;
  /** Calls `act` once after `ms`; what it returns calls it off. */
  readonly later: (ms: number, act: () => void) => () => void;
  /** Rows in one transaction; usual when left out */
  readonly pageRows?: number;
}

export interface ArchiveKeeper {
  status(): Promise<ArchiveStatus>;
  list(): Promise<ArchivePart[]>;
  /** Rejects with REQ_003 when files shall go to a remote store that is not set. */
  set(settings: ArchiveSettings): Promise<void>;
  /**
   * Archives whole days (UTC) before a time, Unix ms. Rejects with REQ_001 when it is less than 31 days ago, ARC_001 when a
   * file that was begun is damaged, and as the store, the disk and the remote store do; what is done by then stays right.
   */
  run(before: number): Promise<ArchiveWork>;
  /** Reads every file whose rows are in it only. */
  check(): Promise<{ readonly files: number; readonly faults: ArchiveFault[] }>;
  /**
   * Brings rows of the days that a time touches back. Every file is checked first: rejects with ARC_001 before anything has
   * changed when one is missing or changed.
   */
  restore(span: { readonly from: number; readonly to: number }): Promise<ArchiveWork>;
  /** Ends after the page that is under way. */
  close(): Promise<void>;
}

const settingKey = 'archive';
const usual: ArchiveSettings = { afterDays: null, toRemote: false };
/** So few that a frame that is recorded does not wait long. */
const usualPageRows = 500;
const everyMs = 3_600_000;
const firstMs = 90_000;

/** Reads the settings and goes on with what was cut. Rejects as the store does. */
export async function keepArchive(deps: ArchiveKeeperDeps): Promise<ArchiveKeeper> {
  const { store, clock, log, folder } = deps;
  const rows = store.archive;
  const pageRows = deps.pageRows ?? usualPageRows;
  let settings = (await store.settings.get(settingKey, ArchiveSettings)) ?? usual;
  let held: string | null = null;
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();
  let callOff = deps.later(firstMs, tick);

  /** One piece of work at a time. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  }

  function tick(): void {
    if (isClosed) return;
    callOff = deps.later(everyMs, tick);
    void inTurn(async () => {
      try {
        await finish();
        if (settings.afterDays !== null) await archive(settings.afterDays, 'by itself');
      } catch (error) {
        const { code, message } = StationError.from(error, 'SYS_002');
        held = message;
        log.warn('archive not written', { code, reason: message });
      }
    });
  }

  /** Goes on where an earlier run was cut. */
  async function finish(): Promise<void> {
    for (const part of await rows.parts()) {
      if (part.state === 'removing') await removeRows(part);
      if (part.state === 'restoring') await bringBack(part);
    }
  }

  async function archive(afterDays: number, why: 'by itself' | 'asked'): Promise<ArchiveWork> {
    const to = Math.floor(clock.now() / archiveDayMs) - afterDays;
    const work = { files: 0, rows: 0 };
    held = null;
    for (const kind of ArchiveKind.options) {
      const stays = why === 'by itself' ? await restoredDays(kind) : new Set<number>();
      let from = 0;
      while (!isClosed) {
        const next = await rows.nextDay({ kind, from, to });
        if (next === null) break;
        from = next.day + 1;
        if (stays.has(next.day)) continue;
        if (!(await deps.central.hasArrived(endsOf(kind, next)))) {
          held = 'Rows wait until they have arrived at the central database.';
          break;
        }
        work.rows += await archiveDay(kind, next);
        work.files += 1;
      }
    }
    if (work.files > 0) log.info('counts archived', work);
    return { ...work, held };
  }

  /** What somebody has brought back stays until somebody archives it again. */
  async function restoredDays(kind: ArchiveKind): Promise<Set<number>> {
    const parts = await rows.parts();
    return new Set(
      parts.filter((part) => part.kind === kind && part.state === 'restored').map(({ day }) => day),
    );
  }

  async function archiveDay(kind: ArchiveKind, next: ArchiveDay): Promise<number> {
    const facts = await writePart(folder, { kind, ...dayOf(next) }, pagesOf(kind, next));
    const text = await writeManifest(folder, facts);
    await checkPart(folder, facts);
    if (settings.toRemote) {
      await withRemote((remote) =>
        remote.keepFile(blobOf(facts), folder, { name: archiveName(facts), text }),
      );
    }
    const part = { ...facts, at: clock.now() };
    await rows.add(part);
    await removePages(part);
    return part.rows;
  }

  async function* pagesOf(kind: ArchiveKind, next: ArchiveDay): AsyncGenerator<ArchiveRow[]> {
    let after = next.firstId - 1;
    for (;;) {
      const page = await rows.rows({ kind, ...dayOf(next), after, limit: pageRows });
      if (page.length > 0) yield page;
      if (page.length < pageRows) return;
      after = page.at(-1)?.id ?? next.lastId;
    }
  }

  /** Not a row goes without its file. */
  async function removeRows(part: ArchivePart): Promise<void> {
    await checkPart(folder, part);
    await removePages(part);
  }

  async function removePages(part: Omit<ArchivePart, 'state'>): Promise<void> {
    while (!isClosed) {
      if ((await rows.remove(part, pageRows)) === pageRows) continue;
      await rows.become(part, 'archived');
      return;
    }
  }

  async function bringBack(part: ArchivePart): Promise<number> {
    await fetchMissing(part);
    await checkPart(folder, part);
    let restored = 0;
    for await (const page of readPart(folder, part, pageRows)) {
      if (isClosed) return restored;
      restored += await rows.restore(part, page);
    }
    await rows.become(part, 'restored');
    return restored;
  }

  /** A file that is here is never replaced: when it is wrong, somebody must look at it. */
  async function fetchMissing(part: ArchivePart): Promise<void> {
    if (existsSync(path.join(folder, fileNameOf(part)))) return;
    const remote = await deps.openRemote();
    if (remote === null) return;
    try {
      await remote.fetchFile(blobOf(part), folder);
    } catch (error) {
      const { code, message } = StationError.from(error, 'SYS_001');
      throw new StationError(code === 'MODEL_002' ? 'ARC_001' : code, message, { cause: error });
    } finally {
      remote.close();
    }
  }

  async function withRemote(
    work: (remote: Pick<RemoteStore, 'keepFile'>) => Promise<void>,
  ): Promise<void> {
    const remote = await deps.openRemote();
    if (remote === null) throw noRemote();
    try {
      await work(remote);
    } finally {
      remote.close();
    }
  }

  return {
    async status() {
      const parts = (await rows.parts()).filter(({ state }) => state !== 'restored');
      return {
        ...{ settings, folder, held },
        kinds: ArchiveKind.options.map((kind) => sumOf(kind, parts)),
      };
    },
    list: () => rows.parts(),
    async set(next) {
      if (next.toRemote) await withRemote(() => Promise.resolve());
      await store.settings.set(settingKey, next);
      settings = next;
    },
    run: (before) =>
      inTurn(async () => {
        const days = Math.floor(clock.now() / archiveDayMs) - Math.floor(before / archiveDayMs);
        if (days < leastArchiveDays) {
          throw new StationError(
            'REQ_001',
            `Choose a time at least ${String(leastArchiveDays)} days ago: younger rows are needed here.`,
            { path: 'before' },
          );
        }
        await finish();
        return archive(days, 'asked');
      }),
    check: () =>
      inTurn(async () => {
        const parts = (await rows.parts()).filter(({ state }) => state !== 'restored');
        const faults: ArchiveFault[] = [];
        for (const part of parts) {
          try {
            await checkPart(folder, part);
          } catch (error) {
            const reason = StationError.from(error, 'ARC_001').message;
            faults.push({ name: fileNameOf(part), reason });
          }
        }
        return { files: parts.length, faults };
      }),
    restore: ({ from, to }) =>
      inTurn(async () => {
        const wanted = (await rows.parts()).filter(
          ({ day, state }) =>
            state !== 'restored' && day * archiveDayMs < to && (day + 1) * archiveDayMs > from,
        );
        for (const part of wanted) {
          await fetchMissing(part);
          await checkPart(folder, part);
        }
        const work = { files: 0, rows: 0 };
        for (const part of wanted) {
          if (isClosed) break;
          await rows.become(part, 'restoring');
          work.rows += await bringBack(part);
          work.files += 1;
        }
        if (work.files > 0) log.info('counts restored from the archive', work);
        return { ...work, held: null };
      }),
    async close() {
      isClosed = true;
      callOff();
      await last;
    },
  };
}

function dayOf({ day, lastId }: ArchiveDay): Pick<ArchivePart, 'day' | 'lastId'> {
  return { day, lastId };
}

function blobOf(part: Pick<ArchivePart, 'kind' | 'day' | 'lastId' | 'bytes' | 'digest'>) {
  return { path: fileNameOf(part), bytes: part.bytes, digest: part.digest };
}

/** Up to where the central database must have come. Passages do not go there. */
function endsOf(kind: ArchiveKind, { lastId }: ArchiveDay) {
  return {
    crossings: kind === 'crossings' ? lastId : 0,
    zoneEvents: kind === 'zone_events' ? lastId : 0,
  };
}

function noRemote(): StationError {
  return new StationError(
    'REQ_003',
    'No remote store is set: enter its address, bucket and keys on the page Models first, or keep the archive here only.',
  );
}

function sumOf(kind: ArchiveKind, parts: readonly ArchivePart[]): ArchiveSum {
  const own = parts.filter((part) => part.kind === kind);
  const [first, newest] = [own.at(0), own.at(-1)];
  return {
    kind,
    files: own.length,
    rows: own.reduce((sum, part) => sum + part.rows, 0),
    bytes: own.reduce((sum, part) => sum + part.bytes, 0),
    span:
      first === undefined || newest === undefined
        ? null
        : { from: first.day * archiveDayMs, to: (newest.day + 1) * archiveDayMs },
  };
}
