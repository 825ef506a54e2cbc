/**
 * Cuts the copied stream of a camera into files of the recording ring, beside the counting and never in its way.
 *
 *   packets ──▶ key frame? ──▶ queue ──(one write at a time)──▶ part file ──key frame after 10 s──▶ finished, told
 *                                │ too much waits, or no room: the file is finished, then the next key frame is awaited
 */
import { StationError } from '#contract/error.ts';
import type { CameraId } from '#contract/camera.ts';
import type { RecordingState, Segment, SegmentCodec } from '#contract/recording.ts';
import type { Clock } from '#engine/base/clock.ts';
import { type PacketRing, pictureTicks } from '#engine/capture/packet-ring.ts';
import type { StreamTime } from '#engine/capture/stream-time.ts';
import {
  finishSegment,
  openSegment,
  type OpenSegment,
  type RecordingTarget,
  roomOf,
  writeSegment,
} from './segment-disk.ts';
import type { SegmentStart } from './segment-name.ts';

/** What the packets hold. */
export interface StreamForm {
  readonly codec: SegmentCodec;
  readonly isMasked: boolean;
}

/** Whole packets of a transport stream. */
export interface StreamPart {
  readonly packets: Uint8Array;
  /** Set when the first packet begins a key frame: its Unix time in ms, as well as it is known when it is asked */
  readonly keyAt: (() => number) | null;
  /** Unix time in ms of the newest picture so far */
  readonly newestAt: number | null;
  /** Tables to begin a file with; null while they have not come */
  readonly tables: readonly Uint8Array[] | null;
}

export interface SegmentWriterOptions {
  readonly cameraId: CameraId;
  readonly clock: Clock;
  readonly onSegment: (segment: Segment) => void;
  readonly onState: (state: RecordingState) => void;
}

export interface SegmentWriter {
  /** Records to this place from the next key frame on; null ends it. */
  use(target: RecordingTarget | null): void;
  /** A connection begins, with a stream of this form; null when its stream cannot be stored. */
  begin(form: StreamForm | null): void;
  push(part: StreamPart): void;
  /** The connection is over: what was written is a whole file. */
  end(): void;
  /** Resolves when all file operations so far, and the question for room, are done. */
  settled(): Promise<void>;
  /** Ends the file; resolves when everything that was pushed is on disk or given up. */
  close(): Promise<void>;
}

const segmentMs = 10_000;
/** The first time of a connection is put right by less than this; more is a camera that has set its clock meanwhile. */
const settleMs = 2_000;
/** Bytes are written at least so often, so that a crash loses no more. */
const flushMs = 1_000;
const flushBytes = 262_144;
/** More than this waits for a disk that does not keep up: it is given up. */
const maxQueuedBytes = 16_000_000;
/** A disk without room is asked again after this. */
const retryMs = 3_000;

/** One file from its key frame on. `last` is when its newest picture was taken, Unix ms. */
interface Current {
  readonly start: SegmentStart;
  /** Unix time in ms of its first picture, as well as it is known now */
  readonly firstAt: () => number;
  last: number;
  readonly opened: Promise<OpenSegment | null>;
  queue: Uint8Array[];
  queuedBytes: number;
  flushedMs: number;
  /** A write failed: what comes later would not decode behind the hole */
  isFailed: boolean;
}

export function createSegmentWriter(options: SegmentWriterOptions): SegmentWriter {
  const { clock } = options;
  let target: RecordingTarget | null = null;
  let form: StreamForm | null = null;
  let current: Current | null = null;
  let pausedMs: number | null = null;
  let asking: Promise<void> | null = null;
  let lastBytes = 0;
  let waitingBytes = 0;
  let told = '';
  let chain: Promise<void> = Promise.resolve();

  function tell(state: RecordingState): void {
    const text = JSON.stringify(state);
    if (text === told) return;
    told = text;
    options.onState(state);
  }

  /** The file operations, one after the other. */
  function enqueue(work: () => Promise<void>): void {
    chain = chain.then(work).catch((error: unknown) => pause(StationError.from(error, 'RES_004')));
  }

  function pause(reason: StationError): void {
    pausedMs = clock.monotonicMs();
    tell({ state: 'paused', reason: reason.toBody() });
    finish(null);
  }

  function open(from: number, firstAt: () => number): void {
    if (!target || !form) return;
    const start = { cameraId: options.cameraId, from: Math.round(from), ...form };
    const where = target;
    const opening = Promise.withResolvers<OpenSegment | null>();
    current = {
      start,
      firstAt,
      last: start.from,
      opened: opening.promise,
      queue: [],
      queuedBytes: 0,
      flushedMs: clock.monotonicMs(),
      isFailed: false,
    };
    enqueue(async () => {
      try {
        opening.resolve(await openSegment(start, where));
        tell({ state: 'recording' });
      } catch (error) {
        opening.resolve(null);
        throw error;
      }
    });
  }

  function flush(segment: Current): void {
    if (segment.queuedBytes === 0) return;
    const bytes = Buffer.concat(segment.queue);
    segment.queue = [];
    segment.queuedBytes = 0;
    segment.flushedMs = clock.monotonicMs();
    enqueue(async () => {
      waitingBytes -= bytes.length;
      const file = await segment.opened;
      if (!file || segment.isFailed) return;
      try {
        await writeSegment(file, bytes);
      } catch (error) {
        segment.isFailed = true;
        throw error;
      }
    });
  }

  /** Ends the file that is being written. `next` is when the next one begins, where it follows at once. */
  function finish(next: number | null): void {
    const segment = current;
    current = null;
    if (!segment) return;
    flush(segment);
    const now = Math.round(segment.firstAt());
    const isSettled = Math.abs(now - segment.start.from) < settleMs;
    const from = isSettled ? now : segment.start.from;
    const to = Math.max(from, Math.round(next ?? segment.last));
    enqueue(async () => {
      const file = await segment.opened;
      if (!file) return;
      const finished = await finishSegment(file, { from, to });
      if (!finished) return;
      lastBytes = finished.bytes;
      options.onSegment(finished);
    });
  }

  /** Whether recording may go on; asks the disk again after a pause. */
  function isAllowed(): boolean {
    if (pausedMs === null) return true;
    if (asking || !target || clock.monotonicMs() - pausedMs < retryMs) return false;
    // Room for two files like the last one: else it would pause again at once.
    const needed = 2 * Math.max(lastBytes, 500_000);
    asking = roomOf(target)
      .then((room) => {
        pausedMs = room > needed ? null : clock.monotonicMs();
      })
      .catch(() => {
        pausedMs = clock.monotonicMs();
      })
      .finally(() => {
        asking = null;
      });
    return false;
  }

  function beginFile(part: StreamPart, keyAt: () => number): void {
    const from = keyAt();
    if (current && from - current.start.from < segmentMs) return;
    // The first packets of a connection do not tell its least delay yet; a file that follows another begins where that ends.
    const firstAt = current ? () => from : keyAt;
    finish(from);
    if (!isAllowed() || !part.tables) return;
    open(from, firstAt);
    for (const table of part.tables) add(table);
  }

  function add(bytes: Uint8Array): void {
    if (!current) return;
    current.queue.push(bytes);
    current.queuedBytes += bytes.length;
    waitingBytes += bytes.length;
  }

  return {
    use(next) {
      const isSame = next?.folder === target?.folder && next?.reserveBytes === target?.reserveBytes;
      if (isSame) return;
      finish(null);
      target = next;
      pausedMs = null;
      tell({ state: next ? 'waiting' : 'off' });
    },
    begin(next) {
      finish(null);
      form = next;
    },
    push(part) {
      if (!target || !form) return;
      if (part.keyAt !== null) beginFile(part, part.keyAt);
      if (!current) return;
      if (waitingBytes + part.packets.length > maxQueuedBytes) {
        pause(
          new StationError(
            'RES_004',
            'Recording has paused, counting goes on: the disk is too slow. Use a faster disk or record fewer cameras.',
          ),
        );
        return;
      }
      add(part.packets);
      if (part.newestAt !== null) current.last = Math.max(current.last, part.newestAt);
      const isDue = clock.monotonicMs() - current.flushedMs >= flushMs;
      if (isDue || current.queuedBytes >= flushBytes) flush(current);
    },
    end() {
      finish(null);
      if (target && pausedMs === null) tell({ state: 'waiting' });
    },
    async settled() {
      await asking;
      await chain;
    },
    async close() {
      finish(null);
      target = null;
      await chain;
    },
  };
}

/** Packets of a ring as a part of its stream; `ring` has taken them already. */
export function streamPart(given: {
  readonly packets: Uint8Array;
  readonly startsKey: boolean;
  readonly ring: Pick<PacketRing, 'newestTicks' | 'tables'>;
  readonly time: StreamTime;
}): StreamPart {
  const { packets, ring, time } = given;
  const keyTicks = given.startsKey ? pictureTicks(packets) : null;
  const keyFrom = keyTicks === null ? null : time.at(keyTicks);
  const newest = ring.newestTicks();
  return {
    packets,
    keyAt: keyTicks === null || keyFrom === null ? null : () => time.at(keyTicks) ?? keyFrom,
    newestAt: newest === null ? null : time.at(newest),
    tables: ring.tables(),
  };
}
