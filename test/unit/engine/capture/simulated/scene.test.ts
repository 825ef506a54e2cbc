import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene, type Scene, suggestedLines } from '#engine/capture/simulated/scene.ts';

const small = 'width=320&height=180';

function sceneOf(address: string): Scene {
  return createScene(parseSimulatedUrl(address, 10).scene);
}

function picture(scene: Scene, frameIndex: number): Uint8Array {
  const pixels = new Uint8Array(scene.options.width * scene.options.height * 3);
  scene.render(frameIndex, pixels);
  return pixels;
}

function digest(scene: Scene, frames: readonly number[]): string {
  const hash = createHash('sha256');
  for (const frame of frames) hash.update(picture(scene, frame));
  return hash.digest('hex');
}

function crossings(scene: Scene, toFrame: number) {
  return scene.lines.map((line) =>
    scene.truthCrossings({ ...line, anchor: 'bottom', fromFrame: 0, toFrame }),
  );
}

describe('scene', () => {
  it.each([
    ['plaza', `simulated://plaza?seed=7&${small}`],
    ['plaza by night in the rain', `simulated://plaza?seed=7&night=1&rain=1&${small}`],
    ['road', `simulated://road?seed=7&${small}`],
  ])('draws the same bytes of the %s on every run and every machine', (_, address) => {
    expect(digest(sceneOf(address), [0, 1, 2, 30])).toMatchSnapshot();
  });

  it('knows the same truth on every run', () => {
    const address = `simulated://plaza?seed=7&${small}`;
    const once = sceneOf(address);
    const again = sceneOf(address);
    expect(once.truth(25)).toEqual(again.truth(25));
    expect(crossings(once, 300)).toEqual(crossings(again, 300));
    expect(crossings(once, 300).flat().length).toBeGreaterThan(5);
  });

  it('differs by its seed', () => {
    expect(digest(sceneOf(`simulated://plaza?seed=7&${small}`), [0])).not.toBe(
      digest(sceneOf(`simulated://plaza?seed=8&${small}`), [0]),
    );
  });

  it('draws a frame alike whether it comes in order, after a leap or on the way back', () => {
    const scene = sceneOf(`simulated://road?seed=3&${small}`);
    for (let frame = 0; frame < 20; frame++) picture(scene, frame);
    const inOrder = picture(scene, 20);
    picture(scene, 90);
    expect(picture(scene, 20)).toEqual(inOrder);
    expect(picture(sceneOf(`simulated://road?seed=3&${small}`), 20)).toEqual(inOrder);
  });

  it('does not change its pictures when it is asked for the truth', () => {
    const scene = sceneOf(`simulated://plaza?seed=5&${small}`);
    const before = picture(scene, 10);
    scene.truth(400);
    expect(picture(scene, 10)).toEqual(before);
  });

  it('is the same world at any frame rate', () => {
    const slow = sceneOf(`simulated://plaza?seed=5&fps=5&${small}`);
    const fast = sceneOf(`simulated://plaza?seed=5&fps=20&${small}`);
    expect(fast.truth(80)).toEqual(slow.truth(20));
  });

  it('holds about as many people as it was told to', () => {
    const scene = sceneOf(`simulated://plaza?seed=2&people=12&${small}`);
    const seen = [0, 100, 200, 300].map((frame) => scene.truth(frame).length);
    expect(Math.max(...seen)).toBeLessThanOrEqual(15);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(4);
  });

  it('is empty when it was told so', () => {
    const scene = sceneOf(`simulated://road?people=0&vehicles=0&${small}`);
    expect(scene.truth(100)).toEqual([]);
  });

  it('keeps boxes inside the picture and shares between 0 and 1', () => {
    const scene = sceneOf(`simulated://road?seed=4&people=10&vehicles=12&${small}`);
    for (const object of [0, 40, 80].flatMap((frame) => scene.truth(frame))) {
      const { x, y, width, height } = object.box;
      expect(Math.min(x, y, width, height)).toBeGreaterThanOrEqual(0);
      expect(Math.max(x + width, y + height)).toBeLessThanOrEqual(1 + 1e-9);
      expect(object.visibleShare).toBeGreaterThanOrEqual(0);
      expect(object.visibleShare).toBeLessThanOrEqual(1);
    }
  });

  it('puts truth boxes where the picture differs from the empty scene', () => {
    const options = `seed=6&noise=0&hour=12&${small}`;
    const full = sceneOf(`simulated://plaza?people=5&${options}`);
    const empty = picture(sceneOf(`simulated://plaza?people=0&${options}`), 0);
    const shown = picture(full, 0);
    for (const { box, visibleShare } of full.truth(0)) {
      if (visibleShare < 0.9) continue;
      let changed = 0;
      let all = 0;
      for (let y = Math.ceil(box.y * 180); y < Math.floor((box.y + box.height) * 180); y++) {
        for (let x = Math.ceil(box.x * 320); x < Math.floor((box.x + box.width) * 320); x++) {
          all++;
          if (shown[y * 320 + x] !== empty[y * 320 + x]) changed++;
        }
      }
      expect(changed / all).toBeGreaterThan(0.3);
    }
  });

  it('is dark at night and bright at noon', () => {
    const mean = (address: string) => {
      const pixels = picture(sceneOf(address), 0);
      return pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    };
    const noon = mean(`simulated://plaza?hour=12&${small}`);
    expect(mean(`simulated://plaza?night=1&${small}`)).toBeLessThan(noon / 2);
    expect(mean(`simulated://plaza?hour=12&rain=1&${small}`)).toBeLessThan(noon);
  });

  it('offers lines whose truth has both directions', () => {
    for (const name of ['plaza', 'road'] as const) {
      const scene = sceneOf(`simulated://${name}?seed=1&${small}`);
      expect(scene.lines).toEqual(suggestedLines(name));
      for (const events of crossings(scene, 600)) {
        expect(new Set(events.map((event) => event.direction))).toEqual(new Set(['in', 'out']));
      }
    }
  });
});
