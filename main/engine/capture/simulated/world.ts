/**
 * The people and vehicles of a scene at each frame. Moves in steps of its own, so that a world is the same at any frame rate.
 */
import type { Actor } from './actors.ts';
import { createChance } from './chance.ts';
import { createCrowd } from './crowd.ts';
import type { SceneOptions } from './options.ts';
import type { Stage } from './stage.ts';
import { createTraffic } from './traffic.ts';
import type { View } from './view.ts';

export interface World {
  /** Everybody at this frame. Going back starts over from frame 0, which costs time. */
  at(frameIndex: number): readonly Actor[];
}

const stepsPerSecond = 20;
/** Seconds that pass before frame 0, so that the first picture is not empty. */
const warmUpSeconds = 45;

/** A world by its seed. */
export function createWorld(options: SceneOptions, stage: Stage, view: View): World {
  let current = startOver();

  function startOver() {
    const chance = createChance(options.seed);
    let ids = 0;
    const nextId = () => ids++;
    const crowd = createCrowd({
      people: options.people,
      chance,
      nextId,
      drawRoute: (c) => stage.drawRoute(c, view),
    });
    const traffic = createTraffic({
      vehicles: options.vehicles,
      lanes: stage.lanes,
      chance: createChance(options.seed ^ 0x5bd1e995),
      nextId,
    });
    function step(): void {
      crowd.step(1 / stepsPerSecond);
      traffic.step(1 / stepsPerSecond);
    }
    const look = (): Actor[] => [...crowd.people, ...traffic.vehicles].map((a) => ({ ...a }));
    for (let i = 0; i < warmUpSeconds * stepsPerSecond; i++) step();
    const before = look();
    step();
    return { step, look, before, after: look(), steps: 0 };
  }

  return {
    at(frameIndex) {
      const time = (frameIndex * stepsPerSecond) / options.fps;
      const wanted = Math.floor(time + 1e-9);
      if (wanted < current.steps) current = startOver();
      while (current.steps < wanted) {
        current.before = current.after;
        current.step();
        current.after = current.look();
        current.steps++;
      }
      return between(current.before, current.after, Math.max(0, time - wanted));
    },
  };
}

function between(before: readonly Actor[], after: readonly Actor[], share: number): Actor[] {
  if (share === 0) return before.map((actor) => ({ ...actor }));
  const later = new Map(after.map((actor) => [actor.id, actor]));
  return before.map((actor) => {
    const next = later.get(actor.id) ?? actor;
    return {
      ...actor,
      x: actor.x + (next.x - actor.x) * share,
      z: actor.z + (next.z - actor.z) * share,
      gone: actor.gone + (next.gone - actor.gone) * share,
    };
  });
}
