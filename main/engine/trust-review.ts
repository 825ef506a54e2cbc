/**
 * Measures an hour of a camera and its lines from stored paths, and judges measured hours by those around them; in the review
 * thread. Whoever asks writes down what was measured.
 */
import type { Database } from 'better-sqlite3';
import type { Line } from '#contract/counting.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import type { CameraFigures, LineFigures } from '#contract/trust.ts';
import { fromStored, noFacts, addFacts, type MetricFacts } from './base/metric-facts.ts';
import type { TrajectoryBlock } from './base/trajectory.ts';
import { findBroken } from './counting/broken-tracks.ts';
import { median } from './counting/line-doctor.ts';
import { type Light, lightOf, measureGroups } from './counting/seen-groups.ts';
import { sampleTracks, type TrackSample } from './counting/track-samples.ts';
import { measureTrust, type TrustHourData } from './counting/trust-figures.ts';
import { isTelling, judgeHour, type KnownHour, learnDays } from './counting/trust-verdict.ts';
import type { HourQuestion, QuestionInput, QuestionOutput } from './review-protocol.ts';
import { observedSpans, totalMs } from './store/coverage.ts';
import { listCrossings } from './store/crossings.ts';
import { listMetrics, minuteMs } from './store/metrics.ts';
import { listTrustHours, type MeasuredHour } from './store/trust-hours.ts';

export const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Crossings of an hour whose scores are looked at. */
const maxScores = 2_000;

/**
 * Reads the paths once for all lines of the camera.
 * @param blocksOf paths of the camera that touch a span; what it throws when cancelled goes through
 */
export function measureHour(
  database: Database,
  { cameraId, lines, zones, from }: HourQuestion,
  blocksOf: (span: TimeSpan) => Iterable<TrajectoryBlock>,
): MeasuredHour {
  const span = { from, to: from + hourMs };
  // All paths: the other half of a broken track may lie beside the line, and frames tell what was looked at.
  const blocks = [...blocksOf(span)];
  const picture = blocks.at(-1)?.picture;
  if (picture === undefined) {
    const unknown = lines.map(({ id, revision }) => ({ lineId: id, revision, figures: null }));
    return { cameraId, from, camera: null, lines: unknown };
  }
  const ofSize = blocks.filter(
    (block) => block.picture.width === picture.width && block.picture.height === picture.height,
  );
  const samples = sampleTracks(ofSize);
  const shared: Omit<TrustHourData, 'scores'> = {
    ...{ picture, samples, framesPerSecond: usualRate(blocks) },
    // A picture in which nothing moves is observed although no frame of it is looked at.
    observedSeconds: totalMs(observedSpans(database, cameraId, span)) / 1000,
  };
  const figuresOf = (line: Line): LineFigures => {
    const found = listCrossings(database, { lineId: line.id, ...span, limit: maxScores });
    return measureTrust(line, { ...shared, scores: found.map(({ score }) => score) });
  };
  return {
    cameraId,
    from,
    camera: measureCamera(database, { cameraId, zones, span, samples, blocks: ofSize }),
    lines: lines.map((line) => ({
      lineId: line.id,
      revision: line.revision,
      figures: figuresOf(line),
    })),
  };
}

/** The picture by its minutes, and how well its tracks were seen. */
function measureCamera(
  database: Database,
  data: Pick<HourQuestion, 'cameraId' | 'zones'> & {
    readonly span: TimeSpan;
    readonly samples: readonly TrackSample[];
    readonly blocks: readonly TrajectoryBlock[];
  },
): CameraFigures {
  const query = { ...data.span, kind: 'camera', subject: data.cameraId } as const;
  const minutes = listMetrics(database, query).map(({ at, facts }) => ({
    at,
    facts: fromStored(facts),
  }));
  const lights = new Map<number, Light>();
  const all = noFacts();
  for (const { at, facts } of minutes) {
    addFacts(all, facts);
    const brightness = meanOf(facts, 'brightness');
    if (brightness !== null) lights.set(at, lightOf(brightness));
  }
  return {
    brightness: meanOf(all, 'brightness'),
    sharpness: meanOf(all, 'sharpness'),
    shakePx: meanOf(all, 'shakePx'),
    groups: measureGroups(data.blocks, findBroken(data.samples), {
      zones: data.zones,
      lightAt: (atMs) => lights.get(Math.floor(atMs / minuteMs) * minuteMs) ?? null,
    }),
  };
}

function meanOf(
  { averaged }: MetricFacts,
  what: 'brightness' | 'sharpness' | 'shakePx',
): number | null {
  const known = averaged[what];
  return known === undefined || known.count === 0 ? null : known.sum / known.count;
}

/** Frames per second, by the time that most frames come after the one before; null without two frames. */
function usualRate(blocks: readonly TrajectoryBlock[]): number | null {
  const between = blocks.flatMap(({ frameMs }) =>
    Array.from(frameMs.slice(1), (at, index) => at - (frameMs[index] ?? at)),
  );
  return between.length === 0 ? null : 1000 / Math.max(1, median(between));
}

const noPicture: CameraFigures = { brightness: null, sharpness: null, shakePx: null, groups: [] };

/** Judges the measured hours of a line that begin within the span, Unix ms. */
export function judgeHours(
  database: Database,
  { line, span }: QuestionInput<'trust'>,
): QuestionOutput<'trust'> {
  const around = { from: span.from - learnDays * dayMs, to: span.to + learnDays * dayMs };
  const known = listTrustHours(database, line, around).map(
    ({ from, line: ofLine, camera }): KnownHour => {
      return { from, figures: { ...ofLine, ...(camera ?? noPicture) } };
    },
  );
  const hours = known
    .filter(({ from }) => from >= span.from && from < span.to)
    .map((hour) => ({
      from: hour.from,
      to: hour.from + hourMs,
      figures: hour.figures,
      ...judgeHour(hour, known),
    }));
  return { hours, knownHours: known.filter(isTelling).length };
}

/** The same without the figures, which are most of the answer for a month. */
export function giveVerdicts(
  database: Database,
  question: QuestionInput<'trustVerdicts'>,
): QuestionOutput<'trustVerdicts'> {
  const { hours, knownHours } = judgeHours(database, question);
  const judged = hours.map(({ from, to, verdict, reasons }) => ({ from, to, verdict, reasons }));
  return { hours: judged, knownHours };
}
