/**
 * Reads from the steps of the line rule who came near a line without being counted, and why.
 */
import type { Line } from '#contract/counting.ts';
import type { NearMiss, NearMissReason, PathLook } from '#contract/trajectory.ts';
import type { LineStep } from './line-counter.ts';

/** The steps of one track at one line. */
export interface TrackSteps {
  readonly line: Pick<Line, 'labels'>;
  readonly trackId: number;
  readonly steps: readonly LineStep[];
  /** The track was still seen when the paths end: what it does is not over */
  readonly isGoingOn: boolean;
}

/** Nearer than this to the line is near. */
const nearBands = 1;
/** Looks of a path before and after what is told, so that an answer stays small. */
const pathSeconds = 4;

/** One near miss for each thing that a track did without being counted, in the order of time. */
export function findNearMisses(
  { line, trackId, steps, isGoingOn }: TrackSteps,
  trackUid: string,
): NearMiss[] {
  const looks = steps.filter((step) => step.look !== null && step.sight !== null);
  const found = steps.flatMap((step, index): { step: LineStep; reason: NearMissReason }[] => {
    if (step.settledTo === null || step.crossing !== null) return [];
    const reason = reasonOf(step, line);
    return [{ step: step.look === null ? (steps[index - 1] ?? step) : step, reason }];
  });
  const turns = isGoingOn ? [] : unsettled(looks);
  const returns = turnedBack(looks);
  const counted = steps.some((step) => step.crossing !== null);
  const close = nearest(looks);
  const only =
    found.length + turns.length + returns.length === 0 && !counted && !isGoingOn && close !== null
      ? [{ step: close, reason: 'came-close' as const }]
      : [];
  return [...found, ...turns, ...returns, ...only]
    .map(({ step, reason }) => toMiss({ trackId, step, reason, looks }, trackUid))
    .sort((a, b) => a.at - b.at);
}

/** A look of the rule in the words of the contract. */
export function toPathLook({ look, sight, after }: LineStep): PathLook | null {
  if (look === null || sight === null) return null;
  return {
    at: Math.round(look.atSeconds * 1000),
    point: look.point,
    box: look.box,
    distancePx: sight.distance,
    bandPx: sight.band,
    along: sight.along,
    settled: after.settled === null ? null : after.settled > 0 ? 'in' : 'out',
    isCandidate: after.candidate !== null,
  };
}

function reasonOf(
  { counts, decided, look }: LineStep,
  { labels }: Pick<Line, 'labels'>,
): NearMissReason {
  if (!counts) return decided?.isOnLine === false ? 'beside-the-ends' : 'small-move';
  const isOtherLabel = labels.length > 0 && look !== null && !labels.includes(look.label);
  return isOtherLabel ? 'label-not-counted' : 'too-small';
}

/** Passed the line and was not seen again before that was sure. */
function unsettled(looks: readonly LineStep[]): { step: LineStep; reason: NearMissReason }[] {
  const last = looks.at(-1);
  if (last?.sight == null || last.after.candidate !== null) return [];
  const { settled, originDistance } = last.after;
  const home = settled ?? Math.sign(originDistance ?? 0);
  const isOver = home !== 0 && Math.sign(last.sight.distance) === -home;
  const isBeside = last.sight.along < 0 || last.sight.along > 1;
  return isOver && !isBeside ? [{ step: last, reason: 'lost' }] : [];
}

/** Passed the line and came back before that was sure, at the look farthest over. */
function turnedBack(looks: readonly LineStep[]): { step: LineStep; reason: NearMissReason }[] {
  const found: { step: LineStep; reason: NearMissReason }[] = [];
  let farthest: LineStep | null = null;
  for (const step of looks) {
    const home = step.before?.settled ?? null;
    if (step.sight === null || home === null) continue;
    const isOver = Math.sign(step.sight.distance) === -home;
    if (step.settledTo !== null) farthest = null;
    else if (isOver) {
      const far = Math.abs(farthest?.sight?.distance ?? 0);
      if (Math.abs(step.sight.distance) > far) farthest = step;
    } else if (farthest !== null) {
      const { along = 0, distance = 0, band = 1 } = farthest.sight ?? {};
      // A tremble of the box that just touches the line is no turn.
      const isReal = Math.abs(distance) >= 0.3 * band;
      if (isReal && along >= 0 && along <= 1) found.push({ step: farthest, reason: 'turned-back' });
      farthest = null;
    }
  }
  return found;
}

/** The look nearest to the drawn part of the line, when that was within the band. */
function nearest(looks: readonly LineStep[]): LineStep | null {
  let best: LineStep | null = null;
  let least = nearBands;
  for (const step of looks) {
    const { distance = 0, band = 1, along = -1 } = step.sight ?? {};
    const bands = Math.abs(distance) / band;
    if (along < 0 || along > 1 || bands >= least) continue;
    least = bands;
    best = step;
  }
  return best;
}

function toMiss(
  miss: {
    readonly trackId: number;
    readonly step: LineStep;
    readonly reason: NearMissReason;
    readonly looks: readonly LineStep[];
  },
  trackUid: string,
): NearMiss {
  const { step, reason, looks } = miss;
  const seconds = step.look?.atSeconds ?? 0;
  const path = looks.flatMap((look) => toPathLook(look) ?? []);
  const near = path.filter((look) => Math.abs(look.at / 1000 - seconds) <= pathSeconds);
  const passed = reason === 'came-close' ? null : (step.sight?.distance ?? 0) > 0 ? 'in' : 'out';
  return {
    trackUid,
    label: step.look?.label ?? 'other',
    at: Math.round(seconds * 1000),
    reason,
    direction: passed,
    leastBands: Math.min(...near.map((look) => Math.abs(look.distancePx) / look.bandPx)),
    path: near,
  };
}
