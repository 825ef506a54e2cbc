/**
 * Puts a stream of raw bytes into slots, frame after frame, and joins each full slot with its time stamp.
 *
 *   bytes ──▶ slot (filled in place) ──full──▶ stamp there? ──yes──▶ onFrame ──▶ next slot
 *                                                   └──no, or no free slot: wait, `onRoom` says when to go on
 *
 * At most one slot is held at a time. ffmpeg prints the stamp of a frame before it writes the frame, but the two come
 * through different pipes, so either may be seen first.
 */
import type { FrameIntake } from '#engine/base/frame.ts';
import type { FrameStamp } from './frame-stamps.ts';

export interface FrameFillerOptions {
  readonly intake: Pick<FrameIntake, 'take' | 'bytes' | 'giveBack'>;
  readonly frameBytes: number;
  /** A slot holds a whole frame; it is the caller's from here on. */
  readonly onFrame: (slot: number, stamp: FrameStamp) => void;
  /** Bytes can be taken again after `wrote` or `write` asked to wait. */
  readonly onRoom: () => void;
  /** A slot could not be had, or the caller failed on a frame. */
  readonly onError: (error: unknown) => void;
}

export interface FrameFiller {
  /** Where the next bytes go: the rest of the slot, or a small overflow while there is no slot. */
  target(): Uint8Array;
  /** So many bytes were put into the last target; false means: stop reading until `onRoom`. */
  wrote(count: number): boolean;
  /** The same by copy, for readers that bring their own memory. False as for `wrote`; nothing is lost. */
  write(chunk: Uint8Array): boolean;
  stamp(stamp: FrameStamp): void;
  /** No more stamps will come: frames without one are handed over without a time. */
  endStamps(): void;
  /** Gives back what is held; nothing is called any more. */
  close(): void;
}

/** Bytes that may arrive into the overflow after the reader was asked to stop. */
const overflowBytes = 4096;

export function createFrameFiller(options: FrameFillerOptions): FrameFiller {
  const { intake, frameBytes } = options;
  const overflow = new Uint8Array(overflowBytes);
  const stamps: FrameStamp[] = [];
  let slot: number | null = null;
  let view: Uint8Array = overflow;
  let filled = 0;
  let isTaking = false;
  let isOverflowing = false;
  let isClosed = false;
  let areStampsOver = false;
  let number = 0;
  let pending: Uint8Array[] = [];

  /** Hands over a full slot and gets the next; whether there is room for bytes. */
  function makeRoom(): boolean {
    if (slot !== null && filled === frameBytes) {
      const stamp = stamps.shift() ?? (areStampsOver ? { number: number + 1, ticks: null } : null);
      if (!stamp) return false;
      number = stamp.number;
      const full = slot;
      slot = null;
      filled = 0;
      options.onFrame(full, stamp);
    }
    if (slot !== null) return true;
    if (isTaking || isClosed) return false;
    const taken = intake.take();
    if (typeof taken === 'number') {
      hold(taken);
      return true;
    }
    isTaking = true;
    taken.then((number) => {
      isTaking = false;
      if (isClosed) {
        intake.giveBack(number);
        return;
      }
      hold(number);
      goOn();
    }, options.onError);
    return false;
  }

  function hold(taken: number): void {
    slot = taken;
    view = intake.bytes(taken);
  }

  /** After a wait: first what has piled up, then the reader. */
  function goOn(): void {
    try {
      const chunks = pending;
      pending = [];
      if (takeAll(chunks) && makeRoom()) options.onRoom();
    } catch (error) {
      options.onError(error);
    }
  }

  function takeAll(chunks: readonly Uint8Array[]): boolean {
    for (const [index, chunk] of chunks.entries()) {
      const rest = fill(chunk);
      if (rest.length === 0) continue;
      pending = [rest, ...chunks.slice(index + 1)];
      return false;
    }
    return true;
  }

  /** Copies what there is room for; returns the rest. */
  function fill(chunk: Uint8Array): Uint8Array {
    let rest = chunk;
    while (rest.length > 0 && makeRoom()) {
      const count = Math.min(frameBytes - filled, rest.length);
      view.set(count === rest.length ? rest : rest.subarray(0, count), filled);
      filled += count;
      rest = rest.subarray(count);
    }
    return rest;
  }

  function write(chunk: Uint8Array): boolean {
    if (isClosed) return true;
    pending.push(chunk);
    if (pending.length > 1) return false;
    pending = [];
    return takeAll([chunk]) && makeRoom();
  }

  return {
    target() {
      isOverflowing = isClosed || !makeRoom();
      return isOverflowing ? overflow : view.subarray(filled, frameBytes);
    },
    wrote(count) {
      if (isClosed) return true;
      // The overflow is read into again, so what is kept of it is a copy.
      if (isOverflowing) return write(overflow.slice(0, count));
      filled += count;
      return makeRoom();
    },
    write,
    stamp(stamp) {
      if (isClosed) return;
      stamps.push(stamp);
      if (slot !== null && filled === frameBytes) goOn();
    },
    endStamps() {
      areStampsOver = true;
      if (!isClosed && slot !== null && filled === frameBytes) goOn();
    },
    close() {
      isClosed = true;
      pending = [];
      if (slot !== null) intake.giveBack(slot);
      slot = null;
      view = overflow;
    },
  };
}
