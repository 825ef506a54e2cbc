import { describe, expect, it } from 'vitest';
import type { CaptureState } from '#contract/camera.ts';
import type { ErrorBody } from '#contract/error.ts';
import { createCaptureLife, type CaptureLife } from '#engine/capture/capture-life.ts';

const reason: ErrorBody = { code: 'CAM_001', message: 'gone' };

function begin(random = 0): {
  life: CaptureLife;
  states: CaptureState[];
  names: () => string[];
  pass: (ms: number) => void;
  now: () => number;
} {
  let ms = 0;
  const states: CaptureState[] = [];
  const life = createCaptureLife({
    // Unix times are whole, as those of the system; the time that never jumps is not.
    clock: { now: () => Math.floor(1_000_000 + ms), monotonicMs: () => ms },
    random: () => random,
    onState: (state) => states.push(state),
  });
  return {
    life,
    states,
    names: () => states.map(({ state }) => state),
    pass: (by) => {
      ms += by;
    },
    now: () => 1_000_000 + ms,
  };
}

/** Lets time pass with a check each quarter of a second, as the watchdog does; returns the last. */
function watch(story: ReturnType<typeof begin>, ms: number, intervalMs = 200): string {
  let health = 'fine';
  for (let passed = 0; passed < ms && health === 'fine'; passed += 250) {
    story.pass(250);
    health = story.life.check(intervalMs);
  }
  return health;
}

describe('capture life', () => {
  it('is live from the first frame on, once', () => {
    const story = begin();
    story.life.connect();
    story.life.frame(1);
    story.life.frame(2);
    expect(story.names()).toEqual(['connecting', 'live']);
  });

  it('stalls after three seconds without a frame and says when the last one came', () => {
    const story = begin();
    story.life.connect();
    story.pass(500);
    story.life.frame(1);
    expect(watch(story, 3_000)).toBe('fine');
    expect(watch(story, 500)).toBe('stalled');
    expect(story.states.at(-1)).toEqual({
      state: 'stalled',
      since: 1_003_750,
      lastFrameAt: 1_000_500,
    });
  });

  it('gives a slow camera three of its intervals', () => {
    const story = begin();
    story.life.connect();
    story.life.frame(1);
    expect(watch(story, 14_000, 5_000)).toBe('fine');
    expect(watch(story, 2_000, 5_000)).toBe('stalled');
  });

  it('waits longer for the first frame', () => {
    const story = begin();
    story.life.connect();
    expect(watch(story, 19_000)).toBe('fine');
    expect(watch(story, 2_000)).toBe('not-started');
  });

  it('does not blame the camera when our own process stood still', () => {
    const story = begin();
    story.life.connect();
    story.life.frame(1);
    story.life.check(200);
    story.pass(60_000);
    expect(story.life.check(200)).toBe('fine');
    story.life.frame(2);
    story.pass(250);
    expect(story.life.check(200)).toBe('fine');
  });

  it('tries again after 1, 2, 4, 8, 8 seconds', () => {
    const story = begin();
    const waits = [1, 2, 3, 4, 5].map(() => {
      story.life.connect();
      return story.life.lose(reason);
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 8_000]);
    expect(story.states.filter(({ state }) => state === 'connecting')).toMatchObject(
      [1, 2, 3, 4, 5].map((attempt) => ({ attempt })),
    );
  });

  it('tries again at once after an attempt that has waited in vain, so that it is there when the camera comes back', () => {
    const story = begin();
    const attempt = (silentMs: number): number => {
      story.life.connect();
      story.pass(silentMs);
      return story.life.lose(reason);
    };
    expect([3_900, 4_000, 6_000, 900].map(attempt)).toEqual([1_000, 250, 250, 8_000]);
  });

  it('leaves up to a quarter of a wait to chance', () => {
    const { life } = begin(1);
    expect(life.lose(reason)).toBe(750);
  });

  it('starts the waits anew only after a connection that held', () => {
    const story = begin();
    const connection = (heldMs: number): number => {
      story.life.connect();
      story.life.frame(1);
      story.pass(heldMs);
      return story.life.lose(reason);
    };
    expect([100, 100, 4_900, 5_000, 100].map(connection)).toEqual([
      1_000, 2_000, 4_000, 1_000, 2_000,
    ]);
  });

  it('says when it will try again, and why', () => {
    const story = begin();
    story.life.connect();
    story.life.lose(reason);
    expect(story.states.at(-1)).toEqual({
      state: 'waiting',
      since: 1_000_000,
      attempt: 1,
      retryAt: 1_001_000,
      reason,
    });
  });

  it('freezes when the picture stays the same for ten seconds, and comes back', () => {
    const story = begin();
    story.life.connect();
    for (let second = 0; second <= 12; second++) {
      story.life.frame(7);
      story.pass(1_000);
    }
    story.life.frame(8);
    expect(story.names()).toEqual(['connecting', 'live', 'frozen', 'live']);
  });

  it('says that a picture is frozen since the last frame that moved', () => {
    const story = begin();
    story.life.connect();
    story.life.frame(6);
    story.pass(2_000);
    story.life.frame(7);
    const movedAt = story.now();
    for (let second = 0; second < 11; second++) {
      story.pass(1_000);
      story.life.frame(7);
    }
    expect(story.life.state()).toEqual({ state: 'frozen', since: movedAt });
  });

  it('gives the time since a picture is frozen in whole ms, as the ledger takes it', () => {
    const story = begin();
    story.life.connect();
    for (let frame = 0; frame < 60; frame += 1) {
      story.pass(200.37);
      story.life.frame(frame < 3 ? frame : 3);
    }
    const { state, since } = story.life.state();
    expect(state).toBe('frozen');
    expect(Number.isInteger(since)).toBe(true);
  });

  it('does not take a new connection for the frozen picture of the old one', () => {
    const story = begin();
    story.life.connect();
    story.life.frame(7);
    story.pass(11_000);
    story.life.connect();
    for (let frame = 0; frame < 5; frame++) story.life.frame(7);
    expect(story.names()).toEqual(['connecting', 'live', 'connecting', 'live']);
  });
});
