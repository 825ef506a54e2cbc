/**
 * Looks after the folder of recordings: what a process left unfinished becomes a whole file or goes, and every file is found.
 */
import { readdir, readFile, rename, rm, rmdir, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import type { Segment } from '#contract/recording.ts';
import { mpegtsTicksPerSecond } from '#engine/capture/ffmpeg-args.ts';
import { createPacketRing, packetBytes, pictureTicks } from '#engine/capture/packet-ring.ts';
import { parsePartFile, parseSegmentFile, type PartFile, segmentFile } from './segment-name.ts';

/** A part that nobody has written to for so long is abandoned, whatever process has its number now. */
const abandonedMs = 60_000;
const dayMs = 86_400_000;

export interface FoundRecordings {
  /** All whole files, in no order */
  readonly segments: readonly Segment[];
  /** Files that were unfinished: made whole, or removed because no picture was in them */
  readonly repaired: readonly string[];
  readonly dropped: readonly string[];
}

/**
 * Reads the folder of recordings and repairs what dead processes have left.
 * @param now Unix time in ms
 */
export async function findRecordings(folder: string, now: number): Promise<FoundRecordings> {
  const found: { segments: Segment[]; repaired: string[]; dropped: string[] } = {
    segments: [],
    repaired: [],
    dropped: [],
  };
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  for (const entry of entries) {
    const file = entry.replaceAll(path.sep, '/');
    const whole = parseSegmentFile(file);
    if (whole) {
      const bytes = await sizeOf(path.join(folder, file));
      if (bytes !== null) found.segments.push({ ...whole, bytes });
      continue;
    }
    const part = parsePartFile(file);
    if (!part || !(await isAbandoned(path.join(folder, file), part.pid, now))) continue;
    const repaired = await repairPart(folder, file, part);
    if (repaired) {
      found.segments.push(repaired);
      found.repaired.push(repaired.file);
    } else found.dropped.push(file);
  }
  return found;
}

/** Removes a file, and the folder of its day when that day is over and nothing else is in it. `now` is Unix time in ms. */
export async function removeRecording(folder: string, file: string, now: number): Promise<void> {
  const target = path.join(folder, file);
  await rm(target, { force: true });
  const day = path.dirname(target);
  // The folder of today is about to be written into.
  if (path.basename(day) >= new Date(now - dayMs).toISOString().slice(0, 10)) return;
  await rmdir(day).catch(() => undefined);
}

async function repairPart(folder: string, file: string, part: PartFile): Promise<Segment | null> {
  const place = path.join(folder, file);
  const content = await readFile(place);
  const bytes = content.length - (content.length % packetBytes);
  const span = ticksOf(content.subarray(0, bytes));
  if (!span) {
    await rm(place, { force: true });
    return null;
  }
  const to = part.from + Math.round(((span.last - span.first) * 1000) / mpegtsTicksPerSecond);
  const { cameraId, from, codec, isMasked } = part;
  const name = segmentFile(part, to);
  await truncate(place, bytes);
  await rename(place, path.join(folder, name));
  return { cameraId, from, codec, isMasked, to, bytes, file: name };
}

/** Time stamps of the first and the last picture; null when it has none that can be decoded. */
function ticksOf(content: Uint8Array): { first: number; last: number } | null {
  const found: number[] = [];
  let last = 0;
  const ring = createPacketRing({
    maxBytes: content.length,
    onPackets(packets, startsKey) {
      const ticks = startsKey ? pictureTicks(packets) : null;
      if (ticks !== null) found.push(ticks);
      last = Math.max(last, ring.newestTicks() ?? 0);
    },
  });
  ring.push(content, 0);
  const [first] = found;
  return first === undefined || last < first ? null : { first, last };
}

async function isAbandoned(place: string, pid: number, now: number): Promise<boolean> {
  if (!isAlive(pid)) return true;
  const entry = await stat(place).catch(() => null);
  return entry !== null && now - entry.mtimeMs > abandonedMs;
}

async function sizeOf(place: string): Promise<number | null> {
  return stat(place).then(
    ({ size }) => size,
    () => null,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
