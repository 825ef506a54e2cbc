import { describe, expect, it } from 'vitest';
import { createMotionGate, type MotionGate } from '#engine/capture/motion-gate.ts';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene } from '#engine/capture/simulated/scene.ts';
import { randomOf } from '#test/random.ts';

const size = { width: 160, height: 96 };
const stepMs = 100;

interface Thing {
  readonly x: number;
  readonly y: number;
  readonly level: number;
}

interface ShowOptions {
  readonly thing?: Thing | undefined;
  readonly isIdle?: boolean;
  readonly blinking?: () => number;
  /** False when the network does not look */
  readonly looks?: boolean;
}

/** Noise of deviation 1, from which each picture takes another piece. */
const grain = ((): Float32Array => {
  const { normal } = randomOf('grain');
  return Float32Array.from({ length: 65_536 }, () => normal());
})();

/** A grey scene with sensor noise; a thing of 16 × 24 px may stand in it. */
function createStage(noise = 3) {
  const random = randomOf('motion gate');
  const gate: MotionGate = createMotionGate();
  let ms = 0;
  let light = 100;

  function picture(thing: Thing | null, blinking: number): Uint8Array {
    const pixels = new Uint8Array(size.width * size.height * 3);
    const start = Math.floor(random.even() * (grain.length - size.width * size.height));
    for (let at = 0; at < size.width * size.height; at++) {
      pixels[at] = light + noise * (grain[start + at] ?? 0);
    }
    fill(pixels, { x: 120, y: 8, width: 8, height: 8 }, light + blinking);
    if (thing) fill(pixels, { ...thing, width: 16, height: 24 }, thing.level);
    return pixels;
  }

  return {
    gate,
    nowMs: () => ms,
    setLight: (level: number) => (light = level),
    /** Shows so many pictures to an idle camera that looks whenever it must; returns how many were quiet. */
    show(count: number, options: ShowOptions = {}) {
      let quiet = 0;
      for (let shown = 0; shown < count; shown++) {
        ms += stepMs;
        const isIdle = options.isIdle ?? true;
        const pixels = picture(options.thing ?? null, options.blinking?.() ?? 0);
        gate.see(pixels, size, { isIdle, atMs: ms });
        if (gate.isQuiet(ms)) quiet++;
        else if (options.looks !== false) gate.looked(ms);
      }
      return quiet;
    },
  };
}

function fill(
  pixels: Uint8Array,
  area: { x: number; y: number; width: number; height: number },
  level: number,
): void {
  for (let y = area.y; y < area.y + area.height; y++) {
    pixels.fill(level, y * size.width + area.x, y * size.width + area.x + area.width);
  }
}

describe('a motion gate', () => {
  it('looks at the first seconds, then at one picture each second', () => {
    const stage = createStage();
    expect(stage.show(20)).toBe(0);
    expect(stage.show(100)).toBeGreaterThanOrEqual(85);
    expect(stage.show(100)).toBeLessThanOrEqual(91);
  });

  it('looks at once when something small comes, and for a while after it has gone', () => {
    const stage = createStage();
    stage.show(60);
    expect(stage.show(30, { thing: { x: 40, y: 40, level: 112 } })).toBe(0);
    expect(stage.show(5)).toBe(0);
    expect(stage.show(30)).toBeGreaterThan(15);
  });

  it('never takes for the usual scene what stands there while somebody is tracked', () => {
    const stage = createStage();
    stage.show(60);
    const thing = { x: 40, y: 40, level: 112 };
    expect(stage.show(300, { thing, isIdle: false })).toBe(0);
    expect(stage.show(40)).toBeGreaterThan(20);
  });

  it('looks again for two seconds when the light has changed', () => {
    const stage = createStage();
    stage.show(60);
    stage.setLight(140);
    expect(stage.show(20)).toBe(0);
    expect(stage.show(40)).toBeGreaterThan(25);
  });

  it('gets used to a place that blinks, and still sees something come elsewhere', () => {
    const stage = createStage();
    const random = randomOf('blinking');
    const blinking = (): number => (random.happens(0.5) ? 12 : -12);
    stage.show(300, { blinking });
    expect(stage.show(100, { blinking })).toBeGreaterThan(70);
    expect(stage.show(10, { blinking, thing: { x: 40, y: 40, level: 112 } })).toBe(0);
  });

  it('does not judge pictures that are all noise', () => {
    const stage = createStage(90);
    expect(stage.show(200)).toBe(0);
  });

  it.each<[string, Thing | null, boolean]>([
    ['nothing has changed', { x: 40, y: 40, level: 120 }, true],
    ['it has moved by a quarter of its width', { x: 44, y: 40, level: 120 }, false],
    ['it has gone', null, false],
    ['something is elsewhere', { x: 100, y: 40, level: 120 }, false],
  ])('what was found holds, or not, when %s', (_, thing, expected) => {
    const stage = createStage();
    stage.show(60);
    stage.show(1, { thing: { x: 40, y: 40, level: 120 }, isIdle: false });
    stage.show(1, { thing: thing ?? undefined, isIdle: false, looks: false });
    const box = {
      x: 40 / size.width,
      y: 40 / size.height,
      width: 15.9 / size.width,
      height: 23.9 / size.height,
    };
    expect(stage.gate.isStill(stage.nowMs(), [box])).toBe(expected);
  });

  it('sleeps on an empty square in the rain, and wakes for one person who comes', () => {
    const gate = createMotionGate();
    const wide = { width: 640, height: 360 };
    const pixels = new Uint8Array(wide.width * wide.height * 3);
    const sceneOf = (people: number) =>
      createScene(
        parseSimulatedUrl(`simulated://plaza?people=${String(people)}&seed=3&rain=1`, 10).scene,
      );
    let frame = 0;
    const quietOf = (people: number, frames: number): number => {
      const scene = sceneOf(people);
      let quiet = 0;
      for (const end = frame + frames; frame < end; frame++) {
        scene.render(frame, pixels);
        const atMs = frame * stepMs;
        gate.see(pixels, wide, { isIdle: people === 0, atMs });
        if (gate.isQuiet(atMs)) quiet++;
        else gate.looked(atMs);
      }
      return quiet;
    };
    quietOf(0, 60);
    expect(quietOf(0, 100)).toBeGreaterThan(75);
    expect(quietOf(1, 60)).toBeLessThan(3);
  });
});
