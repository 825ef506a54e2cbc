import { describe, expect, it } from 'vitest';
import type { Detection, Track } from '#contract/detection.ts';
import type { Seen } from '#engine/base/seen.ts';
import { createByteTracker } from '#engine/tracking/byte-tracker.ts';

const picture = { width: 1000, height: 1000 };

/** A person whose box is centred here. */
const person = (x: number, y: number, overrides: Partial<Detection> = {}): Detection => ({
  box: { x: x - 0.03, y: y - 0.075, width: 0.06, height: 0.15 },
  score: 0.9,
  label: 'person',
  ...overrides,
});

type Scene = (frame: number) => Seen[];

/** Tracks of every frame of a scene. */
function follow(scene: Scene, options: { fps?: number; frames: number }): Track[][] {
  const fps = options.fps ?? 10;
  const tracker = createByteTracker({ picture, fps });
  return Array.from({ length: options.frames }, (_, frame) =>
    tracker.update(scene(frame), frame / fps),
  );
}

const confirmedIds = (frames: readonly Track[][]): number[] => [
  ...new Set(frames.flat().flatMap((track) => (track.isConfirmed ? [track.trackId] : []))),
];

describe('tracker', () => {
  it.each<[string, Scene, number[]]>([
    ['one person who walks', (frame) => [person(0.1 + frame * 0.02, 0.5)], [0]],
    ['one person who stands', () => [person(0.5, 0.5)], [0]],
    ['nobody', () => [], []],
    ['a box of a single frame', (frame) => (frame === 5 ? [person(0.5, 0.5)] : []), []],
    ['a weak box that stays', () => [person(0.5, 0.5, { score: 0.3 })], []],
    [
      'somebody hidden for 0.8 s',
      (frame) => (frame > 10 && frame < 19 ? [] : [person(0.1 + frame * 0.02, 0.5)]),
      [0],
    ],
    [
      'somebody away for 3 s',
      (frame) => (frame > 10 && frame < 40 ? [] : [person(0.5, 0.5)]),
      [0, 1],
    ],
    [
      'somebody who fades for a second',
      (frame) => [person(0.1 + frame * 0.02, 0.5, { score: frame > 10 && frame < 20 ? 0.2 : 0.9 })],
      [0],
    ],
    [
      'two people who pass each other',
      (frame) => [person(0.1 + frame * 0.015, 0.5), person(0.9 - frame * 0.015, 0.53)],
      [0, 1],
    ],
    [
      'a box without a size',
      () => [person(0.5, 0.5, { box: { x: 0.5, y: 0.5, width: 0, height: 0.1 } })],
      [],
    ],
    ['a box that is no number', () => [person(Number.NaN, 0.5)], []],
  ])('follows %s', (_, scene, ids) => {
    expect(confirmedIds(follow(scene, { frames: 50 }))).toEqual(ids);
  });

  it('lets no second box of a walker count once it is seldom seen', () => {
    const frames = follow(
      (frame) => {
        const walker = person(0.1 + frame * 0.015, 0.5);
        const second = person(0.115 + frame * 0.015, 0.48, { score: 0.65 });
        return frame === 3 || (frame > 0 && frame % 4 === 0) ? [walker, second] : [walker];
      },
      { frames: 40 },
    );
    const confirmed = (frame: number) => confirmedIds(frames.slice(frame, frame + 1));
    expect(confirmed(4)).toEqual([0, 1]);
    expect(confirmed(12)).toEqual([0]);
    expect(confirmed(32)).toEqual([0]);
  });

  it('lets somebody count who walks behind another and is seen', () => {
    const frames = follow(
      (frame) => [
        person(0.1 + frame * 0.015, 0.5),
        person(0.115 + frame * 0.015, 0.48, { score: 0.65 }),
      ],
      { frames: 40 },
    );
    expect(confirmedIds(frames.slice(30))).toEqual([0, 1]);
  });

  it('gives who comes out from behind another its own track, also while the other is missing', () => {
    // Both stand; the far one is hidden, and when it is seen again the near one is not found for a frame.
    const near = { ...person(0.5, 0.5), colours: [90, 90, 90, 60, 60, 60] };
    const far = { ...person(0.525, 0.49), colours: [125, 125, 125, 95, 95, 95] };
    const frames = follow(
      (frame) => {
        if (frame < 10 || frame > 15) return [near, far];
        return frame < 15 ? [near] : [far];
      },
      { frames: 20 },
    );
    const idAt = (frame: number, { box }: Detection): number | undefined =>
      frames[frame]?.find(
        (track) => track.unseenSeconds === 0 && Math.abs(track.box.x - box.x) < 0.012,
      )?.trackId;
    expect([5, 15, 18].map((frame) => idAt(frame, far))).toEqual([1, 1, 1]);
    expect([5, 14, 18].map((frame) => idAt(frame, near))).toEqual([0, 0, 0]);
  });

  it('lets a box with somebody else in it move a track less', () => {
    const shiftOf = (others: Detection[]): number => {
      const last = follow((frame) => [person(frame < 20 ? 0.5 : 0.515, 0.5), ...others], {
        frames: 21,
      }).at(-1);
      return (last?.find((track) => track.trackId === 0)?.box.x ?? 0) - 0.47;
    };
    expect(shiftOf([person(0.5, 0.56)])).toBeLessThan(0.95 * shiftOf([]));
  });

  it.each([3, 5, 7, 10, 25, 30])('keeps a walker at %i frames per second', (fps) => {
    const frames = follow((frame) => [person(0.1 + (frame / fps) * 0.12, 0.5)], {
      fps,
      frames: 5 * fps,
    });
    expect(confirmedIds(frames)).toEqual([0]);
  });

  it('lists a lost track where it is expected, with the time since it was seen', () => {
    const frames = follow((frame) => (frame > 20 ? [] : [person(0.1 + frame * 0.02, 0.5)]), {
      frames: 45,
    });
    const [track] = frames[24] ?? [];
    expect(track?.unseenSeconds).toBeCloseTo(0.4, 6);
    expect(track?.box.x).toBeCloseTo(0.1 + 24 * 0.02 - 0.03, 2);
    expect(frames.at(-1)).toEqual([]);
  });

  it('calls a track by the label it had most', () => {
    const frames = follow(
      (frame) => [person(0.5, 0.5, { label: frame % 3 === 0 ? 'bicycle' : 'person' })],
      { frames: 20 },
    );
    expect(frames.at(-1)?.map((track) => track.label)).toEqual(['person']);
  });

  it('keeps the older of two tracks on one object', () => {
    const scene: Scene = (frame) => [person(0.5, 0.5), ...(frame > 5 ? [person(0.502, 0.5)] : [])];
    expect(
      follow(scene, { frames: 20 })
        .at(-1)
        ?.map((track) => track.trackId),
    ).toEqual([0]);
  });

  it.each<[string, (frame: number) => number, number[]]>([
    ['repeat', (frame) => Math.floor(frame / 2) / 5, [0]],
    ['stand still', () => 1, [0]],
    ['go back by a frame', (frame) => (frame === 10 ? 0.9 : frame / 10), [0]],
    ['go back by an hour', (frame) => (frame > 10 ? frame / 10 : frame / 10 + 3600), [0, 1]],
    ['jump ahead by an hour', (frame) => (frame > 10 ? frame / 10 + 3600 : frame / 10), [0, 1]],
  ])('goes on when time stamps %s', (_, secondsOf, ids) => {
    const tracker = createByteTracker({ picture, fps: 10 });
    const frames = Array.from({ length: 20 }, (_unused, frame) =>
      tracker.update([person(0.1 + frame * 0.01, 0.5)], secondsOf(frame)),
    );
    expect(confirmedIds(frames)).toEqual(ids);
  });

  it('refuses a checkpoint that is none', () => {
    expect(() => createByteTracker({ picture, fps: 10 }).restore({ nextId: -1 })).toThrow();
  });
});
