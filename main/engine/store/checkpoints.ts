/**
 * Tables of epochs and of the newest checkpoint of each camera.
 */
import type { Database } from 'better-sqlite3';
import type { CameraId } from '#contract/camera.ts';
import type { Checkpoint } from '#contract/counting.ts';
import { cameraKey } from './keys.ts';
import { prepared } from './statements.ts';

/** The epoch of every camera that ever began one. */
export function listEpochs(database: Database): Map<CameraId, number> {
  const rows = prepared<[], { camera_id: string; epoch: number }>(
    database,
    'SELECT camera_id, epoch FROM ledger_cameras WHERE epoch > 0',
  );
  return new Map(rows.all().map((row) => [row.camera_id, row.epoch]));
}

/** Raises the epoch of a camera; one that is higher already stays. */
export function raiseEpoch(database: Database, cameraId: CameraId, epoch: number): void {
  prepared<[number, number]>(
    database,
    'UPDATE ledger_cameras SET epoch = max(epoch, ?) WHERE key = ?',
  ).run(epoch, cameraKey(database, cameraId));
}

/** Replaces the checkpoint of its camera, unless that one is of a later epoch. Frame numbers may start again within one. */
export function saveCheckpoint(database: Database, checkpoint: Checkpoint): void {
  prepared<[number, number, number, number, string]>(
    database,
    `INSERT INTO checkpoints (camera_key, epoch, frame_seq, at_ms, state) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (camera_key) DO UPDATE SET epoch = excluded.epoch, frame_seq = excluded.frame_seq,
       at_ms = excluded.at_ms, state = excluded.state
     WHERE excluded.epoch >= epoch`,
  ).run(
    cameraKey(database, checkpoint.cameraId),
    checkpoint.epoch,
    checkpoint.frameSeq,
    checkpoint.at,
    checkpoint.state,
  );
}

export function loadCheckpoint(database: Database, cameraId: CameraId): Checkpoint | null {
  const row = prepared<[string], Checkpoint>(
    database,
    `SELECT camera_id AS cameraId, p.epoch AS epoch, frame_seq AS frameSeq, at_ms AS at, state
     FROM checkpoints AS p JOIN ledger_cameras AS c ON c.key = p.camera_key WHERE camera_id = ?`,
  ).get(cameraId);
  return row ?? null;
}
