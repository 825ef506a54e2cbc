/**
 * Fixed places for frames in shared memory: pixels stay in their slot, only its number travels.
 */
import { assert } from './assert.ts';

export interface SlotPool {
  /** The memory of all slots, to be handed once to each thread that reads them */
  readonly shared: SharedArrayBuffer;
  readonly slotBytes: number;
  readonly count: number;
  /** Number of a free slot, or null when all are taken. */
  acquire(): number | null;
  release(slot: number): void;
  /** The bytes of one slot, a view and no copy. */
  bytes(slot: number): Uint8Array;
}

/** Makes a pool of `count` slots of `slotBytes` each. */
export function createSlotPool(slotBytes: number, count: number): SlotPool {
  const shared = new SharedArrayBuffer(slotBytes * count);
  // Takes the memory now: the last slots are used only when frames pile up, and would look like a leak then.
  new Uint8Array(shared).fill(0);
  const views = Array.from({ length: count }, (_, slot) => slotView(shared, slotBytes, slot));
  const free = Array.from({ length: count }, (_, slot) => count - 1 - slot);
  const isTaken = new Array<boolean>(count).fill(false);

  return {
    shared,
    slotBytes,
    count,
    acquire() {
      const slot = free.pop();
      if (slot === undefined) return null;
      isTaken[slot] = true;
      return slot;
    },
    release(slot) {
      assert(isTaken[slot] === true, `slot ${String(slot)} released twice`);
      isTaken[slot] = false;
      free.push(slot);
    },
    bytes(slot) {
      const view = views[slot];
      assert(view !== undefined, `slot ${String(slot)} does not exist`);
      return view;
    },
  };
}

/** The bytes of one slot, for a thread that got `shared` by message. */
export function slotView(shared: SharedArrayBuffer, slotBytes: number, slot: number): Uint8Array {
  return new Uint8Array(shared, slot * slotBytes, slotBytes);
}
