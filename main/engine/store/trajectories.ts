/**
 * Tables of the paths of tracks. They explain counts and are no facts themselves: the last seconds may be lost in a crash.
 */
import type { Database } from 'better-sqlite3';
import type { CameraId } from '#contract/camera.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import { Label } from '#contract/detection.ts';
import type { EncodedBlock, Reach } from '#engine/base/trajectory.ts';
import { cameraKey, findCameraKey } from './keys.ts';
import { parseStored } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';

/** A block of one camera. */
export interface StoredBlock extends EncodedBlock {
  readonly id: number;
  readonly epoch: number;
}

export interface NewBlock {
  readonly cameraId: CameraId;
  readonly epoch: number;
  readonly block: EncodedBlock;
}

/** Writes one block within the caller's transaction. */
export function insertBlock(database: Database, { cameraId, epoch, block }: NewBlock): void {
  const { picture, fromMs, toMs } = block;
  const { lastInsertRowid: id } = prepared<(number | Uint8Array)[]>(
    database,
    `INSERT INTO trajectory_blocks (camera_key, epoch, from_ms, to_ms, width, height, frames)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    cameraKey(database, cameraId),
    epoch,
    fromMs,
    toMs,
    picture.width,
    picture.height,
    block.frames,
  );
  const insert = prepared<(number | bigint | string | Uint8Array)[]>(
    database,
    'INSERT INTO trajectory_parts VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  for (const { trackId, label, firstMs, lastMs, reach, path } of block.parts) {
    const { minX, minY, maxX, maxY } = reach;
    insert.run(id, trackId, label, firstMs, lastMs, minX, minY, maxX, maxY, path);
  }
}

export interface BlockQuery {
  readonly cameraId: CameraId;
  /** Unix ms; blocks that touch the span */
  readonly span: TimeSpan;
  /** Only parts that come near this place; all when null */
  readonly near: Reach | null;
  /** Only blocks after this one in the order of time; from the first when null */
  readonly after: { readonly fromMs: number; readonly id: number } | null;
  readonly limit: number;
}

interface BlockRow {
  readonly id: number;
  readonly epoch: number;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly width: number;
  readonly height: number;
  readonly frames: Uint8Array;
}

interface PartRow {
  readonly track_id: number;
  readonly label: string;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly min_x: number;
  readonly min_y: number;
  readonly max_x: number;
  readonly max_y: number;
  readonly path: Uint8Array;
}

/** What a block needs to be counted again. */
export interface StoredPaths extends Pick<
  StoredBlock,
  'id' | 'epoch' | 'picture' | 'fromMs' | 'frames'
> {
  readonly paths: readonly {
    readonly trackId: number;
    readonly path: Uint8Array;
    /** It comes near the place that was asked for */
    readonly isNear: boolean;
  }[];
}

/** A block is never longer than this, so that those that touch a span are found by their beginning, ms. */
const longestMs = 60_000;
const everywhere: Reach = { minX: -1e9, minY: -1e9, maxX: 1e9, maxY: 1e9 };

/** When the oldest block of a camera that is kept begins, Unix ms; null where none is. */
export function firstPathMs(database: Database, cameraId: CameraId): number | null {
  const first = preparedValue<[number | null], number | null>(
    database,
    'SELECT MIN(from_ms) FROM trajectory_blocks WHERE camera_key = ?',
  );
  return first.get(findCameraKey(database, cameraId)) ?? null;
}

/** Blocks of one camera in the order of time, a page at a time. */
export function readBlocks(database: Database, query: BlockQuery): StoredBlock[] {
  const near = query.near ?? everywhere;
  const parts = prepared<number[], PartRow>(
    database,
    `SELECT * FROM trajectory_parts WHERE block_id = ?
       AND min_x <= ? AND max_x >= ? AND min_y <= ? AND max_y >= ? ORDER BY track_id`,
  );
  return blockRows(database, query).map((row) => ({
    id: row.id,
    epoch: row.epoch,
    picture: { width: row.width, height: row.height },
    fromMs: row.from_ms,
    toMs: row.to_ms,
    frames: row.frames,
    parts: parts
      .all(row.id, near.maxX, near.minX, near.maxY, near.minY)
      .map((part) => toPart(part, row.id)),
  }));
}

/** The same with the paths of all parts and nothing else, for a whole day of them. */
export function readPaths(database: Database, query: BlockQuery): StoredPaths[] {
  const near = query.near ?? everywhere;
  const paths = prepared<number[], { track_id: number; path: Uint8Array; is_near: number }>(
    database,
    `SELECT track_id, path, min_x <= ? AND max_x >= ? AND min_y <= ? AND max_y >= ? AS is_near
     FROM trajectory_parts WHERE block_id = ? ORDER BY track_id`,
  );
  return blockRows(database, query).map((row) => ({
    id: row.id,
    epoch: row.epoch,
    picture: { width: row.width, height: row.height },
    fromMs: row.from_ms,
    frames: row.frames,
    paths: paths
      .all(near.maxX, near.minX, near.maxY, near.minY, row.id)
      .map(({ track_id: trackId, path, is_near }) => ({ trackId, path, isNear: is_near === 1 })),
  }));
}

function blockRows(database: Database, { cameraId, span, after, limit }: BlockQuery): BlockRow[] {
  const key = findCameraKey(database, cameraId);
  if (key === null) return [];
  return prepared<number[], BlockRow>(
    database,
    `SELECT * FROM trajectory_blocks WHERE camera_key = ? AND from_ms >= ? AND from_ms < ?
       AND to_ms >= ? AND (from_ms, id) > (?, ?) ORDER BY from_ms, id LIMIT ?`,
  ).all(
    key,
    span.from - longestMs,
    span.to,
    span.from,
    after?.fromMs ?? -1,
    after?.id ?? -1,
    limit,
  );
}

function toPart(row: PartRow, blockId: number): EncodedBlock['parts'][number] {
  return {
    trackId: row.track_id,
    label: parseStored(
      Label,
      row.label,
      `path ${String(row.track_id)} of block ${String(blockId)}`,
    ),
    firstMs: row.first_ms,
    lastMs: row.last_ms,
    reach: { minX: row.min_x, minY: row.min_y, maxX: row.max_x, maxY: row.max_y },
    path: row.path,
  };
}

/** When blocks of a camera were written down, in the order of time; one that follows the other closely is joined to it. */
export function recordedSpans(database: Database, cameraId: CameraId, span: TimeSpan): TimeSpan[] {
  const key = findCameraKey(database, cameraId);
  if (key === null) return [];
  const rows = prepared<number[], TimeSpan>(
    database,
    `SELECT from_ms AS "from", to_ms AS "to" FROM trajectory_blocks
     WHERE camera_key = ? AND from_ms >= ? AND from_ms < ? AND to_ms >= ? ORDER BY from_ms`,
  ).all(key, span.from - longestMs, span.to, span.from);
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of rows) {
    const last = joined.at(-1);
    if (last !== undefined && from - last.to <= joinMs) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined.map(({ from, to }) => ({
    from: Math.max(from, span.from),
    to: Math.min(to, span.to),
  }));
}

/** Between the last frame of a block and the first of the next there is one frame's time, at most so long. */
const joinMs = 1_100;

/** The newest time that is written down of a camera, Unix ms; null before the first block. */
export function newestRecorded(database: Database, cameraId: CameraId): number | null {
  const key = findCameraKey(database, cameraId);
  if (key === null) return null;
  return (
    preparedValue<[number], number | null>(
      database,
      `SELECT to_ms FROM trajectory_blocks WHERE camera_key = ? ORDER BY from_ms DESC LIMIT 1`,
    ).get(key) ?? null
  );
}

/**
 * Removes some of the oldest blocks that ended before a time, within the caller's transaction.
 * @returns how many were removed; fewer than `limit` when none is left
 */
export function pruneBlocks(
  database: Database,
  { beforeMs, limit }: { readonly beforeMs: number; readonly limit: number },
): number {
  return prepared<[number, number]>(
    database,
    `DELETE FROM trajectory_blocks WHERE id IN (
       SELECT id FROM trajectory_blocks WHERE to_ms < ? ORDER BY to_ms LIMIT ?)`,
  ).run(beforeMs, limit).changes;
}
