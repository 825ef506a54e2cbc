/**
 * Decides from the depths of one anchor when an object has entered and left a zone, and how long it was inside.
 *
 *   outside        ┆ band ┃ band ┆        inside
 *   0.5 s: leaves  ┆      ┃      ┆        0.3 s: enters
 *   ──────────────────── edge ────────────────────
 */
import { z } from 'zod';
import { Look } from './track-book.ts';

export const StayState = z.object({
  /** While inside */
  stay: z.object({ dwellSeconds: z.number(), hasLoitered: z.boolean() }).nullable(),
  /** First look deep inside (to enter) or well outside (to leave), not yet settled */
  candidate: Look.nullable(),
  /** Whether it was ever seen outside */
  wasOutside: z.boolean(),
  last: Look,
});
export type StayState = z.infer<typeof StayState>;

export interface StayRule {
  readonly loiterSeconds: number | null;
}

/** What one look decided; an event carries the look that it is stamped with. */
export interface StayEvent {
  readonly kind: 'enter' | 'leave' | 'loiter';
  readonly look: Look;
  readonly isSeenPassing: boolean;
  readonly dwellSeconds: number;
}

export const enterSeconds = 0.3;
export const leaveSeconds = 0.5;
/** Between two looks that are farther apart nobody knows: so much of it counts as dwell. */
const graceSeconds = 0.5;

/** Takes in one look; `depth` and `band` in px. Null as state means the first look. */
export function stepStay(
  state: StayState | null,
  sight: { readonly look: Look; readonly depth: number; readonly band: number },
  rule: StayRule,
): { readonly next: StayState; readonly events: readonly StayEvent[] } {
  const { look, depth } = sight;
  const before = state ?? { stay: null, candidate: null, wasOutside: false, last: look };
  const next = { ...before, last: look, wasOutside: before.wasOutside || depth < 0 };
  return before.stay === null
    ? stepOutside(next, sight)
    : stepInside({ ...next, stay: before.stay }, { ...sight, before: before.last }, rule);
}

interface Sight {
  readonly look: Look;
  readonly depth: number;
  readonly band: number;
}

function stepOutside(state: StayState, { look, depth, band }: Sight) {
  if (depth < 0) return { next: { ...state, candidate: null }, events: [] };
  if (depth < band) return { next: state, events: [] };
  const first = state.candidate ?? look;
  const elapsed = look.clock - first.clock;
  if (!hasLasted(elapsed, enterSeconds)) {
    return { next: { ...state, candidate: first }, events: [] };
  }
  const entered: StayEvent = {
    kind: 'enter',
    look: first,
    isSeenPassing: state.wasOutside,
    dwellSeconds: 0,
  };
  const stay = { dwellSeconds: elapsed, hasLoitered: false };
  return { next: { ...state, stay, candidate: null }, events: [entered] };
}

function stepInside(
  state: StayState & { readonly stay: NonNullable<StayState['stay']> },
  sight: Sight & { readonly before: Look },
  rule: StayRule,
) {
  const { look, depth, band } = sight;
  if (depth <= -band) {
    const first = state.candidate ?? look;
    if (!hasLasted(look.clock - first.clock, leaveSeconds)) {
      return { next: { ...state, candidate: first }, events: [] };
    }
    return leave({ ...state, candidate: first }, true);
  }
  const elapsed = Math.min(graceSeconds, look.clock - sight.before.clock);
  const dwellSeconds = state.stay.dwellSeconds + (state.candidate === null ? elapsed : 0);
  const loiters =
    !state.stay.hasLoitered && rule.loiterSeconds !== null && dwellSeconds >= rule.loiterSeconds;
  const stay = { dwellSeconds, hasLoitered: state.stay.hasLoitered || loiters };
  const next = { ...state, stay, candidate: depth >= 0 ? null : state.candidate };
  const loitered: StayEvent = { kind: 'loiter', look, isSeenPassing: false, dwellSeconds };
  return { next, events: loiters ? [loitered] : [] };
}

/** Ends a stay of which nothing more will be seen: at the first look outside if there was one, else at the last inside. */
export function endStay(state: StayState): {
  readonly next: StayState;
  readonly events: readonly StayEvent[];
} {
  return state.stay === null
    ? { next: { ...state, candidate: null }, events: [] }
    : leave({ ...state, stay: state.stay }, state.candidate !== null);
}

function leave(
  state: StayState & { readonly stay: NonNullable<StayState['stay']> },
  isSeenPassing: boolean,
) {
  const left: StayEvent = {
    kind: 'leave',
    look: state.candidate ?? state.last,
    isSeenPassing,
    dwellSeconds: state.stay.dwellSeconds,
  };
  return { next: { ...state, stay: null, candidate: null }, events: [left] };
}

function hasLasted(elapsed: number, seconds: number): boolean {
  return elapsed >= seconds - 1e-9;
}
