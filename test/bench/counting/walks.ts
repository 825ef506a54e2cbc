/**
 * True ways of people, and the crossings that follow from them.
 *
 *      +0.25 widths ─ ─ ─ ─ ─ ─ ─ ●  settled: the crossing is definite, its interval ends
 *      line         ━━━━━━━━━━━●━━━  first change of sign: the interval begins
 *      −0.25 widths ─ ─ ─ ─ ─●─ ─ ─
 */
import type { Line } from '#contract/counting.ts';
import type { Size } from '#contract/geometry.ts';
import type { Frames, IdBox } from './mot.ts';

/** One person without a break. */
export interface Walk {
  readonly id: number;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly seconds: number;
  readonly box: IdBox;
}

/** What a rule should have counted, or may. */
export interface TrueEvent {
  readonly id: number;
  readonly direction: 'in' | 'out';
  /** From the first change of sign to the settled side, seconds */
  readonly from: number;
  readonly to: number;
  /** Only these are asked for; the others are neither right nor wrong */
  readonly isDefinite: boolean;
}

/** A definite crossing goes at least so many box widths to both sides. */
const excursionWidths = 0.25;
/** After a longer break nobody can say what happened meanwhile. */
const maxBreakSeconds = 1;

/** Ways by identity, cut where the truth has a break. */
export function toWalks(people: Frames, fps: number): Walk[] {
  const open = new Map<number, Step[]>();
  const walks: Walk[] = [];
  people.forEach((boxes, frame) => {
    const seconds = frame / fps;
    for (const box of boxes) {
      const steps = open.get(box.id);
      const last = steps?.at(-1);
      if (steps && last && seconds - last.seconds <= maxBreakSeconds + 1e-9) {
        steps.push({ seconds, box });
        continue;
      }
      const fresh = [{ seconds, box }];
      open.set(box.id, fresh);
      walks.push({ id: box.id, steps: fresh });
    }
  });
  return walks;
}

/** Distance of the feet from a straight line in px, positive on its left ("in"). */
export function feetDistance(line: Line, size: Size, box: IdBox): number {
  const [a, b] = line.points;
  if (a === undefined || b === undefined) return 0;
  const dx = (b.x - a.x) * size.width;
  const dy = (b.y - a.y) * size.height;
  const px = box.x + box.width / 2 - a.x * size.width;
  const py = box.y + box.height - a.y * size.height;
  return (px * dy - py * dx) / Math.hypot(dx, dy);
}

/** All crossings of one line by one walk, definite or not. */
export function crossingsOf(walk: Walk, line: Line, size: Size): TrueEvent[] {
  const events: TrueEvent[] = [];
  let settled = 0;
  let before = 0;
  let last: Step | undefined;
  let changes: TrueEvent[] = [];
  for (const step of walk.steps) {
    const distance = feetDistance(line, size, step.box);
    const side = distance < 0 ? -1 : 1;
    if (last !== undefined && side !== before) {
      changes.push(changeAt(walk.id, side, { from: last, to: step }));
    }
    before = side;
    last = step;
    if (Math.abs(distance) < excursionWidths * step.box.width) continue;
    const first = changes[0];
    if (settled !== 0 && settled !== side && first !== undefined) {
      const isHidden = step.box.y + step.box.height > size.height;
      events.push({ ...first, direction: nameOf(side), to: step.seconds, isDefinite: !isHidden });
    } else {
      events.push(...changes);
    }
    changes = [];
    settled = side;
  }
  return [...events, ...changes];
}

function changeAt(id: number, side: number, span: { from: Step; to: Step }): TrueEvent {
  return {
    id,
    direction: nameOf(side),
    from: span.from.seconds,
    to: span.to.seconds,
    isDefinite: false,
  };
}

function nameOf(side: number): 'in' | 'out' {
  return side > 0 ? 'in' : 'out';
}
