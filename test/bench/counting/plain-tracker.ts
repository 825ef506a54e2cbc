/**
 * A plain ByteTrack (Zhang et al. 2022) with the start values of the design and nothing else: what the product's tracker must beat.
 *
 * Kalman filter in frames with noise by box height, two matches by overlap, no re-update, no direction, no gates. It
 * reports the filtered boxes of confirmed tracks on frames that saw them.
 */
import type { Detection, Track } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import { assign, type Pair } from '#engine/tracking/assignment.ts';
import type { IdBox } from './mot.ts';
import { iou } from './tracking-metrics.ts';

interface Axis {
  value: number;
  speed: number;
  pp: number;
  pv: number;
  vv: number;
}

interface PlainTrack {
  readonly trackId: number;
  /** Centre x, centre y, width ÷ height, height */
  readonly axes: readonly [Axis, Axis, Axis, Axis];
  score: number;
  isConfirmed: boolean;
  lastFrame: number;
}

const high = 0.5;
const low = 0.1;
const positionShare = 1 / 20;
const speedShare = 1 / 160;
const lostSeconds = 1;

export interface PlainTracker {
  update(detections: readonly Detection[]): Track[];
}

/** Makes a plain tracker; it knows frames, not seconds. */
export function createPlainTracker(picture: Size, fps: number): PlainTracker {
  let tracks: PlainTrack[] = [];
  let nextId = 0;
  let frame = 0;

  return {
    update(detections) {
      frame += 1;
      for (const track of tracks) predict(track, track.lastFrame < frame - 1);
      const boxes = detections.filter((seen) => seen.score >= low);
      const sure = boxes.filter((seen) => seen.score >= high);
      const weak = boxes.filter((seen) => seen.score < high);
      const confirmed = tracks.filter((track) => track.isConfirmed);
      const first = match(confirmed, sure, { limit: 0.8, isScored: true });
      const rest = first.tracks.filter((track) => track.lastFrame === frame - 1);
      match(rest, weak, { limit: 0.5, isScored: false });
      const young = tracks.filter((track) => !track.isConfirmed);
      const last = match(young, first.detections, { limit: 0.7, isScored: true });
      const dropped = new Set(last.tracks);
      for (const seen of last.detections) {
        if (seen.score < high + 0.1) continue;
        tracks.push(start(seen));
      }
      tracks = tracks.filter(
        (track) => !dropped.has(track) && frame - track.lastFrame <= lostSeconds * fps,
      );
      return tracks.filter((track) => track.lastFrame === frame).map((track) => toTrack(track));
    },
  };

  function start(seen: Detection): PlainTrack {
    const [x, y, ratio, height] = measured(seen);
    const axis = (value: number, p: number, v: number): Axis => ({
      value,
      speed: 0,
      pp: p ** 2,
      pv: 0,
      vv: v ** 2,
    });
    const p = 2 * positionShare * height;
    const v = 10 * speedShare * height;
    return {
      trackId: nextId++,
      axes: [axis(x, p, v), axis(y, p, v), axis(ratio, 1e-2, 1e-5), axis(height, p, v)],
      score: seen.score,
      // The paper takes what the first frame shows as it is.
      isConfirmed: frame === 1,
      lastFrame: frame,
    };
  }

  function measured(seen: Detection): [number, number, number, number] {
    const width = seen.box.width * picture.width;
    const height = seen.box.height * picture.height;
    return [
      seen.box.x * picture.width + width / 2,
      seen.box.y * picture.height + height / 2,
      width / height,
      height,
    ];
  }

  function match(
    candidates: readonly PlainTrack[],
    seen: readonly Detection[],
    how: { readonly limit: number; readonly isScored: boolean },
  ): { tracks: PlainTrack[]; detections: Detection[] } {
    const values = Float64Array.from(
      candidates.flatMap((track) =>
        seen.map((detection) => {
          const overlap = iou(boxOf(track), toBox(detection));
          return 1 - (how.isScored ? overlap * detection.score : overlap);
        }),
      ),
    );
    const costs = { rows: candidates.length, columns: seen.length, values };
    const pairs: Pair[] = assign(costs, how.limit);
    for (const [row, column] of pairs) {
      const track = candidates[row];
      const detection = seen[column];
      if (track === undefined || detection === undefined) continue;
      correct(track, measured(detection));
      track.score = detection.score;
      track.isConfirmed = true;
      track.lastFrame = frame;
    }
    const rows = new Set(pairs.map((pair) => pair[0]));
    const columns = new Set(pairs.map((pair) => pair[1]));
    return {
      tracks: candidates.filter((_, row) => !rows.has(row)),
      detections: seen.filter((_, column) => !columns.has(column)),
    };
  }

  function toBox(seen: Detection): IdBox {
    return {
      id: 0,
      score: seen.score,
      x: seen.box.x * picture.width,
      y: seen.box.y * picture.height,
      width: seen.box.width * picture.width,
      height: seen.box.height * picture.height,
    };
  }

  function toTrack(track: PlainTrack): Track {
    const { x, y, width, height } = boxOf(track);
    return {
      trackId: track.trackId,
      box: {
        x: x / picture.width,
        y: y / picture.height,
        width: width / picture.width,
        height: height / picture.height,
      },
      score: track.score,
      label: 'person',
      isConfirmed: track.isConfirmed,
      unseenSeconds: 0,
    };
  }
}

function boxOf({ axes: [x, y, ratio, height], trackId, score }: PlainTrack): IdBox {
  const width = ratio.value * height.value;
  return {
    id: trackId,
    score,
    x: x.value - width / 2,
    y: y.value - height.value / 2,
    width,
    height: height.value,
  };
}

function predict(track: PlainTrack, isLost: boolean): void {
  const [, , ratio, height] = track.axes;
  const scale = height.value;
  if (isLost) height.speed = 0;
  for (const axis of track.axes) {
    const isRatio = axis === ratio;
    const q = isRatio ? 1e-2 : positionShare * scale;
    const qv = isRatio ? 1e-5 : speedShare * scale;
    axis.value += axis.speed;
    axis.pp += 2 * axis.pv + axis.vv + q ** 2;
    axis.pv += axis.vv;
    axis.vv += qv ** 2;
  }
}

function correct(track: PlainTrack, seen: readonly [number, number, number, number]): void {
  const scale = track.axes[3].value;
  track.axes.forEach((axis, index) => {
    const r = index === 2 ? 1e-1 : positionShare * scale;
    const total = axis.pp + r ** 2;
    const gain = axis.pp / total;
    const gainSpeed = axis.pv / total;
    const surprise = (seen[index] ?? axis.value) - axis.value;
    axis.value += gain * surprise;
    axis.speed += gainSpeed * surprise;
    axis.vv -= gainSpeed * axis.pv;
    axis.pv *= 1 - gain;
    axis.pp *= 1 - gain;
  });
}
