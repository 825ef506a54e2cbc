import { describe, expect, it } from 'vitest';
import { meanLook } from '#engine/capture/picture-look.ts';
import { createShiftWatch } from '#engine/capture/picture-shift.ts';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene } from '#engine/capture/simulated/scene.ts';

const size = { width: 640, height: 360 };
const scene = createScene(parseSimulatedUrl('simulated://plaza?seed=3', 10).scene);

/** The green plane at a second, with people who walk. */
function pictureAt(second: number): Uint8Array {
  const pixels = new Uint8Array(size.width * size.height * 3);
  scene.render(second * 10, pixels);
  return pixels.subarray(0, size.width * size.height);
}

/** The camera turned by whole px. */
function moved(picture: Uint8Array, dx: number, dy: number): Uint8Array {
  const inside = (value: number, of: number) => Math.max(0, Math.min(of - 1, value));
  return picture.map((_, at) => {
    const [x, y] = [at % size.width, Math.floor(at / size.width)];
    return picture[inside(y + dy, size.height) * size.width + inside(x + dx, size.width)] ?? 0;
  });
}

describe('the shift of a picture', () => {
  it('is nothing while people walk before a camera that stands', () => {
    const watch = createShiftWatch();
    expect(watch.see(pictureAt(0), size)).toBeNull();
    const shifts = Array.from({ length: 12 }, (_, second) =>
      watch.see(pictureAt(second + 1), size),
    );
    expect(Math.max(...shifts.map((shift) => shift ?? 99))).toBeLessThan(0.5);
  });

  it.each([
    [3, 0, 3],
    [-2, 0, 2],
    [0, 4, 4],
    [3, -4, 5],
  ])('is found where the camera shakes by %i, %i px among those who walk', (dx, dy, px) => {
    const watch = createShiftWatch();
    watch.see(pictureAt(0), size);
    expect(watch.see(moved(pictureAt(1), dx, dy), size)).toBeCloseTo(px, 0);
  });

  it('does not mistake light for it', () => {
    const watch = createShiftWatch();
    watch.see(pictureAt(0), size);
    const darker = pictureAt(0).map((level) => level - Math.min(level, 20));
    expect(watch.see(darker, size)).toBeLessThan(0.1);
  });

  it('is not known of a picture without detail, or of another size', () => {
    const watch = createShiftWatch();
    const grey = new Uint8Array(size.width * size.height).fill(90);
    watch.see(grey, size);
    expect(watch.see(grey, size)).toBeNull();
    expect(watch.see(new Uint8Array(320 * 180).fill(90), { width: 320, height: 180 })).toBeNull();
  });
});

describe('the mean of looks', () => {
  it('leaves out what is not known', () => {
    const look = { brightness: 0.4, sharpness: 8, shakePx: null };
    expect(meanLook([])).toBeNull();
    expect(meanLook([look])).toEqual(look);
    expect(meanLook([look, { brightness: 0.6, sharpness: 10, shakePx: 2 }])).toEqual({
      ...{ brightness: 0.5, sharpness: 9, shakePx: 2 },
    });
  });
});
