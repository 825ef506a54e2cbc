/**
 * Spoils true boxes in known ways, so that the rule can be told apart from the network.
 */
import type { Line } from '#contract/counting.ts';
import type { Size } from '#contract/geometry.ts';
import type { IdBox } from './mot.ts';
import type { Random } from '#test/random.ts';
import { feetDistance, type Step, type Walk } from './walks.ts';

export interface NoiseLayer {
  readonly name: string;
  /** Deviation of centre and size as a share of the box side along the same axis */
  readonly jitter: number;
  /** Share of single boxes that are missed */
  readonly misses: number;
  /** Runs of misses: how many start per second, and how long they last */
  readonly dropOuts: { readonly perSecond: number; readonly seconds: readonly [number, number] };
  /** Identities that break per second */
  readonly switchesPerSecond: number;
  /** What people do instead of their own way */
  readonly scene: 'as it was' | 'out and back' | '5 s stop on the line';
}

const none = { perSecond: 0, seconds: [0, 0] } as const;
const clean = { jitter: 0, misses: 0, dropOuts: none, switchesPerSecond: 0 } as const;
const light = { ...clean, jitter: 0.03, misses: 0.05 } as const;
const heavy = {
  ...clean,
  jitter: 0.06,
  misses: 0.15,
  dropOuts: { perSecond: 0.1, seconds: [0.4, 1.2] },
} as const;

/** The layers of the public test, from the plain one to the hard ones. */
export const noiseLayers: readonly NoiseLayer[] = [
  { name: 'clean', ...clean, scene: 'as it was' },
  { name: 'jitter 3 %, misses 5 %', ...light, scene: 'as it was' },
  { name: 'jitter 6 %, misses 15 %, drop-outs', ...heavy, scene: 'as it was' },
  { name: 'identity switches', ...light, switchesPerSecond: 0.2, scene: 'as it was' },
  { name: 'out and back', ...light, scene: 'out and back' },
  { name: '5 s stop on the line', ...light, scene: '5 s stop on the line' },
];

/** A box as a tracker would be given it, with the identity that is told (which may break). */
export interface NoisyStep extends Step {
  readonly toldId: number;
}

/** The way and its return, as if everybody turned at the end. */
export function outAndBack(walk: Walk): Walk {
  const end = walk.steps.at(-1)?.seconds ?? 0;
  const back = walk.steps
    .slice(0, -1)
    .toReversed()
    .map((step) => ({ ...step, seconds: 2 * end - step.seconds }));
  return { ...walk, steps: [...walk.steps, ...back] };
}

const stopSeconds = 5;

/** The way with a stop where the feet first pass the line; the same way when they never do. */
export function stopOnLine(walk: Walk, on: { line: Line; size: Size; fps: number }): Walk {
  const distances = walk.steps.map((step) => feetDistance(on.line, on.size, step.box));
  const index = distances.findIndex(
    (distance, at) => at > 0 && distance < 0 !== (distances[at - 1] ?? 0) < 0,
  );
  const from = walk.steps[index - 1];
  const to = walk.steps[index];
  if (from === undefined || to === undefined) return walk;
  const before = Math.abs(distances[index - 1] ?? 0);
  const share = before / (before + Math.abs(distances[index] ?? 0) + 1e-9);
  const box = mixBoxes(from.box, to.box, share);
  const still = Array.from({ length: stopSeconds * on.fps }, (_, frame) => ({
    seconds: from.seconds + (frame + 1) / on.fps,
    box,
  }));
  const later = walk.steps
    .slice(index)
    .map((step) => ({ ...step, seconds: step.seconds + stopSeconds }));
  return { ...walk, steps: [...walk.steps.slice(0, index), ...still, ...later] };
}

/** Frame rates of a sequence: as it was taken, and as it is looked at. */
export interface Rates {
  readonly from: number;
  readonly to: number;
}

/** Whether a camera of the lower rate would have taken this frame. */
export function isTaken(frame: number, rates: Rates): boolean {
  if (rates.to >= rates.from) return true;
  const tick = (at: number): number => Math.floor((at * rates.to) / rates.from + 1e-9);
  return tick(frame) !== tick(frame - 1);
}

/** The steps that a camera of the lower rate would have taken. */
export function atRate(walk: Walk, rates: Rates): Walk {
  const steps = walk.steps.filter((step) => isTaken(Math.round(step.seconds * rates.from), rates));
  return { ...walk, steps };
}

/** Makes identities that were not told before. */
export interface Identities {
  next: number;
}

/** Spoils one way by a layer. */
export function spoil(
  walk: Walk,
  layer: NoiseLayer,
  by: { readonly random: Random; readonly identities: Identities },
): NoisyStep[] {
  const { random, identities } = by;
  let toldId = identities.next++;
  let hiddenUntil = -Infinity;
  let last = walk.steps[0]?.seconds ?? 0;
  const steps: NoisyStep[] = [];
  for (const { seconds, box } of walk.steps) {
    const elapsed = seconds - last;
    last = seconds;
    if (random.happens(layer.dropOuts.perSecond * elapsed)) {
      const [least, most] = layer.dropOuts.seconds;
      hiddenUntil = seconds + least + (most - least) * random.even();
    }
    if (random.happens(layer.switchesPerSecond * elapsed)) toldId = identities.next++;
    const jittered = jitterBox(box, layer.jitter, random);
    const isMissed = random.happens(layer.misses);
    if (seconds < hiddenUntil || isMissed) continue;
    steps.push({ seconds, box: jittered, toldId });
  }
  return steps;
}

function jitterBox(box: IdBox, share: number, random: Random): IdBox {
  if (share === 0) return box;
  const width = box.width * Math.max(0.2, 1 + share * random.normal());
  const height = box.height * Math.max(0.2, 1 + share * random.normal());
  const x = box.x + box.width / 2 + share * box.width * random.normal() - width / 2;
  const y = box.y + box.height / 2 + share * box.height * random.normal() - height / 2;
  return { ...box, x, y, width, height };
}

function mixBoxes(a: IdBox, b: IdBox, share: number): IdBox {
  const mix = (from: number, to: number): number => from + (to - from) * share;
  return {
    ...a,
    x: mix(a.x, b.x),
    y: mix(a.y, b.y),
    width: mix(a.width, b.width),
    height: mix(a.height, b.height),
  };
}
