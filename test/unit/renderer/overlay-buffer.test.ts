/**
 * Boxes and trails that belong to the picture on screen.
 */
import { describe, expect, it } from 'vitest';
import { createOverlayBuffer, type Overlay } from '#test/renderer.ts';

const walker = (trackId: number, x: number) => ({
  trackId,
  label: 'person' as const,
  score: 0.9,
  box: { x, y: 0.2, width: 0.1, height: 0.5 },
  isConfirmed: true,
});
const overlay = (at: number, ...tracks: ReturnType<typeof walker>[]): Overlay => ({
  cameraId: 'gate',
  at,
  tracks,
});
function filled(...overlays: Overlay[]) {
  const buffer = createOverlayBuffer();
  for (const one of overlays) buffer.push(one);
  return buffer;
}
const boxesAt = (buffer: ReturnType<typeof filled>, at: number) =>
  buffer.tracksAt(at).map((track) => [track.trackId, Number(track.box.x.toFixed(3))]);

describe('overlay buffer', () => {
  const two = [overlay(1000, walker(1, 0.1), walker(2, 0.8)), overlay(1100, walker(1, 0.2))];

  it.each([
    [
      'on the frame',
      1000,
      [
        [1, 0.1],
        [2, 0.8],
      ],
    ],
    [
      'half-way to the next frame',
      1050,
      [
        [1, 0.15],
        [2, 0.8],
      ],
    ],
    ['just after the newest frame', 1150, [[1, 0.2]]],
    ['long after the newest frame', 2000, []],
    [
      'just before the first frame',
      900,
      [
        [1, 0.1],
        [2, 0.8],
      ],
    ],
    ['long before the first frame', 100, []],
  ])('gives the boxes of a picture %s', (_, at, expected) => {
    expect(boxesAt(filled(...two), at)).toEqual(expected);
  });

  it('drops an overlay that comes late, and begins anew when the clock jumps back', () => {
    const buffer = filled(overlay(5000, walker(1, 0.5)), overlay(4900, walker(1, 0.9)));
    expect(boxesAt(buffer, 5000)).toEqual([[1, 0.5]]);
    buffer.push(overlay(1000, walker(7, 0.3)));
    expect(boxesAt(buffer, 5000)).toEqual([]);
    expect(boxesAt(buffer, 1000)).toEqual([[7, 0.3]]);
  });

  it('gives the way of a track over the last three seconds, oldest first, up to the picture', () => {
    const buffer = filled(
      ...[0, 1000, 2000, 3000, 4000, 5000].map((at) => overlay(at, walker(1, at / 10_000))),
    );
    const [trail] = buffer.trailsAt(4000);
    expect(
      trail?.points.map(({ x, age }) => [Number(x.toFixed(2)), Number(age.toFixed(2))]),
    ).toEqual([
      [0.15, 1],
      [0.25, 0.67],
      [0.35, 0.33],
      [0.45, 0],
      [0.45, 0],
    ]);
  });

  it('draws no trail of a track that has left', () => {
    expect(
      filled(...two)
        .trailsAt(1100)
        .map((trail) => trail.trackId),
    ).toEqual([1]);
  });
});
