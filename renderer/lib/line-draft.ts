/**
 * A line or a zone while it is being drawn or changed: every key and click is one action, every change can be undone.
 */
import type { CameraId } from '#contract/camera.ts';
import type { Anchor, Line, LineDraft, LineId } from '#contract/counting.ts';
import type { Label } from '#contract/detection.ts';
import type { Point } from '#contract/geometry.ts';
import type { Zone, ZoneDraft, ZoneId } from '#contract/zone.ts';
import type { Extent } from './grid-layout.ts';
import { clamp, distance, straighten, toPx } from './line-geometry.ts';

/** A line is open, a zone is closed from its last to its first point. */
export type DraftKind = 'line' | 'zone';

/** How many points each needs and may have. */
export const pointLimits: Record<DraftKind, { readonly min: number; readonly max: number }> = {
  line: { min: 2, max: 16 },
  zone: { min: 3, max: 32 },
};
/** Two clicks nearer than this are one double-click, px of the picture's size that is passed in. */
const samePointPx = 5;
/** A click this near to the first point closes a zone. */
const closingPx = 9;
const maxUndo = 100;

/** What can be undone. */
interface Shape {
  readonly points: readonly Point[];
  readonly anchor: Anchor;
  readonly labels: readonly Label[];
  /** Of a line: smallest box that counts, share of the picture's height; 0 for every size */
  readonly minHeight: number;
  /** Of a zone: a longer stay is loitering; null when nobody asks */
  readonly loiterSeconds: number | null;
}

export interface DraftState extends Shape {
  readonly kind: DraftKind;
  /** While drawing, clicks add points; while shaping, they move them */
  readonly phase: 'drawing' | 'shaping';
  /** The line that is changed; null for a new one */
  readonly lineId: LineId | null;
  /** The zone that is changed; null for a new one */
  readonly zoneId: ZoneId | null;
  readonly name: string;
  /** Where the next point would go; null while the pointer is elsewhere */
  readonly cursor: Point | null;
  readonly selected: number | null;
  readonly past: readonly Shape[];
}

export type DraftAction =
  | { readonly type: 'aim'; readonly at: Point | null; readonly isStraight: boolean }
  | { readonly type: 'aim-by'; readonly dxPx: number; readonly dyPx: number }
  | { readonly type: 'place'; readonly at: Point; readonly isStraight: boolean }
  | { readonly type: 'finish' }
  | { readonly type: 'select'; readonly index: number | null }
  /** The start of a drag: what comes until the next one is undone at once */
  | { readonly type: 'grab'; readonly index: number }
  | { readonly type: 'drag'; readonly at: Point; readonly isStraight: boolean }
  | { readonly type: 'nudge'; readonly dxPx: number; readonly dyPx: number }
  | { readonly type: 'split'; readonly index: number; readonly at: Point }
  | { readonly type: 'remove-point' }
  | { readonly type: 'swap' }
  | { readonly type: 'rename'; readonly name: string }
  | { readonly type: 'anchor'; readonly anchor: Anchor }
  | { readonly type: 'labels'; readonly labels: readonly Label[] }
  | { readonly type: 'min-height'; readonly share: number }
  | { readonly type: 'loiter'; readonly seconds: number | null }
  | { readonly type: 'undo' };

export function newDraft(name: string, kind: DraftKind = 'line'): DraftState {
  return {
    kind,
    phase: 'drawing',
    lineId: null,
    zoneId: null,
    name,
    points: [],
    anchor: 'bottom',
    labels: [],
    minHeight: 0,
    loiterSeconds: null,
    cursor: null,
    selected: null,
    past: [],
  };
}

export function draftOf(line: Line): DraftState {
  return {
    ...newDraft(line.name),
    phase: 'shaping',
    lineId: line.id,
    points: line.points,
    anchor: line.anchor,
    labels: line.labels,
    minHeight: line.minHeight ?? 0,
  };
}

export function draftOfZone(zone: Zone): DraftState {
  return {
    ...newDraft(zone.name, 'zone'),
    phase: 'shaping',
    zoneId: zone.id,
    points: zone.points,
    anchor: zone.anchor,
    labels: zone.labels,
    loiterSeconds: zone.loiterSeconds,
  };
}

/** Whether it could be saved as it is. */
export function isComplete(state: DraftState): boolean {
  return state.points.length >= pointLimits[state.kind].min && state.name.trim() !== '';
}

/** What is sent to the station. */
export function toLineDraft(state: DraftState, cameraId: CameraId): LineDraft {
  return {
    ...(state.lineId === null ? {} : { id: state.lineId }),
    cameraId,
    name: state.name.trim(),
    points: [...state.points],
    anchor: state.anchor,
    labels: [...state.labels],
    ...(state.minHeight > 0 ? { minHeight: state.minHeight } : {}),
  };
}

/** What is sent to the station for a zone. */
export function toZoneDraft(state: DraftState, cameraId: CameraId): ZoneDraft {
  return {
    ...(state.zoneId === null ? {} : { id: state.zoneId }),
    cameraId,
    name: state.name.trim(),
    points: [...state.points],
    anchor: state.anchor,
    labels: [...state.labels],
    loiterSeconds: state.loiterSeconds,
  };
}

/** The next state. `size` is that of the camera's picture in px; points are normalised. */
export function reduceDraft(state: DraftState, action: DraftAction, size: Extent): DraftState {
  switch (action.type) {
    case 'aim':
      return {
        ...state,
        cursor: action.at === null ? null : aimed(state, action.at, action.isStraight && size),
      };
    case 'aim-by': {
      const from = state.cursor ?? state.points.at(-1) ?? { x: 0.5, y: 0.5 };
      return { ...state, cursor: movedBy(from, action, size) };
    }
    case 'place':
      return place(state, aimed(state, action.at, action.isStraight && size), size);
    case 'finish':
      return state.points.length < pointLimits[state.kind].min
        ? state
        : { ...state, phase: 'shaping', cursor: null, selected: null };
    case 'select':
      return { ...state, selected: action.index };
    case 'grab':
      return { ...remembered(state), selected: action.index };
    case 'drag': {
      if (state.selected === null) return state;
      const beside = state.points[state.selected === 0 ? 1 : state.selected - 1];
      const at =
        action.isStraight && beside !== undefined ? straighten(beside, action.at, size) : action.at;
      return withPoint(state, state.selected, kept(at));
    }
    case 'nudge': {
      const point = state.selected === null ? undefined : state.points[state.selected];
      if (state.selected === null || point === undefined) return state;
      return withPoint(remembered(state), state.selected, movedBy(point, action, size));
    }
    case 'split': {
      if (state.points.length >= pointLimits[state.kind].max) return state;
      const points = state.points.toSpliced(action.index + 1, 0, kept(action.at));
      return { ...remembered(state), points, selected: action.index + 1 };
    }
    case 'remove-point': {
      if (state.selected === null || state.points.length <= pointLimits[state.kind].min) {
        return state;
      }
      const points = state.points.toSpliced(state.selected, 1);
      return {
        ...remembered(state),
        points,
        selected: Math.min(state.selected, points.length - 1),
      };
    }
    case 'swap':
      return {
        ...remembered(state),
        points: state.points.toReversed(),
        selected: state.selected === null ? null : state.points.length - 1 - state.selected,
      };
    case 'rename':
      return { ...state, name: action.name };
    case 'anchor':
      return { ...remembered(state), anchor: action.anchor };
    case 'labels':
      return { ...remembered(state), labels: action.labels };
    case 'min-height':
      return { ...remembered(state), minHeight: clamp(action.share, 0, 1) };
    case 'loiter':
      return { ...remembered(state), loiterSeconds: action.seconds };
    case 'undo': {
      const last = state.past.at(-1);
      if (last === undefined) return state;
      const selected =
        state.selected !== null && state.selected < last.points.length ? state.selected : null;
      return {
        ...state,
        ...last,
        selected,
        // Undone below its least points, it is being drawn again.
        phase: last.points.length < pointLimits[state.kind].min ? 'drawing' : state.phase,
        past: state.past.slice(0, -1),
      };
    }
  }
}

function place(state: DraftState, at: Point, size: Extent): DraftState {
  if (state.phase !== 'drawing') return state;
  const last = state.points.at(-1);
  // The second click of a double-click ends the line instead of adding a point on the same spot.
  if (last !== undefined && distance(toPx(last, size), toPx(at, size)) < samePointPx) return state;
  const { min, max } = pointLimits[state.kind];
  const first = state.points[0];
  const isClosed =
    state.kind === 'zone' &&
    first !== undefined &&
    state.points.length >= min &&
    distance(toPx(first, size), toPx(at, size)) < closingPx;
  if (isClosed) return { ...state, phase: 'shaping', cursor: null, selected: null };
  const points = [...state.points, kept(at)];
  const next = { ...remembered(state), points, cursor: at };
  return points.length >= max ? { ...next, phase: 'shaping', cursor: null } : next;
}

function aimed(state: DraftState, at: Point, straightOn: Extent | false): Point {
  const last = state.points.at(-1);
  return straightOn !== false && last !== undefined ? straighten(last, at, straightOn) : at;
}

function remembered(state: DraftState): DraftState {
  const { points, anchor, labels, minHeight, loiterSeconds } = state;
  const shape = { points, anchor, labels, minHeight, loiterSeconds };
  return { ...state, past: [...state.past, shape].slice(-maxUndo) };
}

function withPoint(state: DraftState, index: number, point: Point): DraftState {
  return { ...state, points: state.points.with(index, point) };
}

function movedBy(
  point: Point,
  by: { readonly dxPx: number; readonly dyPx: number },
  size: Extent,
): Point {
  return kept({ x: point.x + by.dxPx / size.width, y: point.y + by.dyPx / size.height });
}

function kept(point: Point): Point {
  return { x: clamp(point.x, 0, 1), y: clamp(point.y, 0, 1) };
}
