/**
 * Writes facts into the database, and into the spool while the database cannot be written.
 *
 *   writable ──a write fails──▶ spooling ──retry writes all that waits──▶ writable
 *
 * Once something waits everything waits, so the order of the facts is kept.
 */
import type { DiskLimit } from './drills.ts';
import type { Database } from 'better-sqlite3';
import type { CameraId } from '#contract/camera.ts';
import type { Checkpoint } from '#contract/counting.ts';
import { StationError } from '#contract/error.ts';
import type { Logger } from '#engine/base/log.ts';
import { listEpochs, loadCheckpoint } from './checkpoints.ts';
import { noteAlive } from './coverage.ts';
import {
  type Applied,
  applyFact,
  compactFacts,
  decodeFact,
  encodeFact,
  type Fact,
  frameFact,
  toPending,
} from './facts.ts';
import { busyTimeoutMs } from './database.ts';
import { withFileAdvice } from './file-error.ts';
import type { FrameRecord, GapStart, LedgerRows, LedgerState, Recorded } from './records.ts';
import type { Spool } from './spool.ts';
import { worldFault } from './sqlite-error.ts';

/** A locked database is asked again each second: it need not be waited for in between. */
const retryWaitMs = 50;

export interface LedgerOptions {
  /** Of a drill */
  readonly limit?: Pick<DiskLimit, 'apply'>;
  readonly database: Database;
  readonly spool: Spool;
  /** Number of this run of the station */
  readonly run: number;
  readonly log: Logger;
  readonly onReplayed: (rows: LedgerRows) => void;
  readonly onState: (state: LedgerState) => void;
}

/** All functions take the present time as Unix time in ms; they throw RES_004 when the spool is full too. */
export interface Ledger {
  record(records: readonly FrameRecord[], now: number): Recorded[];
  beginEpoch(cameraId: CameraId, now: number): number;
  openGap(gap: GapStart, now: number): void;
  loadCheckpoint(cameraId: CameraId): Checkpoint | null;
  /** Writes what waits, if the database can be written again. */
  retry(now: number): void;
  readonly isWaiting: () => boolean;
}

interface Waiting {
  readonly since: number;
  readonly reason: StationError;
}

/** Makes the ledger; what an earlier run left in the spool is written at once. */
export function createLedger(options: LedgerOptions, now: number): Ledger {
  const { database, spool, log } = options;
  const epochs = listEpochs(database);
  const waitingCheckpoints = new Map<CameraId, Checkpoint>();
  let waitingCrossings = 0;
  let waiting: Waiting | null = null;

  const commit = database.transaction((facts: readonly Fact[], at: number): Applied[] => {
    const applied = facts.map((fact) => applyFact(database, fact));
    options.limit?.apply();
    noteAlive(database, options.run, at);
    return applied;
  });

  /** What each fact did, or null when they wait. */
  function write(facts: readonly Fact[], at: number): Applied[] | null {
    if (waiting === null) {
      try {
        return report(commit.immediate(facts, at));
      } catch (error) {
        const fault = worldFault(error, database.name);
        if (fault === null) throw error;
        beginWaiting(fault, at);
      }
    }
    keep(facts);
    announce();
    return null;
  }

  function beginWaiting(reason: StationError, since: number): void {
    log.error('ledger cannot be written, rows wait in the spool', { code: reason.code });
    waiting = { since, reason };
  }

  function keep(facts: readonly Fact[]): void {
    const isKept = atSpool(() => {
      if (spool.append(facts.map(encodeFact))) return true;
      const compacted = compactFacts([...readFacts(spool), ...facts]);
      return spool.replaceAll(compacted.map(encodeFact));
    });
    if (!isKept) throw full();
    facts.forEach(remember);
  }

  function remember(fact: Fact): void {
    if (fact.kind !== 'frame') return;
    waitingCrossings += fact.crossings.length;
    if (fact.checkpoint !== null) waitingCheckpoints.set(fact.cameraId, fact.checkpoint);
  }

  function full(): StationError {
    return new StationError(
      'RES_004',
      `The database ${database.name} cannot be written (${waiting?.reason.message ?? ''}) and the spool beside it is full: crossings cannot be kept any more.`,
    );
  }

  function retry(at: number): void {
    if (waiting === null) return;
    const facts = readFacts(spool);
    database.pragma(`busy_timeout = ${String(retryWaitMs)}`);
    let applied: Applied[];
    try {
      applied = report(commit.immediate(facts, at));
      // Only an emptied spool ends the waiting: what it holds must not be applied over later facts.
      atSpool(() => spool.replaceAll([]));
    } catch (error) {
      const reason = worldFault(error, database.name);
      if (reason === null) throw error;
      waiting = { ...waiting, reason };
      announce();
      return;
    } finally {
      database.pragma(`busy_timeout = ${String(busyTimeoutMs)}`);
    }
    log.info('ledger can be written again', { facts: facts.length, waitedMs: at - waiting.since });
    waiting = null;
    waitingCrossings = 0;
    waitingCheckpoints.clear();
    const rows: LedgerRows = {
      crossings: applied.flatMap((each) => each.rows.crossings),
      zoneEvents: applied.flatMap((each) => each.rows.zoneEvents),
      passages: applied.flatMap((each) => each.rows.passages),
    };
    const count = rows.crossings.length + rows.zoneEvents.length + rows.passages.length;
    if (count > 0) options.onReplayed(rows);
    announce();
  }

  function report(applied: Applied[]): Applied[] {
    for (const double of applied.flatMap((each) => each.doubles)) {
      const what = 'lineId' in double ? 'crossing' : 'zoneId' in double ? 'zone event' : 'passage';
      log.warn(`${what} was in the ledger already`, { ...double });
    }
    return applied;
  }

  function announce(): void {
    if (waiting === null) {
      options.onState({ state: 'writable' });
      return;
    }
    const { since, reason } = waiting;
    const fill = spool.fill();
    options.onState({ state: 'spooling', since, reason: reason.toBody(), waitingCrossings, fill });
  }

  /** False for a sender whose epoch is over. */
  function admit({ cameraId, checkpoint }: FrameRecord): boolean {
    if (checkpoint.epoch < (epochs.get(cameraId) ?? 0)) return false;
    epochs.set(cameraId, checkpoint.epoch);
    return true;
  }

  function resume(): void {
    const left = readFacts(spool);
    if (left.length === 0) return;
    log.info('writing what an earlier run left in the spool', { facts: left.length });
    left.forEach(remember);
    for (const fact of left) {
      if (fact.kind !== 'epoch') continue;
      epochs.set(fact.cameraId, Math.max(fact.epoch, epochs.get(fact.cameraId) ?? 0));
    }
    const reason = new StationError('SYS_002', 'Rows of an earlier run wait to be written.');
    waiting = { since: now, reason };
    retry(now);
  }

  resume();
  return {
    record(records, at) {
      const admitted = records.filter(admit);
      const applied = admitted.length === 0 ? [] : write(admitted.map(frameFact), at);
      return records.map((record) => {
        const index = admitted.indexOf(record);
        return index === -1
          ? { state: 'fenced', epoch: epochs.get(record.cameraId) ?? 0 }
          : outcome(record, applied?.[index]);
      });
    },
    beginEpoch(cameraId, at) {
      const epoch = (epochs.get(cameraId) ?? 0) + 1;
      write([{ kind: 'epoch', cameraId, epoch }], at);
      epochs.set(cameraId, epoch);
      return epoch;
    },
    openGap(gap, at) {
      write([{ kind: 'gap', gap }], at);
    },
    loadCheckpoint: (cameraId) =>
      waitingCheckpoints.get(cameraId) ?? loadCheckpoint(database, cameraId),
    retry,
    isWaiting: () => waiting !== null,
  };
}

/** `applied` is undefined when the record waits. */
function outcome(record: FrameRecord, applied: Applied | undefined): Recorded {
  if (applied !== undefined) {
    const { crossings, zoneEvents, passages } = applied.rows;
    const doubles = applied.doubles.length;
    return { state: 'written', rows: crossings, zoneEvents, passages, doubles };
  }
  const origin = { cameraId: record.cameraId, epoch: record.checkpoint.epoch };
  return {
    state: 'pending',
    rows: record.crossings.map((crossing) => toPending(origin, crossing)),
  };
}

function atSpool<T>(work: () => T): T {
  return withFileAdvice('The spool of the database', work);
}

function readFacts(spool: Spool): Fact[] {
  const payloads = atSpool(() => spool.read());
  try {
    return payloads.map(decodeFact);
  } catch (error) {
    throw new StationError(
      'SYS_002',
      'The spool of the database was written by another version of Tallywatch. Start that version once, so that what waits is written.',
      { cause: error },
    );
  }
}
