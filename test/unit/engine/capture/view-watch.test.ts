import { describe, expect, it } from 'vitest';
import { createViewWatch } from '#engine/capture/view-watch.ts';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene } from '#engine/capture/simulated/scene.ts';

const size = { width: 640, height: 360 };

/** Pictures a second apart; more are not needed. */
function picturesOf(name: string): Uint8Array[] {
  const scene = createScene(parseSimulatedUrl(`simulated://${name}?seed=3`, 10).scene);
  return Array.from({ length: 24 }, (_, index) => {
    const pixels = new Uint8Array(size.width * size.height * 3);
    scene.render(index * 10, pixels);
    return pixels.subarray(0, size.width * size.height);
  });
}

const pictures = picturesOf('plaza');
const road = picturesOf('road');

type Edit = (picture: Uint8Array) => Uint8Array;
const asItIs: Edit = (picture) => picture;
const lit =
  (share: number, light = 0): Edit =>
  (picture) =>
    picture.map((level) => light + level * share);

/** The camera turned to the right. */
const turned =
  (by: number): Edit =>
  (picture) =>
    picture.map((_, at) => {
      const x = at % size.width;
      return picture[at - x + Math.min(size.width - 1, x + by)] ?? 0;
    });

const elsewhere: Edit = (picture) => road[pictures.indexOf(picture)] ?? picture;

function aCamera() {
  const watch = createViewWatch();
  let seconds = 0;
  return {
    watch,
    /** Shows so many seconds of it; returns what is said at the end. */
    show(count: number, edit: Edit = asItIs): string | null {
      for (let shown = 0; shown < count; shown++, seconds++) {
        const picture = pictures[seconds % pictures.length] ?? new Uint8Array();
        watch.see(edit(picture), size, seconds * 1000);
      }
      return watch.now()?.state ?? null;
    },
  };
}

describe('the view of a camera', () => {
  it('is learned for half a minute, and stays while people walk', () => {
    const camera = aCamera();
    expect(camera.show(30)).toBeNull();
    expect(camera.show(60)).toBe('clear');
    expect(camera.watch.now()?.sharpness).toBeCloseTo(1, 1);
  });

  it.each([
    ['moved', turned(24)],
    ['moved', elsewhere],
    ['covered', lit(0.05, 90)],
    ['dark', lit(0.03)],
  ])(
    'is told to be %s when that has lasted for some looks, and well again some looks later',
    (state, edit) => {
      const camera = aCamera();
      camera.show(40);
      expect(camera.show(9, edit)).toBe('clear');
      expect(camera.show(11, edit)).toBe(state);
      expect(camera.show(30, edit)).toBe(state);
      expect(camera.show(9)).toBe(state);
      expect(camera.show(11)).toBe('clear');
    },
  );

  it('is not lost for half the light, nor for a hand before the lens', () => {
    const camera = aCamera();
    camera.show(40);
    expect(camera.show(30, lit(0.5))).toBe('clear');
    expect(camera.show(5, lit(0.05, 90))).toBe('clear');
    expect(camera.show(20)).toBe('clear');
  });

  it('is another one once somebody has drawn on it', () => {
    const camera = aCamera();
    camera.show(40);
    expect(camera.show(20, elsewhere)).toBe('moved');
    camera.watch.renew();
    expect(camera.show(60, elsewhere)).toBe('clear');
    expect(camera.show(20)).toBe('moved');
  });

  it('is looked at once a second', () => {
    const { watch } = aCamera();
    for (let ms = 0; ms < 29_900; ms += 100) watch.see(pictures[0] ?? new Uint8Array(), size, ms);
    expect(watch.now()).toBeNull();
  });
});
