/**
 * The frames of one camera between capture and inference: live the newest frame wins, in replay the reader waits.
 *
 *   take ──▶ being filled ──put──▶ waiting ──next──▶ in flight ──done──▶ free
 *                                    │ replaced by a newer one (live): dropped, counted
 */
import { assert } from './assert.ts';
import type { Clock } from './clock.ts';
import { type Frame, type FrameIntake, type FrameLayout, frameBytes } from './frame.ts';
import { createSlotPool, type SlotPool } from './slot-pool.ts';

export interface FrameQueueOptions {
  /** The reader waits and nothing is dropped */
  readonly isReplay: boolean;
  /** Most frames that may be inferred at the same time: 1 live, one per inference thread in replay */
  readonly maxInFlight: number;
  /** Slots beside those in flight; two live and three in a replay when left out */
  readonly ahead?: number;
  readonly clock: Clock;
  /** New slots were made: readers of the old ones must be told before the next frame */
  onSlots(pool: SlotPool, layout: FrameLayout): void;
  /** A frame is waiting, the newest one */
  onReady(newest: QueuedFrame): void;
}

/** A frame with the times it has waited since, monotonic ms. */
export interface QueuedFrame {
  readonly frame: Frame;
  readonly putMs: number;
  /** Since when the camera has had a frame waiting: a newer frame inherits it from the one it replaces */
  readonly waitingSinceMs: number;
}

export interface FrameQueue extends FrameIntake {
  /** The frames that may go to inference now, oldest first. */
  ready(): readonly QueuedFrame[];
  /** Live only: drops a frame that has waited longer than this since it came, and counts it as late. */
  expire(limitMs: number): void;
  /** A waiting frame goes to inference. */
  start(queued: QueuedFrame): void;
  /** Its inference is over. */
  done(frame: Frame): void;
  /** Frames that a newer one replaced, since the start */
  dropped(): number;
  /** Frames that were too old when their turn came, since the start */
  late(): number;
  inFlight(): number;
  waiting(): number;
  layout(): FrameLayout | null;
  pool(): SlotPool | null;
}

/** Slots beside those in flight: one being filled, one waiting. Replay reads one further ahead. */
const extraSlots = { live: 2, replay: 3 };

export function createFrameQueue(options: FrameQueueOptions): FrameQueue {
  let pool: SlotPool | null = null;
  let layout: FrameLayout | null = null;
  let waiting: QueuedFrame[] = [];
  let dropped = 0;
  let late = 0;
  // Whose only frame was late keeps its place in the turns.
  let turnSinceMs: number | null = null;
  let inFlight = 0;
  let wanting: ((slot: number) => void)[] = [];
  // Frames of slots that were replaced while in flight: their slot numbers mean nothing any more.
  const foreign = new WeakSet<Frame>();
  const flying = new Set<Frame>();

  function free(slot: number): void {
    const next = wanting.shift();
    if (next) next(slot);
    else pool?.release(slot);
  }

  return {
    open(next) {
      layout = next;
      const needed = frameBytes(next);
      if (pool?.slotBytes === needed) {
        options.onSlots(pool, next);
        return;
      }
      for (const frame of flying) foreign.add(frame);
      waiting = [];
      wanting = [];
      const ahead = options.ahead ?? extraSlots[options.isReplay ? 'replay' : 'live'];
      const count = options.maxInFlight + ahead;
      pool = createSlotPool(needed, count);
      options.onSlots(pool, next);
    },
    take() {
      assert(pool !== null, 'take before open');
      const slot = pool.acquire();
      if (slot !== null) return slot;
      if (options.isReplay) {
        return new Promise((resolve) => wanting.push(resolve));
      }
      const oldest = waiting.shift();
      assert(oldest !== undefined, 'no free slot and nothing waiting');
      dropped++;
      return oldest.frame.slot;
    },
    bytes(slot) {
      assert(pool !== null, 'bytes before open');
      return pool.bytes(slot);
    },
    put(frame) {
      const putMs = options.clock.monotonicMs();
      let waitingSinceMs = turnSinceMs ?? putMs;
      if (!options.isReplay) {
        const older = waiting.shift();
        if (older) {
          dropped++;
          waitingSinceMs = older.waitingSinceMs;
          pool?.release(older.frame.slot);
        }
      }
      const newest = { frame, putMs, waitingSinceMs };
      waiting.push(newest);
      options.onReady(newest);
    },
    giveBack: free,
    expire(limitMs) {
      if (options.isReplay) return;
      const nowMs = options.clock.monotonicMs();
      for (const old of waiting.filter(({ putMs }) => nowMs - putMs > limitMs)) {
        waiting.splice(waiting.indexOf(old), 1);
        late++;
        turnSinceMs = old.waitingSinceMs;
        pool?.release(old.frame.slot);
      }
    },
    ready: () => waiting.slice(0, Math.max(0, options.maxInFlight - inFlight)),
    start(queued) {
      const index = waiting.indexOf(queued);
      assert(index >= 0, 'the frame is not waiting');
      waiting.splice(index, 1);
      turnSinceMs = null;
      inFlight++;
      flying.add(queued.frame);
    },
    done(frame) {
      inFlight--;
      flying.delete(frame);
      if (foreign.has(frame)) foreign.delete(frame);
      else free(frame.slot);
    },
    dropped: () => dropped,
    late: () => late,
    inFlight: () => inFlight,
    waiting: () => waiting.length,
    layout: () => layout,
    pool: () => pool,
  };
}
