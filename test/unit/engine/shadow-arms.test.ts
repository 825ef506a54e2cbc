/**
 * Both arms of a shadow on the same frames, at the same frame rate and at another.
 */
import { describe, expect, it } from 'vitest';
import type { Line } from '#contract/counting.ts';
import type { Seen } from '#engine/base/seen.ts';
import { createShadowArms } from '#engine/shadow-arms.ts';
import type { ShadowFrame } from '#engine/shadow-protocol.ts';

const picture = { width: 640, height: 480 };
const line: Line = {
  ...{ id: 'middle', cameraId: 'gate', name: 'Middle', revision: 1, anchor: 'bottom' },
  points: [
    { x: 0.5, y: 0 },
    { x: 0.5, y: 1 },
  ],
  labels: ['person'],
};

function person(x: number): Seen {
  const box = { x: x - 0.05, y: 0.3, width: 0.1, height: 0.4 };
  return { box, score: 0.9, label: 'person', colours: null } as unknown as Seen;
}

/** Six seconds at ten frames a second, in which somebody walks over the line. */
function walk(eachNth: number) {
  const arms = createShadowArms({
    ...{ place: 'gate', lines: [line], fps: 10, eachNth, tracking: {} },
  });
  for (let seq = 0; seq < 60; seq++) {
    const found = [person(0.2 + seq * 0.01)];
    const isLeftOut = seq % eachNth !== 0;
    const frame: ShadowFrame = {
      ...{ seq, at: seq * 100, seconds: seq / 10, inferMs: 8, isLeftOut, rssBytes: 1 },
      ...{ layout: { picture, analysis: picture }, detections: found },
    };
    if (isLeftOut) arms.passedOver(frame);
    else arms.looked(frame, { detections: found, inferMs: 9 });
  }
  return arms.found(0);
}

describe('a shadow', () => {
  it.each([1, 2, 3])('counts whom A counts when it looks at each %d. frame', (eachNth) => {
    const { frames, runs, crossings, minutes } = walk(eachNth);
    const [a, b] = [crossings.a, crossings.b];
    expect([a.length, b.map(({ direction }) => direction)]).toEqual([
      1,
      a.map(({ direction }) => direction),
    ]);
    // Not later than its next look
    const laterFrames = (b[0]?.frameSeq ?? 0) - (a[0]?.frameSeq ?? 0);
    expect(Math.abs(laterFrames)).toBeLessThanOrEqual(eachNth);
    expect([frames, runs]).toEqual([60, 60 / eachNth]);
    expect(minutes.map(({ arm, frames: looked }) => [arm, looked])).toEqual([
      ['a', 60],
      ['b', 60 / eachNth],
    ]);
    const of = minutes.find(({ arm }) => arm === 'b');
    expect([of?.expected, of?.matched]).toEqual([60 / eachNth, 60 / eachNth]);
  });
});
