/**
 * Motion of one box: a Kalman filter of constant velocity over centre and size, in pixels and seconds.
 *
 * Noise is the same for position and independent between the four axes, so the 8 × 8 filter of SORT and ByteTrack
 * (Bewley 2016, Zhang 2022) falls apart into four filters of two states each. Process noise is white acceleration in
 * continuous time, so that the result does not depend on how the elapsed time is cut into frames.
 *
 * A filter is at its best when its surprises are white (Mehra 1970). When one follows the last to the same side, the object turns or the camera
 * moves faster than was thought, and *agility* grows; when they alternate, it was noise, and agility shrinks.
 */
import { z } from 'zod';

/** A box in pixels by its centre. */
export const BoxPx = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
});
export type BoxPx = Readonly<z.infer<typeof BoxPx>>;

/** Position and velocity along one axis with their covariance. */
const Axis = z.object({
  position: z.number(),
  velocity: z.number(),
  pp: z.number(),
  pv: z.number(),
  vv: z.number(),
});
type Axis = Readonly<z.infer<typeof Axis>>;

export const Motion = z.object({
  x: Axis,
  y: Axis,
  width: Axis,
  height: Axis,
  /** How much more than usual the velocity of the centre changes (as a variance); learned */
  agility: z.number().positive(),
  /** Last surprise of the centre in standard deviations */
  surprise: z.object({ x: z.number(), y: z.number() }),
});
export type Motion = Readonly<z.infer<typeof Motion>>;

/** Shares of the box scale, √(width × height): error of a detection (1), start velocity and its change (1/s, 1/s√s). */
const measurementShare = 0.08;
const startVelocityShare = 1.5;
const velocityChangeShare = 0.8;
/** Size changes slower than place does. */
const sizeChangeShare = 0.4;
const minSidePx = 1;
/** How fast agility is learned from one surprise, and how far. */
const agilityRate = 0.2;
const minAgility = 0.3;
const maxAgility = 30;
export const usualAgility = 1;

/** The motion of a box that was seen once: at rest, with a wide guess of its velocity. */
export function startMotion(box: BoxPx, agility: number): Motion {
  const scale = scaleOf(box);
  const axis = (position: number, velocityShare: number): Axis => ({
    position,
    velocity: 0,
    pp: (measurementShare * scale) ** 2,
    pv: 0,
    vv: (velocityShare * scale) ** 2,
  });
  return {
    x: axis(box.x, startVelocityShare),
    y: axis(box.y, startVelocityShare),
    width: axis(box.width, sizeChangeShare),
    height: axis(box.height, sizeChangeShare),
    agility,
    surprise: { x: 0, y: 0 },
  };
}

/** The motion `seconds` later, without an observation. */
export function predictMotion(motion: Motion, seconds: number): Motion {
  if (seconds <= 0) return motion;
  const scale = scaleOf(boxOf(motion));
  const place = motion.agility * (velocityChangeShare * scale) ** 2;
  const size = (sizeChangeShare * scale) ** 2;
  return {
    ...motion,
    x: predictAxis(motion.x, seconds, place),
    y: predictAxis(motion.y, seconds, place),
    width: predictAxis(motion.width, seconds, size),
    height: predictAxis(motion.height, seconds, size),
  };
}

/** The motion after an observation; `trust` below 1 widens the error of the box (a weak detection). */
export function updateMotion(motion: Motion, box: BoxPx, trust: number): Motion {
  const variance = (measurementShare * scaleOf(box)) ** 2 / trust;
  const surprise = {
    x: (box.x - motion.x.position) / Math.sqrt(motion.x.pp + variance),
    y: (box.y - motion.y.position) / Math.sqrt(motion.y.pp + variance),
  };
  const kinship = (surprise.x * motion.surprise.x + surprise.y * motion.surprise.y) / 2;
  const agility = motion.agility * Math.exp(agilityRate * clamp(kinship, -1, 1));
  return {
    x: updateAxis(motion.x, box.x, variance),
    y: updateAxis(motion.y, box.y, variance),
    width: updateAxis(motion.width, box.width, variance),
    height: updateAxis(motion.height, box.height, variance),
    agility: clamp(agility, minAgility, maxAgility),
    surprise,
  };
}

/** The most likely box. */
export function boxOf(motion: Motion): BoxPx {
  return {
    x: motion.x.position,
    y: motion.y.position,
    width: Math.max(minSidePx, motion.width.position),
    height: Math.max(minSidePx, motion.height.position),
  };
}

function scaleOf(box: BoxPx): number {
  return Math.sqrt(Math.max(minSidePx, box.width) * Math.max(minSidePx, box.height));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function predictAxis(axis: Axis, seconds: number, acceleration: number): Axis {
  const { position, velocity, pp, pv, vv } = axis;
  return {
    position: position + velocity * seconds,
    velocity,
    pp: pp + 2 * seconds * pv + seconds ** 2 * vv + (acceleration * seconds ** 3) / 3,
    pv: pv + seconds * vv + (acceleration * seconds ** 2) / 2,
    vv: vv + acceleration * seconds,
  };
}

function updateAxis(axis: Axis, observed: number, variance: number): Axis {
  const total = axis.pp + variance;
  const gainPosition = axis.pp / total;
  const gainVelocity = axis.pv / total;
  const surprise = observed - axis.position;
  return {
    position: axis.position + gainPosition * surprise,
    velocity: axis.velocity + gainVelocity * surprise,
    pp: (1 - gainPosition) * axis.pp,
    pv: (1 - gainPosition) * axis.pv,
    vv: axis.vv - gainVelocity * axis.pv,
  };
}
