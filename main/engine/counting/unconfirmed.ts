/**
 * Tracks that were seen at a line too briefly to be taken for real: they never reach the rule.
 */
import type { CameraId } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { NearMiss } from '#contract/trajectory.ts';
import type { TrackPart, TrajectoryBlock } from '#engine/base/trajectory.ts';
import { anchorOf, bandPx } from './anchor.ts';
import { locate, toPolyline } from './polyline.ts';
import { splitTrackId, wideTrackId } from './recount.ts';

/** Collects them block by block. */
export class UnconfirmedTracks {
  readonly #line: Line;
  readonly #found = new Map<number, NearMiss>();

  constructor(line: Line) {
    this.#line = line;
  }

  add(block: TrajectoryBlock): void {
    for (const part of block.parts) {
      const id = wideTrackId(block.epoch, part.trackId);
      const looks = part.runs.reduce(
        (sum, run) => sum + (run.at(-1)?.frame ?? 0) - (run[0]?.frame ?? 0) + 1,
        0,
      );
      // Confirmed now or later: the rule knows it.
      this.#found.delete(id);
      if (looks > part.unconfirmedLooks) continue;
      const miss = this.#missOf(part, block);
      if (miss !== null) this.#found.set(id, miss);
    }
  }

  /** One for each, within the band of the line. */
  misses(cameraId: CameraId): NearMiss[] {
    return [...this.#found].map(([id, miss]) => {
      const { epoch, trackId } = splitTrackId(id);
      return { ...miss, trackUid: `${cameraId}:${String(epoch)}:${String(trackId)}` };
    });
  }

  #missOf(part: TrackPart, { picture, frameMs }: TrajectoryBlock): NearMiss | null {
    const polyline = toPolyline(this.#line.points, picture);
    const path = part.runs
      .flat()
      .map(({ frame, x, top, bottom, width }): NearMiss['path'][number] => {
        const box = {
          x: (x - width / 2) / picture.width,
          y: top / picture.height,
          width: width / picture.width,
          height: (bottom - top) / picture.height,
        };
        const point = anchorOf(box, this.#line.anchor);
        const place = locate(polyline, { x: point.x * picture.width, y: point.y * picture.height });
        return {
          at: frameMs[frame] ?? 0,
          point,
          box,
          distancePx: place.distance,
          bandPx: bandPx(box, picture, place.level),
          along: place.along,
          settled: null,
          isCandidate: false,
        };
      });
    const near = path.filter(
      (look) => Math.abs(look.distancePx) <= look.bandPx && look.along >= 0 && look.along <= 1,
    );
    const [first] = near;
    if (first === undefined) return null;
    return {
      trackUid: '',
      label: part.labels[0]?.label ?? 'other',
      at: first.at,
      reason: 'unconfirmed',
      direction: null,
      leastBands: Math.min(...near.map((look) => Math.abs(look.distancePx) / look.bandPx)),
      path,
    };
  }
}
