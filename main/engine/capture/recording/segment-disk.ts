/**
 * Writes the files of the ring: one at a time and in order, never into the disk's reserve.
 */
import { type FileHandle, mkdir, open, rename, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Segment } from '#contract/recording.ts';
import { StationError } from '#contract/error.ts';
import { partFile, segmentFile, type SegmentStart } from './segment-name.ts';

/** Where a camera's recording goes. */
export interface RecordingTarget {
  /** Folder of all recordings */
  readonly folder: string;
  /** Free bytes of its disk that are never used */
  readonly reserveBytes: number;
}

/** A file that is being written. */
export interface OpenSegment {
  readonly start: SegmentStart;
  readonly target: RecordingTarget;
  readonly file: FileHandle;
  bytes: number;
}

/** @throws StationError RES_004 when the disk has reached its reserve or the folder cannot be made */
export async function openSegment(
  start: SegmentStart,
  target: RecordingTarget,
): Promise<OpenSegment> {
  const part = path.join(target.folder, partFile(start, process.pid));
  try {
    await mkdir(path.dirname(part), { recursive: true });
    await checkRoom(target, 0);
    return { start, target, file: await open(part, 'w'), bytes: 0 };
  } catch (error) {
    throw diskError(error, target);
  }
}

/** @throws StationError RES_004 when the bytes would reach into the reserve or cannot be written; the file stays whole */
export async function writeSegment(segment: OpenSegment, bytes: Uint8Array): Promise<void> {
  try {
    await checkRoom(segment.target, bytes.length);
    await segment.file.write(bytes, 0, bytes.length, segment.bytes);
    segment.bytes += bytes.length;
  } catch (error) {
    throw diskError(error, segment.target);
  }
}

/** Gives the file its name, by the times that are known now (Unix ms); null when nothing is in it. */
export async function finishSegment(
  { start: opened, target, file, bytes }: OpenSegment,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Segment | null> {
  const start = { ...opened, from };
  const part = path.join(target.folder, partFile(opened, process.pid));
  // A write that failed half-way left bytes that belong to no picture.
  await file.truncate(bytes).catch(() => undefined);
  await file.close();
  if (bytes === 0) {
    await rm(part, { force: true });
    return null;
  }
  const name = segmentFile(start, to);
  const place = path.join(target.folder, name);
  // The day before, when the first picture was taken just before midnight.
  await mkdir(path.dirname(place), { recursive: true });
  await rename(part, place);
  return { ...start, to, bytes, file: name };
}

/** Free bytes above the reserve; below 0 when recording is in the reserve already. */
export async function roomOf(target: RecordingTarget): Promise<number> {
  const { bavail, bsize } = await statfs(target.folder);
  return bavail * bsize - target.reserveBytes;
}

/** File systems give space in blocks, and a folder's own entries need some, too. */
const slackBytes = 65_536;

async function checkRoom(target: RecordingTarget, bytes: number): Promise<void> {
  if ((await roomOf(target)) < bytes + slackBytes) throw new StationError('RES_004', full(target));
}

function full({ folder, reserveBytes }: RecordingTarget): string {
  const gb = (reserveBytes / 1e9).toFixed(2);
  return (
    `Recording has paused, counting goes on: the disk of ${folder} has reached its reserve of ${gb} GB. ` +
    'Free some space, keep less, or lower the reserve.'
  );
}

function diskError(error: unknown, target: RecordingTarget): StationError {
  if (error instanceof StationError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StationError('RES_004', full(target), { cause: error });
  }
  const why = error instanceof Error ? error.message : String(error);
  return new StationError(
    'RES_004',
    `Recording has paused, counting goes on: nothing can be written to ${target.folder} (${why}). ` +
      'Check the disk and the rights of the folder.',
    { cause: error },
  );
}
