/**
 * Pictures of the site over the last day that is recorded, by day and by night; live ones where that is too little.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CameraId } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import type { RecordedSpan } from '#contract/recording.ts';
import type { Clock } from './base/clock.ts';
import type { Pictures } from './recorded-pictures.ts';
import type { SampleFrames } from './sample-frames.ts';

export interface RecordedFramesDeps {
  readonly pictures: Pick<Pictures, 'spans' | 'at'>;
  readonly live: SampleFrames;
  readonly clock: Pick<Clock, 'now'>;
  /** Where a folder of pictures is made */
  readonly folder: string;
}

/** A day has all lights of a place, ms. */
const lookBackMs = 24 * 3_600_000;
/** Pictures of one camera closer together than this are hardly two, ms. */
const leastApartMs = 5_000;

/** Of each camera the same number where there are as many, evenly over its recorded time. */
export function createRecordedFrames(deps: RecordedFramesDeps): SampleFrames {
  const { pictures, live, folder, clock } = deps;
  return {
    async take(count, signal) {
      const times = timesOf(
        await pictures.spans({ from: clock.now() - lookBackMs, to: clock.now() }),
        count,
      );
      const own = path.join(folder, `samples-${crypto.randomUUID()}`);
      await mkdir(own, { recursive: true });
      const remove = () => rm(own, { recursive: true, force: true });
      try {
        const files: string[] = [];
        for (const { cameraId, at } of times) {
          if (signal.aborted) throw new StationError('REQ_004', 'Taking pictures was cancelled.');
          const picture = await pictures.at(cameraId, at, signal);
          if (picture === null) continue; // the ring has moved on
          const file = path.join(own, `${String(files.length)}.jpg`);
          await writeFile(file, picture.jpeg);
          files.push(file);
        }
        if (files.length >= count) return { files, remove };
        const rest = await live.take(count - files.length, signal);
        return {
          files: [...files, ...rest.files],
          remove: async () => {
            await Promise.all([remove(), rest.remove()]);
          },
        };
      } catch (error) {
        await remove();
        throw error;
      }
    },
  };
}

/** Pure. Which pictures are taken, `count` at most. */
export function timesOf(
  spans: readonly RecordedSpan[],
  count: number,
): { readonly cameraId: CameraId; readonly at: number }[] {
  const byCamera = Map.groupBy(spans, ({ cameraId }) => cameraId);
  const share = Math.ceil(count / Math.max(1, byCamera.size));
  return [...byCamera]
    .flatMap(([cameraId, own]) => {
      const wholeMs = own.reduce((sum, { from, to }) => sum + to - from, 0);
      const most = Math.min(share, Math.floor(wholeMs / leastApartMs));
      // The middle of each of so many equal parts
      return Array.from({ length: most }, (_, part) => ({
        ...{ cameraId, turn: part },
        at: timeAt(own, ((part + 0.5) / most) * wholeMs),
      }));
    })
    .sort((a, b) => a.turn - b.turn)
    .slice(0, count)
    .map(({ cameraId, at }) => ({ cameraId, at }));
}

/** The Unix time after so much recorded time. */
function timeAt(spans: readonly RecordedSpan[], afterMs: number): number {
  let leftMs = afterMs;
  for (const { from, to } of spans) {
    if (leftMs < to - from) return Math.round(from + leftMs);
    leftMs -= to - from;
  }
  return spans.at(-1)?.to ?? 0;
}
