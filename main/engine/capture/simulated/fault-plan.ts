/**
 * What a simulated camera does wrong and when: decided from the frame's place in time, so that it happens again alike.
 */
import type { Size } from '#contract/geometry.ts';
import { hash } from './chance.ts';
import type { Fault, SceneOptions } from './options.ts';

export interface FaultPlan {
  /** Which frame is shown in place of this one: an old one while the picture is frozen */
  shownFrame(frameIndex: number): number;
  /** Whether nothing is sent although the connection stands, or this one frame is lost */
  isMissing(frameIndex: number): boolean;
  isDisconnected(frameIndex: number): boolean;
  isCorrupt(frameIndex: number): boolean;
  isResized(frameIndex: number): boolean;
}

/** Share of the frames that are lost while frames drop. */
const dropShare = 0.5;
/** Share of the frames that are damaged while frames are corrupt. */
const corruptShare = 0.6;

/** The plan of one fault; without a fault nothing is ever wrong. */
export function planFault(fault: Fault | null, fps: number): FaultPlan {
  const isNow = (kind: Fault['kind'], frameIndex: number): boolean => {
    if (fault?.kind !== kind) return false;
    const seconds = frameIndex / fps;
    return seconds >= fault.atSeconds && seconds < fault.atSeconds + fault.forSeconds;
  };
  const first = Math.ceil((fault?.atSeconds ?? 0) * fps);

  return {
    shownFrame: (frameIndex) => (isNow('freeze', frameIndex) ? first : frameIndex),
    isMissing: (frameIndex) =>
      isNow('stall', frameIndex) || (isNow('drop', frameIndex) && hash(frameIndex, 91) < dropShare),
    isDisconnected: (frameIndex) => isNow('disconnect', frameIndex),
    isCorrupt: (frameIndex) => isNow('corrupt', frameIndex) && hash(frameIndex, 57) < corruptShare,
    isResized: (frameIndex) => isNow('resize', frameIndex),
  };
}

/** The scene as it is while the resolution is another: half as wide and high. */
export function resized(scene: SceneOptions): SceneOptions {
  const half = (px: number) => Math.max(2, Math.round(px / 4) * 2);
  return { ...scene, width: half(scene.width), height: half(scene.height) };
}

/** Damages a planar picture as lost packets do: rows slip aside, and below them the last good row is smeared. */
export function corrupt(pixels: Uint8Array, size: Size, frameIndex: number): void {
  const { width, height } = size;
  const from = Math.floor((0.2 + 0.6 * hash(frameIndex, 3)) * height);
  const slips = Math.min(height - from, Math.floor(height * 0.15));
  for (let plane = 0; plane < 3; plane++) {
    const start = plane * width * height;
    for (let row = from; row < height; row++) {
      const at = start + row * width;
      if (row < from + slips) {
        const shift = Math.floor(hash(Math.floor(row / 8), frameIndex) * width);
        const line = pixels.slice(at, at + width);
        pixels.set(line.subarray(shift), at);
        pixels.set(line.subarray(0, shift), at + width - shift);
      } else {
        pixels.copyWithin(at, at - width, at);
      }
    }
  }
}
