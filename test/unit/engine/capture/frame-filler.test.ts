import { describe, expect, it } from 'vitest';
import type { FrameIntake } from '#engine/base/frame.ts';
import { createFrameFiller } from '#engine/capture/frame-filler.ts';

const frameBytes = 10_000;

/** Frames whose bytes are all their number, and an intake that records what it gets. */
function begin(slots: number, isReplay: boolean) {
  const memory = Array.from({ length: slots }, () => new Uint8Array(frameBytes));
  const free = memory.map((_, slot) => slot);
  const wanting: ((slot: number) => void)[] = [];
  const got: { value: number; isWhole: boolean; ticks: number | null }[] = [];
  const held: number[] = [];
  let room = 0;
  const intake: Pick<FrameIntake, 'take' | 'bytes' | 'giveBack'> = {
    take() {
      const slot = free.shift();
      if (slot !== undefined) return slot;
      if (!isReplay) throw new Error('no slot');
      return new Promise((resolve) => wanting.push(resolve));
    },
    bytes: (slot) => memory[slot]!,
    giveBack: (slot) => free.push(slot),
  };
  const filler = createFrameFiller({
    intake,
    frameBytes,
    onFrame(slot, stamp) {
      const bytes = memory[slot]!;
      const value = bytes[0]!;
      got.push({ value, isWhole: bytes.every((byte) => byte === value), ticks: stamp.ticks });
      held.push(slot);
    },
    onRoom: () => room++,
    onError: (error) => {
      throw error;
    },
  });
  return {
    filler,
    got,
    free,
    room: () => room,
    async release() {
      const slot = held.shift()!;
      const next = wanting.shift();
      if (next) next(slot);
      else free.push(slot);
      await Promise.resolve();
    },
  };
}

const stream = (frames: number): Uint8Array =>
  Uint8Array.from({ length: frames * frameBytes }, (_, at) => Math.floor(at / frameBytes) + 1);
const whole = (...values: number[]) =>
  values.map((value) => ({ value, isWhole: true, ticks: value * 100 }));
const stampAll = (story: ReturnType<typeof begin>, frames: number): void => {
  for (let n = 1; n <= frames; n++) story.filler.stamp({ number: n - 1, ticks: n * 100 });
};

/** Reads as a socket does: into the target, never while it was asked to wait. */
function readInto(story: ReturnType<typeof begin>, bytes: Uint8Array, most: number): Uint8Array {
  let at = 0;
  let goesOn = true;
  while (goesOn && at < bytes.length) {
    const target = story.filler.target();
    const count = Math.min(most, target.length, bytes.length - at);
    target.set(bytes.subarray(at, at + count));
    at += count;
    goesOn = story.filler.wrote(count);
  }
  return bytes.subarray(at);
}

describe('frame filler', () => {
  it.each([1_000, 3_333, 65_536])('fills slots in place from reads of %i bytes', (most) => {
    const story = begin(5, false);
    stampAll(story, 4);
    expect(readInto(story, stream(4), most)).toHaveLength(0);
    expect(story.got).toEqual(whole(1, 2, 3, 4));
  });

  it.each([1, 999, 10_000, 25_001])('fills slots by copy from chunks of %i bytes', (size) => {
    const story = begin(4, false);
    stampAll(story, 3);
    const bytes = stream(3);
    for (let at = 0; at < bytes.length; at += size) {
      expect(story.filler.write(bytes.subarray(at, at + size))).toBe(true);
    }
    expect(story.got).toEqual(whole(1, 2, 3));
  });

  it('waits for a stamp that comes after its frame, holding one slot only', () => {
    const story = begin(2, false);
    const rest = readInto(story, stream(2), 65_536);
    expect(rest).toHaveLength(frameBytes);
    expect(story.got).toEqual([]);
    expect(story.free).toHaveLength(1);
    story.filler.stamp({ number: 0, ticks: 100 });
    expect(story.got).toEqual(whole(1));
    expect(story.room()).toBe(1);
  });

  it('waits for a slot in replay and loses nothing of what was read meanwhile', async () => {
    const story = begin(1, true);
    stampAll(story, 3);
    let rest: Uint8Array = stream(3);
    while (rest.length > 0 || story.got.length < 3) {
      const before = story.room();
      rest = readInto(story, rest, 65_536);
      if (story.got.length === 3) break;
      await story.release();
      expect(story.room()).toBe(before + 1);
    }
    expect(story.got).toEqual(whole(1, 2, 3));
  });

  it('keeps chunks that come although it asked to wait', async () => {
    const story = begin(1, true);
    stampAll(story, 3);
    const bytes = stream(3);
    expect(story.filler.write(bytes.subarray(0, 15_000))).toBe(false);
    expect(story.filler.write(bytes.subarray(15_000))).toBe(false);
    await story.release();
    await story.release();
    expect(story.got).toEqual(whole(1, 2, 3));
  });

  it('hands over frames without a time when no stamps will come', () => {
    const story = begin(3, false);
    readInto(story, stream(1), 65_536);
    story.filler.endStamps();
    readInto(story, stream(1), 65_536);
    expect(story.got.map(({ ticks }) => ticks)).toEqual([null, null]);
  });

  it('gives its slot back when closed, also one that comes later', async () => {
    const half = begin(2, false);
    readInto(half, stream(1).subarray(5), 65_536);
    half.filler.close();
    expect(half.free).toHaveLength(2);

    const waiting = begin(1, true);
    stampAll(waiting, 1);
    readInto(waiting, stream(1), 65_536);
    waiting.filler.close();
    await waiting.release();
    expect(waiting.free).toHaveLength(1);
    expect(waiting.room()).toBe(0);
  });
});
