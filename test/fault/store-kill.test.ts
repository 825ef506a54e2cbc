/**
 * A process that writes in a loop is killed without warning, again and again: what it was told is written is there, once.
 */
import BetterSqlite, { type Database } from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempFolder, tempStore } from '#test/store.ts';

const writer = path.resolve(import.meta.dirname, '../helpers/store-writer.ts');
const rounds = 30;

interface Acknowledged {
  readonly cameraId: string;
  readonly epoch: number;
  readonly frameSeq: number;
  readonly state: string;
  readonly uids: readonly string[];
}

/** Runs the writer and kills it after so many acknowledgements. */
async function writeAndKill(
  folder: string,
  acknowledgements: number,
  onFirst: () => void,
): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [writer, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const exited = once(child, 'exit');
  const seen: Acknowledged[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    seen.push(JSON.parse(line) as Acknowledged);
    if (seen.length === 1) onFirst();
    if (seen.length === acknowledgements) child.kill('SIGKILL');
  }
  await exited;
  return seen;
}

describe('kill -9 of a process that writes', () => {
  it(`loses and doubles nothing in ${rounds} rounds, every third with the database locked`, async () => {
    const folder = tempFolder();
    const file = path.join(folder, 'station.db');
    const acknowledged: Acknowledged[] = [];
    let pending = 0;

    for (let round = 0; round < rounds; round += 1) {
      let other: Database | null = null;
      const lock = () => {
        if (round % 3 !== 2) return;
        // Waits for the writer's own transaction, then holds it up until after the kill.
        other = new BetterSqlite(file, { timeout: 10_000 });
        other.exec('BEGIN IMMEDIATE');
      };
      // Another number each round, so that the kill meets another moment of the writing.
      const seen = await writeAndKill(folder, 3 + ((round * 17) % 60), lock);
      closeIfOpen(other);
      acknowledged.push(...seen);
      pending += seen.filter(({ state }) => state === 'pending').length;

      const store = await tempStore({ folder });
      await store.close();
      verify(file, acknowledged);
    }
    expect(acknowledged.length).toBeGreaterThan(rounds * 3);
    expect(pending).toBeGreaterThan(rounds);
  });
});

function closeIfOpen(database: Database | null): void {
  database?.close();
}

function verify(file: string, acknowledged: readonly Acknowledged[]): void {
  const database = new BetterSqlite(file, { readonly: true });
  const rows = database
    .prepare<[], string>(
      `SELECT camera_id || ':' || x.epoch || ':' || track_id FROM crossings AS x
       JOIN ledger_lines AS l ON l.key = line_key JOIN ledger_cameras AS c ON c.key = camera_key`,
    )
    .pluck()
    .all();
  const stored = new Set(rows);
  expect(stored.size).toBe(rows.length);
  expect(acknowledged.flatMap(({ uids }) => uids).filter((uid) => !stored.has(uid))).toEqual([]);

  const summed = database.prepare('SELECT sum(crossings) FROM tally_quarters').pluck().get() ?? 0;
  expect(summed).toBe(rows.length);

  // The newest row of each camera, as its place (epoch, frame), and the place of its checkpoint.
  const places = database
    .prepare<[], { camera_id: string; row: number; checkpoint: number }>(
      `SELECT camera_id, max(x.epoch * 1000000 + track_id / 10) AS row,
         (SELECT p.epoch * 1000000 + frame_seq FROM checkpoints AS p WHERE p.camera_key = c.key) AS checkpoint
       FROM crossings AS x JOIN ledger_lines AS l ON l.key = line_key
       JOIN ledger_cameras AS c ON c.key = l.camera_key GROUP BY camera_id`,
    )
    .all();
  expect(places.filter(({ row, checkpoint }) => checkpoint < row)).toEqual([]);
  const checkpoints = new Map(places.map((each) => [each.camera_id, each.checkpoint]));
  const forgotten = acknowledged.filter(
    ({ cameraId, epoch, frameSeq }) =>
      (checkpoints.get(cameraId) ?? Number.POSITIVE_INFINITY) < epoch * 1000000 + frameSeq,
  );
  expect(forgotten).toEqual([]);
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();
}
