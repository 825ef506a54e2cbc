/**
 * Runs the rules over many lines and scores what they counted.
 */
import type { Line } from '#contract/counting.ts';
import type { Size } from '#contract/geometry.ts';
import { keyOf, type TrackFrame } from './identity-filter.ts';
import { createRule, type RuleCrossing, type RuleName } from './rules.ts';
import { byPerson, byTime, scoreLine, type Score } from './scoring.ts';
import type { IdBox } from './mot.ts';
import { crossingsOf, type Walk } from './walks.ts';

/** Scores of one rule on one line in one run. */
export interface LineScore {
  readonly rule: RuleName;
  readonly lineId: string;
  readonly byTime: Score;
  readonly byPerson: Score;
}

export interface Scene {
  readonly size: Size;
  /** True ways at full rate */
  readonly walks: readonly Walk[];
  /** What the rules see */
  readonly frames: readonly TrackFrame[];
}

/** Scores of the rules on these lines over one scene. */
export function sweep(
  scene: Scene,
  lines: readonly Line[],
  rules: readonly RuleName[],
): LineScore[] {
  const isSamePerson = byPerson(scene.size, boxFinder(scene));
  return lines.flatMap((line) => {
    const events = scene.walks.flatMap((walk) => crossingsOf(walk, line, scene.size));
    return rules.map((rule) => {
      const crossings = countLine(rule, line, scene);
      return {
        rule,
        lineId: line.id,
        byTime: scoreLine(crossings, events, byTime),
        byPerson: scoreLine(crossings, events, isSamePerson),
      };
    });
  });
}

function countLine(rule: RuleName, line: Line, scene: Scene): RuleCrossing[] {
  const counter = createRule(rule, line, scene.size);
  return scene.frames.flatMap(({ tracks, seconds }, frameSeq) =>
    counter.update(tracks, { seconds, frameSeq }),
  );
}

/** The true box of a person at a time. */
function boxFinder(scene: Scene): (id: number, seconds: number) => IdBox | undefined {
  const boxes = new Map<string, IdBox>();
  for (const walk of scene.walks) {
    for (const step of walk.steps) boxes.set(`${walk.id} ${keyOf(step.seconds)}`, step.box);
  }
  return (id, seconds) => boxes.get(`${id} ${keyOf(seconds)}`);
}
