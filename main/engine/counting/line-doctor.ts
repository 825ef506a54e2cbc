/**
 * Says from the paths of an hour where on a picture counting works, and whether it does at a line.
 *
 *   for    boxes whole, steady, large, straight across the line, in small steps
 *   against  the edge of the picture, tracks that begin or end at the line, trembling, speed, the flow along the line
 */
import type { Anchor, Line } from '#contract/counting.ts';
import type { Label } from '#contract/detection.ts';
import type { Point, Size } from '#contract/geometry.ts';
import type { LineCheck, LineFault, LineMap, LineVerdict } from '#contract/trajectory.ts';
import { bandPx } from './anchor.ts';
import { locate, toPolyline } from './polyline.ts';
import type { SampleLook, TrackSample } from './track-samples.ts';

export interface DoctorData {
  readonly picture: Size;
  readonly samples: readonly TrackSample[];
  /** Unix times in ms */
  readonly from: number;
  readonly to: number;
}

/** Fewer tracks at a place say nothing about it. */
const leastTracks = 5;
const leastTracksOfCell = 3;
const columns = 32;
const rows = 18;
const countableScore = 0.6;
const doubtfulScore = 0.3;
/** A figure that takes more than this of the score is named. */
const faultScore = 0.75;
/** Within so many bands of the line a track that begins or ends leaves its crossing to chance. */
const endBands = 2;

/** Judges a line, drawn or drafted. Pure. */
export function checkLine(
  line: Pick<Line, 'points' | 'anchor' | 'labels'>,
  data: DoctorData,
): LineCheck {
  const { samples, picture, from, to } = data;
  const wanted = samples.filter((sample) => isCounted(line.labels, sample.label));
  const visits = wanted.flatMap((sample) => visitOf(sample, line, picture) ?? []);
  const passages = visits.flatMap((visit) => visit.passage ?? []);
  const share = (has: (visit: Visit) => boolean): number =>
    visits.length === 0 ? 0 : visits.filter(has).length / visits.length;
  const figures: LineCheck['figures'] = {
    edgeBoxes: passages.length === 0 ? null : median(passages.map(({ edgeBoxes }) => edgeBoxes)),
    bornShare: share((visit) => visit.isBornHere),
    diedShare: share((visit) => visit.diesHere),
    jitterBands: median(visits.map(({ jitterBands }) => jitterBands)),
    stepBoxes: median(passages.map(({ stepBoxes }) => stepBoxes)),
    heightPx: median(visits.map(({ heightPx }) => heightPx)),
    flowDegrees: passages.length === 0 ? null : median(passages.map(({ degrees }) => degrees)),
  };
  const answer = { passages: passages.length, figures, from, to };
  if (visits.length < leastTracks) {
    return { ...answer, verdict: 'unknown', score: 0, faults: ['too-few-tracks'] };
  }
  const scores = scoresOf(figures);
  const score = scores.reduce((product, [, part]) => product * part, 1);
  const faults = scores
    .filter(([, part]) => part < faultScore)
    .sort(([, a], [, b]) => a - b)
    .map(([fault]) => fault);
  return { ...answer, verdict: verdictOf(score), score, faults };
}

function verdictOf(score: number): LineVerdict {
  if (score >= countableScore) return 'countable';
  return score >= doubtfulScore ? 'doubtful' : 'not-countable';
}

/** The edge of the picture alone does not forbid a line. */
const edgeLeast = 0.15;

/** Each figure as a factor from 0 to 1, under the name of what it would speak against. */
function scoresOf(figures: LineCheck['figures']): [LineFault, number][] {
  return [
    [
      'at-the-edge',
      figures.edgeBoxes === null ? 1 : Math.max(edgeLeast, ramp(figures.edgeBoxes, 0, 0.4)),
    ],
    ['born-here', ramp(figures.bornShare, 0.6, 0.1)],
    ['dies-here', ramp(figures.diedShare, 0.6, 0.1)],
    ['jitter', ramp(figures.jitterBands, 1.2, 0.4)],
    ['too-fast', ramp(figures.stepBoxes, 2, 0.6)],
    ['too-small', ramp(figures.heightPx, 8, 24)],
    [
      'along-the-flow',
      figures.flowDegrees === null
        ? 1
        : ramp(Math.sin((figures.flowDegrees * Math.PI) / 180), 0, 0.4),
    ],
  ];
}

/** 0 at `bad`, 1 at `good`, straight between. */
function ramp(value: number, bad: number, good: number): number {
  return Math.max(0, Math.min(1, (value - bad) / (good - bad)));
}

/** What one track did at a line. */
export interface Visit {
  readonly isBornHere: boolean;
  readonly diesHere: boolean;
  readonly jitterBands: number;
  readonly heightPx: number;
  readonly passage: Passage | null;
}

interface Passage {
  readonly edgeBoxes: number;
  readonly stepBoxes: number;
  readonly degrees: number;
}

/** What a track did at a line; null when it did not come there. Pure. */
export function visitOf(
  sample: TrackSample,
  line: Pick<Line, 'points' | 'anchor'>,
  picture: Size,
): Visit | null {
  const polyline = toPolyline(line.points, picture);
  const places = sample.looks.map((look) => {
    const place = locate(polyline, anchorPx(look, line.anchor));
    const band = bandOf(look, picture, place.level);
    return { ...place, band, isBeside: place.along >= 0 && place.along <= 1 };
  });
  let passage: Passage | null = null;
  let nearest: { look: SampleLook; band: number; bands: number } | null = null;
  sample.looks.forEach((look, index) => {
    const place = places[index];
    if (place === undefined) return;
    const bands = Math.abs(place.distance) / place.band;
    if (place.isBeside && bands < (nearest?.bands ?? endBands)) {
      nearest = { look, band: place.band, bands };
    }
    const next = sample.looks[index + 1];
    const nextPlace = places[index + 1];
    if (next === undefined || nextPlace === undefined) return;
    if (place.distance * nextPlace.distance > 0 || !(place.isBeside || nextPlace.isBeside)) return;
    passage ??= toPassage(sample, [look, next], { line, picture });
    nearest ??= { look, band: place.band, bands };
  });
  const atLine = nearest as { look: SampleLook; band: number } | null;
  if (atLine === null) return null;
  const isAt = (index: number): boolean => {
    const place = places.at(index);
    return (
      place !== undefined && place.isBeside && Math.abs(place.distance) < endBands * place.band
    );
  };
  return {
    isBornHere: sample.isBirthSeen && isAt(0),
    diesHere: sample.isEndSeen && isAt(-1),
    jitterBands: sample.jitterPx / atLine.band,
    heightPx: atLine.look.bottom - atLine.look.top,
    passage,
  };
}

function toPassage(
  { stepSeconds }: TrackSample,
  [from, to]: readonly [SampleLook, SampleLook],
  { line, picture }: { readonly line: Pick<Line, 'points' | 'anchor'>; readonly picture: Size },
): Passage {
  const [a, b] = [anchorPx(from, line.anchor), anchorPx(to, line.anchor)];
  const way = { x: b.x - a.x, y: b.y - a.y };
  const seconds = Math.max(0.001, (to.atMs - from.atMs) / 1000);
  const direction = directionAt(line.points, picture, a);
  const length = Math.hypot(way.x, way.y);
  const cosine = length === 0 ? 0 : Math.abs(way.x * direction.x + way.y * direction.y) / length;
  return {
    edgeBoxes: edgeBoxesOf(from, picture),
    stepBoxes: ((length / seconds) * stepSeconds) / sizeOf(from),
    degrees: (Math.acos(Math.min(1, cosine)) * 180) / Math.PI,
  };
}

/** Unit vector along the piece of the line that is nearest to a point. */
function directionAt(points: readonly Point[], picture: Size, at: Point): Point {
  let best: Point = { x: 1, y: 0 };
  let least = Infinity;
  points.slice(1).forEach((end, index) => {
    const start = points[index] ?? end;
    const [dx, dy] = [(end.x - start.x) * picture.width, (end.y - start.y) * picture.height];
    const length = Math.hypot(dx, dy);
    if (length === 0) return;
    const place = locate(toPolyline([start, end], picture), at);
    const beyond = Math.max(0, -place.along, place.along - 1) * length;
    const distance = Math.hypot(place.distance, beyond);
    if (distance >= least) return;
    least = distance;
    best = { x: dx / length, y: dy / length };
  });
  return best;
}

/** Where on the picture counting works, for a point of the box. Pure. */
export function mapPicture(anchor: Anchor, data: DoctorData): LineMap {
  const { picture, samples, from, to } = data;
  const cells = Array.from({ length: columns * rows }, () => ({
    visits: [] as CellVisit[],
    born: 0,
    died: 0,
  }));
  const cellAt = (look: SampleLook) => {
    const { x, y } = anchorPx(look, anchor);
    const column = Math.min(columns - 1, Math.max(0, Math.floor((x / picture.width) * columns)));
    const row = Math.min(rows - 1, Math.max(0, Math.floor((y / picture.height) * rows)));
    return cells[row * columns + column];
  };
  for (const sample of samples) {
    const visited = new Set<unknown>();
    sample.looks.forEach((look, index) => {
      const cell = cellAt(look);
      if (cell === undefined) return;
      if (index === 0 && sample.isBirthSeen) cell.born += 1;
      if (index === sample.looks.length - 1 && sample.isEndSeen) cell.died += 1;
      if (visited.has(cell)) return;
      visited.add(cell);
      cell.visits.push(cellVisit(sample, index, picture));
    });
  }
  return {
    columns,
    rows,
    scores: cells.map(({ visits, born, died }) =>
      visits.length < leastTracksOfCell ? -1 : cellScore(visits, { born, died }),
    ),
    tracks: samples.length,
    from,
    to,
  };
}

type CellVisit = Pick<Passage, 'edgeBoxes' | 'stepBoxes'> & Pick<Visit, 'jitterBands' | 'heightPx'>;

function cellVisit(sample: TrackSample, index: number, picture: Size): CellVisit {
  const look = sample.looks[index];
  const next = sample.looks[index + 1] ?? look;
  if (look === undefined || next === undefined) {
    return { edgeBoxes: 0, stepBoxes: 0, jitterBands: 0, heightPx: 0 };
  }
  const seconds = Math.max(0.001, (next.atMs - look.atMs) / 1000);
  const length = Math.hypot(next.x - look.x, next.bottom - look.bottom);
  return {
    edgeBoxes: edgeBoxesOf(look, picture),
    stepBoxes: next === look ? 0 : ((length / seconds) * sample.stepSeconds) / sizeOf(look),
    jitterBands: sample.jitterPx / bandOf(look, picture, 1),
    heightPx: look.bottom - look.top,
  };
}

function cellScore(
  visits: readonly CellVisit[],
  ends: { readonly born: number; readonly died: number },
): number {
  const figures = {
    edgeBoxes: median(visits.map(({ edgeBoxes }) => edgeBoxes)),
    bornShare: ends.born / visits.length,
    diedShare: ends.died / visits.length,
    jitterBands: median(visits.map(({ jitterBands }) => jitterBands)),
    stepBoxes: median(visits.map(({ stepBoxes }) => stepBoxes)),
    heightPx: median(visits.map(({ heightPx }) => heightPx)),
    flowDegrees: null,
  };
  return scoresOf(figures).reduce((product, [, part]) => product * part, 1);
}

/** The anchor of a look, px. */
export function anchorPx({ x, top, bottom }: SampleLook, anchor: Anchor): Point {
  switch (anchor) {
    case 'bottom':
      return { x, y: bottom };
    case 'centre':
      return { x, y: (top + bottom) / 2 };
    case 'top':
      return { x, y: top };
  }
}

function bandOf(look: SampleLook, picture: Size, level: number): number {
  const box = {
    x: 0,
    y: 0,
    width: look.width / picture.width,
    height: (look.bottom - look.top) / picture.height,
  };
  return bandPx(box, picture, level);
}

function sizeOf(look: SampleLook): number {
  return Math.max(1, Math.min(look.width, look.bottom - look.top));
}

/** Distance of the box from the nearest edge of the picture, as a multiple of its smaller side; never below 0. */
function edgeBoxesOf(look: SampleLook, { width, height }: Size): number {
  const gapPx = Math.min(
    look.x - look.width / 2,
    width - look.x - look.width / 2,
    look.top,
    height - look.bottom,
  );
  return Math.max(0, gapPx) / sizeOf(look);
}

/** Whether a label counts on a line; all do where none is named. */
export function isCounted(labels: readonly Label[], label: Label): boolean {
  return labels.length === 0 || labels.includes(label);
}

/** The middle value; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
