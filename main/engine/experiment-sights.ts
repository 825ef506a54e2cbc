/**
 * What both arms of an experiment saw on the same frame, with its picture: for whoever looks. Kept in memory only.
 *
 *   live       ─▶ boxes of both, frame by frame ─┐
 *   preview (while somebody looks, masks laid on) ─┴─▶ the two of the same moment ─▶ last sight
 *   recording  ─▶ boxes of the frame on which they differ most ─▶ its picture from the recording, when asked
 */
import type { CameraId } from '#contract/camera.ts';
import type { Detection } from '#contract/detection.ts';
import type { ExperimentSight } from '#contract/experiment.ts';
import { decodePreview } from '#contract/preview.ts';
import type { Clock } from './base/clock.ts';
import type { PreviewHub } from './preview-hub.ts';
import type { Pictures } from './recorded-pictures.ts';

/** Boxes of both arms on one frame. */
export interface SeenByBoth {
  /** Unix time in ms */
  readonly at: number;
  readonly a: readonly Detection[];
  readonly b: readonly Detection[];
}

export interface ExperimentSights {
  /** Both have looked at a frame of a camera just now. */
  live(experimentId: string, cameraId: CameraId, seen: SeenByBoth): void;
  /** Both have looked at a piece of recording. */
  recorded(experimentId: string, cameraId: CameraId, seen: SeenByBoth): void;
  /** The last one that has a picture; null before there is one. Live ones come while somebody asks again and again. */
  last(experimentId: string): Promise<ExperimentSight | null>;
  close(): void;
}

export interface ExperimentSightsDeps {
  readonly previews: Pick<PreviewHub, 'open'>;
  readonly pictures: Pick<Pictures, 'at'>;
  readonly clock: Clock;
}

/** Whoever has not asked for so long does not look any more, ms */
const lookedMs = 15_000;
const widthPx = 960;
const fps = 15;
/** A picture comes later than the boxes on it, or sooner, by no more than this, ms */
const keptMs = 4_000;
/** Further apart they are not the same moment, ms */
const sameMs = 70;

interface Look {
  readonly cameraId: CameraId;
  readonly stream: { close(): void };
  pictures: { readonly at: number; readonly jpeg: Uint8Array }[];
  seen: SeenByBoth[];
}

export function keepSights({ previews, pictures, clock }: ExperimentSightsDeps): ExperimentSights {
  const asked = new Map<string, number>();
  const looks = new Map<string, Look>();
  const shown = new Map<string, ExperimentSight>();
  const waiting = new Map<string, { readonly cameraId: CameraId; readonly seen: SeenByBoth }>();

  function isWanted(id: string): boolean {
    return clock.now() - (asked.get(id) ?? -Infinity) < lookedMs;
  }

  function endLook(id: string): void {
    looks.get(id)?.stream.close();
    looks.delete(id);
  }

  function lookAt(id: string, cameraId: CameraId): Look {
    const known = looks.get(id);
    if (known?.cameraId === cameraId) return known;
    endLook(id);
    const stream = previews.open(
      { tiles: [{ tile: 0, cameraId, width: widthPx, fps }] },
      (bytes) => {
        const picture = decodePreview(bytes);
        if (!picture) return;
        look.pictures.push({ at: picture.capturedAt, jpeg: picture.jpeg.slice() });
        match(id, look);
      },
    );
    const look: Look = { cameraId, stream, pictures: [], seen: [] };
    looks.set(id, look);
    return look;
  }

  /** The newest two of the same moment. */
  function match(id: string, look: Look): void {
    const since = clock.now() - keptMs;
    look.pictures = look.pictures.filter(({ at }) => at >= since);
    look.seen = look.seen.filter(({ at }) => at >= since);
    for (const seen of look.seen.toReversed()) {
      const picture = nearest(look.pictures, seen.at);
      if (!picture || Math.abs(picture.at - seen.at) > sameMs) continue;
      if ((shown.get(id)?.at ?? -Infinity) < seen.at) {
        shown.set(id, sightOf(look.cameraId, seen, picture.jpeg));
      }
      return;
    }
  }

  return {
    live(id, cameraId, seen) {
      if (!isWanted(id)) {
        endLook(id);
        return;
      }
      const look = lookAt(id, cameraId);
      look.seen.push(seen);
      match(id, look);
    },
    recorded(id, cameraId, seen) {
      waiting.set(id, { cameraId, seen });
    },
    async last(id) {
      asked.set(id, clock.now());
      const next = waiting.get(id);
      if (next) {
        const picture = await pictures.at(next.cameraId, next.seen.at);
        if (picture) shown.set(id, sightOf(next.cameraId, next.seen, picture.jpeg));
        if (waiting.get(id) === next) waiting.delete(id);
      }
      return shown.get(id) ?? null;
    },
    close() {
      for (const id of [...looks.keys()]) endLook(id);
    },
  };
}

function nearest<T extends { readonly at: number }>(
  among: readonly T[],
  at: number,
): T | undefined {
  return among.toSorted((x, y) => Math.abs(x.at - at) - Math.abs(y.at - at))[0];
}

function sightOf(cameraId: CameraId, { at, a, b }: SeenByBoth, jpeg: Uint8Array): ExperimentSight {
  const plain = (found: readonly Detection[]) =>
    found.map(({ box, score, label }) => ({ box, score, label }));
  const picture = Buffer.from(jpeg).toString('base64');
  return { place: cameraId, at, jpeg: picture, a: plain(a), b: plain(b) };
}
