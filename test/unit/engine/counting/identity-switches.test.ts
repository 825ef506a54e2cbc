import { describe, expect, it } from 'vitest';
import { countSwitches } from '#engine/counting/identity-switches.ts';
import type { TrackSample } from '#engine/counting/track-samples.ts';

/** Somebody 80 px tall who is at one place from one second to another. */
function stay(
  x: number,
  from: number,
  to: number,
  label: TrackSample['label'] = 'person',
): TrackSample {
  const looks = [from, (from + to) / 2, to].map((at) => ({
    ...{ atMs: at * 1000, x, top: 120, bottom: 200, width: 30 },
  }));
  return { label, looks, isBirthSeen: true, isEndSeen: true, jitterPx: 1, stepSeconds: 0.1 };
}

const older = stay(300, 0, 10);

describe('identities at a line', () => {
  it.each<[string, TrackSample, number]>([
    ['goes on half a second later close by', stay(320, 10.5, 14), 1],
    ['is born half a second before at its place', stay(310, 9.5, 14), 1],
    ['is born three seconds before', stay(310, 7, 14), 0],
    ['comes three seconds later', stay(320, 13, 14), 0],
    ['begins farther away than its height', stay(400, 10.5, 14), 0],
    ['is of another class', stay(320, 10.5, 14, 'vehicle'), 0],
  ])('changed where another %s: %#', (_, other, switches) => {
    expect(countSwitches([older], [older, other])).toBe(switches);
  });

  it('use each beginning once', () => {
    expect(countSwitches([older, stay(290, 0, 10.2)], [stay(300, 10.5, 12)])).toBe(1);
  });
});
