/**
 * A simulated scene: frames, and the exact truth of what is on them. Equal options give equal bytes on every machine.
 */
import type { Anchor } from '#contract/counting.ts';
import type { Label } from '#contract/detection.ts';
import type { Box, Point } from '#contract/geometry.ts';
import type { Actor } from './actors.ts';
import { paintBackdrop } from './backdrop.ts';
import { drawPerson, shadePerson } from './figure.ts';
import { lightAt } from './light.ts';
import type { SceneOptions } from './options.ts';
import { plaza } from './plaza.ts';
import { createSurface, draw, type Surface } from './raster.ts';
import { road } from './road.ts';
import { boundsOf, type Bounds, covers, type Shape } from './shapes.ts';
import type { Prop, Stage, SuggestedLine } from './stage.ts';
import {
  countTruth,
  createTruthCounter,
  type TruthCounter,
  type TruthCrossing,
} from './truth-crossings.ts';
import { drawVehicle, glowVehicle, shadeVehicle } from './vehicle.ts';
import { createView } from './view.ts';
import { createGrain, drawRain } from './weather.ts';
import { createWorld } from './world.ts';

/** One person or vehicle as it truly is on a frame. */
export interface TruthBox {
  /** The same through all frames of the scene */
  readonly id: number;
  readonly label: Label;
  /** Clipped to the picture, normalised */
  readonly box: Box;
  /** The whole of it, also beyond the picture, normalised */
  readonly fullBox: Box;
  /** Share of its outline that is seen: neither hidden by a nearer one nor beyond the picture */
  readonly visibleShare: number;
}

export interface CrossingQuery {
  readonly points: readonly Point[];
  readonly anchor: Anchor;
  /** Which labels count; empty means all */
  readonly labels: readonly Label[];
  readonly fromFrame: number;
  /** Exclusive */
  readonly toFrame: number;
}

/** A line whose true crossings are counted while the scene is drawn. */
export interface FollowedLine extends Omit<CrossingQuery, 'fromFrame' | 'toFrame'> {
  /** Changes with every edit of the line, so that its count begins anew */
  readonly key: string;
}

/** The true count of a followed line. */
export interface FollowedTruth {
  readonly key: string;
  /** The first frame that was counted */
  readonly fromFrame: number;
  readonly in: number;
  readonly out: number;
}

export interface Scene {
  readonly options: SceneOptions;
  /** Lines that suit this scene */
  readonly lines: readonly SuggestedLine[];
  /** Writes a frame as planar G, B, R of width × height × 3 bytes. Quick when frames are asked for in their order. */
  render(frameIndex: number, target: Uint8Array): void;
  truth(frameIndex: number): readonly TruthBox[];
  /** True crossings of a line, by the station's own rule applied to exact boxes. */
  truthCrossings(query: CrossingQuery): readonly TruthCrossing[];
  /** From now on these lines are counted truly on every frame that is drawn; known keys go on. */
  follow(lines: readonly FollowedLine[]): void;
  /** The true counts of the followed lines up to this frame (exclusive), or to a later one that was asked for before. */
  followed(toFrame: number): readonly FollowedTruth[];
}

const stages: Record<SceneOptions['scene'], Stage> = { plaza, road };
/** Light is painted anew this often, in hours. */
const lightStep = 1 / 12;

/** Lines that suit a scene, without making it. */
export function suggestedLines(name: SceneOptions['scene']): readonly SuggestedLine[] {
  return stages[name].lines;
}

interface Follow {
  readonly line: FollowedLine;
  readonly counter: TruthCounter;
  /** Null until a frame is drawn */
  fromFrame: number | null;
  in: number;
  out: number;
}

/** Makes a scene at frame 0. */
export function createScene(options: SceneOptions): Scene {
  const stage = stages[options.scene];
  const size = { width: options.width, height: options.height };
  const view = createView(size, stage.view);
  // Truth walks through time on its own, so that asking for it does not send the pictures back to frame 0.
  const seen = createWorld(options, stage, view);
  const known = createWorld(options, stage, view);
  const surface = createSurface(size);
  let scenery = dress(-1);
  let follows: Follow[] = [];

  function dress(step: number) {
    const light = lightAt((((step * lightStep) % 24) + 24) % 24, options.isRaining);
    const backdrop = step < 0 ? surface : paintBackdrop(view, light, stage.paint(light));
    if (step >= 0) {
      for (const shape of stage.scenery(view, light)) draw(backdrop, shape, light.modelling);
    }
    const grain = createGrain(options.seed, options.noise * (1.7 + 2.3 * light.darkness));
    return { step, light, backdrop, grain };
  }

  function paintActors(actors: readonly Actor[], onto: Surface): void {
    const { light } = scenery;
    for (const actor of actors) {
      const shades = isPerson(actor)
        ? shadePerson(actor, view, light)
        : [...shadeVehicle(actor, view, light), ...glowVehicle(actor, view, light)];
      for (const shade of shades) draw(onto, shade, light.modelling);
    }
    for (const item of fromFarToNear([...actors, ...stage.props])) {
      for (const shape of shapesOf(item)) draw(onto, shape, light.modelling);
    }
  }

  function fromFarToNear(items: readonly (Actor | Prop)[]): (Actor | Prop)[] {
    return items
      .map((item) => ({ item, nearness: stage.nearness(item, view) }))
      .sort((a, b) => a.nearness - b.nearness)
      .map(({ item }) => item);
  }

  function shapesOf(item: Actor | Prop): Shape[] {
    const { light } = scenery;
    if ('spot' in item) return item.shapes(view, light);
    const air = { light, lamp: stage.lampAt(item, light) * 0.9 };
    return isPerson(item) ? drawPerson(item, view, air) : drawVehicle(item, view, air);
  }

  function fullBounds(actors: readonly Actor[], labels: readonly Label[]) {
    return actors
      .filter((actor) => labels.length === 0 || labels.includes(actor.label))
      .map((actor) => ({ id: actor.id, label: actor.label, bounds: boundsOf(shapesOf(actor)) }));
  }

  function countFollowed(frameIndex: number, actors: readonly Actor[]): void {
    for (const follow of follows) {
      follow.fromFrame ??= frameIndex;
      follow.counter.step(frameIndex, fullBounds(actors, follow.line.labels));
    }
  }

  return {
    options,
    lines: stage.lines,
    render(frameIndex, target) {
      const hour = options.hour + (frameIndex / options.fps / 3600) * options.pace;
      const step = Math.floor(hour / lightStep + 1e-9);
      if (step !== scenery.step) scenery = dress(step);
      surface.all.set(scenery.backdrop.all);
      const actors = seen.at(frameIndex);
      paintActors(actors, surface);
      countFollowed(frameIndex, actors);
      if (options.isRaining) drawRain(surface, options.seed, frameIndex);
      scenery.grain.write(surface, frameIndex, target);
    },
    truth(frameIndex) {
      const items = fromFarToNear([...known.at(frameIndex), ...stage.props]).map((item) => {
        const shapes = shapesOf(item);
        return { item, shapes, bounds: boundsOf(shapes) };
      });
      return items.flatMap(({ item, shapes, bounds }, index) => {
        const box = clipped(bounds, size);
        if ('spot' in item || !box) return [];
        const nearer = items.slice(index + 1).filter((other) => overlaps(other.bounds, bounds));
        const visibleShare = shareSeen({ shapes, bounds, size }, nearer);
        return [
          { id: item.id, label: item.label, box, fullBox: normalised(bounds, size), visibleShare },
        ];
      });
    },
    truthCrossings(query) {
      return countTruth(query, {
        picture: size,
        fps: options.fps,
        boxesAt: (frameIndex) => fullBounds(known.at(frameIndex), query.labels),
      });
    },
    follow(lines) {
      follows = lines.map((line) => {
        const former = follows.find((follow) => follow.line.key === line.key);
        const counter = () => createTruthCounter(line, { picture: size, fps: options.fps });
        return former ?? { line, counter: counter(), fromFrame: null, in: 0, out: 0 };
      });
    },
    followed: (toFrame) =>
      follows.flatMap((follow) => {
        if (follow.fromFrame === null) return [];
        for (const { direction } of follow.counter.take(toFrame)) follow[direction] += 1;
        const { line, fromFrame, in: inward, out } = follow;
        return [{ key: line.key, fromFrame, in: inward, out }];
      }),
  };
}

function isPerson(actor: Actor): actor is Extract<Actor, { label: 'person' }> {
  return actor.label === 'person';
}

function normalised(bounds: Bounds, size: { width: number; height: number }): Box {
  return {
    x: bounds.left / size.width,
    y: bounds.top / size.height,
    width: (bounds.right - bounds.left) / size.width,
    height: (bounds.bottom - bounds.top) / size.height,
  };
}

/** The part of a box inside the picture; null when there is none worth a pixel. */
function clipped(bounds: Bounds, size: { width: number; height: number }): Box | null {
  const left = Math.max(0, bounds.left);
  const top = Math.max(0, bounds.top);
  const right = Math.min(size.width, bounds.right);
  const bottom = Math.min(size.height, bounds.bottom);
  if (right - left < 1 || bottom - top < 1) return null;
  return normalised({ left, top, right, bottom }, size);
}

function overlaps(a: Bounds, b: Bounds): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

const gridAcross = 9;
const gridDown = 15;

/** Looks at a grid of points of the outline: how many of them nobody nearer covers. */
function shareSeen(
  own: { shapes: readonly Shape[]; bounds: Bounds; size: { width: number; height: number } },
  nearer: readonly { shapes: readonly Shape[] }[],
): number {
  const { bounds, size } = own;
  let all = 0;
  let isSeen = 0;
  for (let row = 0; row < gridDown; row++) {
    for (let column = 0; column < gridAcross; column++) {
      const x = bounds.left + ((column + 0.5) / gridAcross) * (bounds.right - bounds.left);
      const y = bounds.top + ((row + 0.5) / gridDown) * (bounds.bottom - bounds.top);
      if (!covers(own.shapes, x, y)) continue;
      all++;
      const isInside = x >= 0 && y >= 0 && x < size.width && y < size.height;
      if (isInside && !nearer.some((other) => covers(other.shapes, x, y))) isSeen++;
    }
  }
  return all === 0 ? 0 : isSeen / all;
}
