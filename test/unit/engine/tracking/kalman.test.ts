import { describe, expect, it } from 'vitest';
import {
  boxOf,
  predictMotion,
  startMotion,
  updateMotion,
  usualAgility,
  type Motion,
} from '#engine/tracking/kalman.ts';

const box = { x: 100, y: 200, width: 40, height: 100 };

/** Follows a box that goes right at 60 px/s for two seconds. */
function walk(fps: number, error: (frame: number) => number = () => 0): Motion {
  let motion = startMotion(box, usualAgility);
  for (let frame = 1; frame <= 2 * fps; frame += 1) {
    const seen = { ...box, x: box.x + (60 * frame) / fps + error(frame) };
    motion = updateMotion(predictMotion(motion, 1 / fps), seen, 1);
  }
  return motion;
}

describe('motion of a box', () => {
  it.each([3, 5, 10, 25, 30])('learns the velocity at %i frames per second', (fps) => {
    const later = boxOf(predictMotion(walk(fps), 0.5));
    expect(Math.abs(later.x - (box.x + 150))).toBeLessThan(2);
    expect(later).toEqual({ x: later.x, y: 200, width: 40, height: 100 });
  });

  it('gives the same prediction however the time is cut', () => {
    const motion = walk(10);
    let cut = motion;
    for (let step = 0; step < 7; step += 1) cut = predictMotion(cut, 0.1);
    const whole = predictMotion(motion, 0.7);
    expect(cut.x.position).toBeCloseTo(whole.x.position, 9);
    expect(cut.x.pp).toBeCloseTo(whole.x.pp, 6);
  });

  it('halves the error of the boxes at least', () => {
    const noisy = (frame: number): number => (frame % 2 === 0 ? 4 : -4);
    expect(Math.abs(boxOf(walk(25, noisy)).x - (box.x + 120))).toBeLessThan(2);
  });

  it('trusts a weak detection less', () => {
    const seen = { ...box, x: 110 };
    const motion = predictMotion(startMotion(box, usualAgility), 0.1);
    const strong = boxOf(updateMotion(motion, seen, 1)).x;
    const weak = boxOf(updateMotion(motion, seen, 0.3)).x;
    expect(weak - box.x).toBeLessThan(strong - box.x);
  });

  it.each([
    ['turns all the time', (frame: number) => 40 * Math.sin(frame / 12), 'more'],
    ['is seen with noise', (frame: number) => (frame % 2 === 0 ? 4 : -4), 'less'],
    ['walks straight', () => 0, 'as'],
  ])('thinks of an object that %s', (_, error, expected) => {
    const { agility } = walk(25, error);
    const learned = agility > 1.5 ? 'more' : agility < 0.7 ? 'less' : 'as';
    expect(`${learned} agile`).toBe(`${expected} agile`);
  });

  it('does not move when no time has passed', () => {
    const motion = walk(10);
    expect(predictMotion(motion, 0)).toEqual(motion);
  });
});
