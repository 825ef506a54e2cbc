import BetterSqlite from 'better-sqlite3';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Crossing } from '#contract/counting.ts';
import { StationError } from '#contract/error.ts';
import { addCamera } from '#engine/store/cameras.ts';
import { loadCheckpoint } from '#engine/store/checkpoints.ts';
import { beginRun, queryCoverage } from '#engine/store/coverage.ts';
import { listCrossings } from '#engine/store/crossings.ts';
import { createLedger, type Ledger } from '#engine/store/ledger.ts';
import type { LedgerRows, LedgerState } from '#engine/store/records.ts';
import { openSpool } from '#engine/store/spool.ts';
import { aCamera, aRecord, keepingLogger, start, tempDatabase, tempFolder } from '#test/store.ts';

/** A ledger on a real database, which another connection can lock. */
function station(folder = tempFolder(), spoolBytes = 16 * 1024) {
  const database = tempDatabase(folder);
  database.pragma('busy_timeout = 0');
  const other = new BetterSqlite(path.join(folder, 'station.db'));
  const spool = openSpool(path.join(folder, 'station.spool'), spoolBytes);
  const log = keepingLogger();
  const replayed: Crossing[] = [];
  const states: LedgerState[] = [];
  const run = beginRun(database, start);
  const options = {
    database,
    spool,
    run,
    log,
    onReplayed: (rows: LedgerRows) => replayed.push(...rows.crossings),
    onState: (state: LedgerState) => states.push(state),
  };
  onTestFinished(() => {
    other.close();
    spool.close();
  });
  return {
    folder,
    database,
    log,
    replayed,
    states,
    ledger: createLedger(options, start),
    /** As after a crash: the spool is what it was */
    restart: (): Ledger => createLedger(options, start),
    lock: () => other.exec('BEGIN IMMEDIATE'),
    unlock: () => other.exec('ROLLBACK'),
    uids: () => listCrossings(database, { limit: 100 }).map((row) => row.trackUid),
  };
}

describe('the ledger', () => {
  it('answers with the rows as written, and counts doubles without complaint', () => {
    const { ledger, log, database } = station();
    const record = aRecord({ crossings: [{ trackId: 1 }, { trackId: 2 }] });
    const [first] = ledger.record([record], start);
    expect(first).toEqual({
      state: 'written',
      rows: listCrossings(database, { limit: 9 }).reverse(),
      zoneEvents: [],
      passages: [],
      doubles: 0,
    });
    expect(ledger.record([record], start)).toMatchObject([
      { state: 'written', rows: [], doubles: 2 },
    ]);
    expect(log.lines).toEqual([
      [
        'warn crossing was in the ledger already',
        { cameraId: 'gate', lineId: 'door', trackUid: 'gate:1:1', ordinal: 0 },
      ],
      [
        'warn crossing was in the ledger already',
        { cameraId: 'gate', lineId: 'door', trackUid: 'gate:1:2', ordinal: 0 },
      ],
    ]);
  });

  it('writes rows and checkpoint of many cameras together', () => {
    const { ledger, database, uids } = station();
    ledger.record(
      [
        aRecord({ cameraId: 'gate', frameSeq: 5, crossings: [{}] }),
        aRecord({ cameraId: 'yard', frameSeq: 6 }),
      ],
      start,
    );
    expect(uids()).toEqual(['gate:1:1']);
    expect(loadCheckpoint(database, 'gate')?.frameSeq).toBe(5);
    expect(loadCheckpoint(database, 'yard')?.frameSeq).toBe(6);
  });

  it('fences off a sender whose epoch is over, and no other camera with it', () => {
    const { ledger, uids } = station();
    expect([ledger.beginEpoch('gate', start), ledger.beginEpoch('gate', start)]).toEqual([1, 2]);
    const results = ledger.record(
      [
        aRecord({ epoch: 1, crossings: [{}] }),
        aRecord({ cameraId: 'yard', crossings: [{}] }),
        aRecord({ epoch: 2, crossings: [{}] }),
      ],
      start,
    );
    expect(results.map((each) => each.state)).toEqual(['fenced', 'written', 'written']);
    expect(uids().sort()).toEqual(['gate:2:1', 'yard:1:1']);
  });
});

describe('while the database is locked', () => {
  it('rows wait in the spool, in their order, and are written when it is free', () => {
    const { ledger, lock, unlock, uids, replayed, states, database } = station();
    lock();
    const first = aRecord({ frameSeq: 1, crossings: [{ trackId: 1 }] });
    expect(ledger.record([first], start)).toEqual([
      { state: 'pending', rows: [expect.objectContaining({ trackUid: 'gate:1:1' })] },
    ]);
    ledger.record([aRecord({ frameSeq: 2, crossings: [{ trackId: 2 }] })], start + 1);
    ledger.retry(start + 2);
    expect(uids()).toEqual([]);
    unlock();
    // Still waiting: what comes now must not overtake what waits.
    expect(ledger.record([aRecord({ frameSeq: 3 })], start + 3)[0]?.state).toBe('pending');
    ledger.retry(start + 4);

    expect(replayed.map((row) => [row.id, row.trackUid])).toEqual([
      [1, 'gate:1:1'],
      [2, 'gate:1:2'],
    ]);
    expect(loadCheckpoint(database, 'gate')?.frameSeq).toBe(3);
    expect(ledger.record([aRecord({ frameSeq: 4 })], start + 5)[0]?.state).toBe('written');
    expect(states.map((each) => each.state)).toEqual([
      ...['spooling', 'spooling', 'spooling', 'spooling'],
      'writable',
    ]);
    expect(states[1]).toMatchObject({
      since: start,
      waitingCrossings: 2,
      reason: { code: 'SYS_002' },
    });
  });

  it('a waiting checkpoint is the newest', () => {
    const { ledger, lock } = station();
    ledger.record([aRecord({ frameSeq: 1 })], start);
    lock();
    ledger.record([aRecord({ frameSeq: 2 })], start);
    expect(ledger.loadCheckpoint('gate')?.frameSeq).toBe(2);
  });

  it('an epoch begins all the same and is never given twice', () => {
    const { ledger, lock, unlock, restart } = station();
    expect(ledger.beginEpoch('gate', start)).toBe(1);
    lock();
    expect(ledger.beginEpoch('gate', start)).toBe(2);
    const restarted = restart();
    expect(restarted.beginEpoch('gate', start)).toBe(3);
    unlock();
    restarted.retry(start);
    expect(restarted.beginEpoch('gate', start)).toBe(4);
  });

  it('the cause of a gap waits too', () => {
    const { ledger, lock, unlock, database } = station();
    addCamera(database, aCamera(), start);
    lock();
    ledger.openGap({ cameraId: 'gate', cause: 'camera-offline', from: start }, start);
    unlock();
    ledger.retry(start);
    const [coverage] = queryCoverage(database, { from: start, to: start + 9000 }, start + 9000);
    expect(coverage?.gaps).toEqual([{ from: start, to: start + 9000, cause: 'camera-offline' }]);
  });

  it('a crash loses nothing that was answered', () => {
    const { ledger, lock, unlock, restart, uids } = station();
    lock();
    ledger.record([aRecord({ crossings: [{ trackId: 1 }] })], start);
    unlock();
    restart();
    expect(uids()).toEqual(['gate:1:1']);
  });

  it('a crash between the database and the spool doubles nothing', () => {
    const { folder, ledger, lock, unlock, restart, uids, database } = station();
    lock();
    ledger.record([aRecord({ frameSeq: 1, crossings: [{ trackId: 1 }] })], start);
    const spool = openSpool(path.join(folder, 'station.spool'), 0);
    const kept = spool.read().map((bytes) => Buffer.from(bytes));
    unlock();
    ledger.retry(start);
    // The rows are in the database; the spool is put back as it was before it was emptied.
    spool.close();
    const again = openSpool(path.join(folder, 'station.spool'), 0);
    again.replaceAll(kept);
    again.close();
    expect(uids()).toEqual(['gate:1:1']);
    restart();
    expect(uids()).toEqual(['gate:1:1']);
    expect(loadCheckpoint(database, 'gate')?.frameSeq).toBe(1);
  });

  it('checkpoints make room for rows, and only rows can fill the spool', () => {
    const { ledger, lock, unlock, uids, states } = station();
    lock();
    for (let frameSeq = 0; frameSeq < 200; frameSeq += 1) {
      ledger.record([aRecord({ frameSeq, state: 'x'.repeat(1000) })], start);
    }
    expect(states.at(-1)).toMatchObject({ state: 'spooling', waitingCrossings: 0 });

    let kept = 0;
    const fillUp = () => {
      for (; kept < 1000; kept += 1) {
        ledger.record([aRecord({ frameSeq: kept, crossings: [{ trackId: kept }] })], start);
      }
    };
    expect(fillUp).toThrow(StationError);
    expect(fillUp).toThrow('the spool beside it is full');
    expect(kept).toBeGreaterThan(10);
    unlock();
    ledger.retry(start);
    expect(uids()).toHaveLength(kept);
    expect(ledger.record([aRecord({ crossings: [{ trackId: 5000 }] })], start)[0]?.state).toBe(
      'written',
    );
  });
});
