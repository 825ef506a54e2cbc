/**
 * Files that are played once into the ledger: when each began, in which epoch, and whether it came to its end.
 *
 * A play keeps its epoch over every restart, so that the ledger itself refuses what would be counted a second time.
 */
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { CameraId, CameraSettings } from '#contract/camera.ts';
import type { Clock } from './base/clock.ts';
import { parseSource } from './capture/source.ts';
import type { Store } from './store/store.ts';

const Play = z.object({
  source: z.string(),
  /** What the file was when it began; null while nobody could look at it */
  file: z.object({ bytes: z.number(), modifiedAt: z.number() }).nullable(),
  fps: z.number(),
  recordedAt: z.number().nullable(),
  /** Unix time in ms of the first frame */
  startsAt: z.number(),
  epoch: z.number().int().positive(),
  isEnded: z.boolean(),
});
export type Play = z.infer<typeof Play>;

export interface PlayBook {
  /**
   * The play of a camera: the one that was begun, or a new one when the file or the choice of its frames is another. Null for a
   * camera that plays nothing once.
   */
  begin(settings: CameraSettings): Promise<Play | null>;
  /** It came to its end, and everything of it is written. */
  end(cameraId: CameraId): Promise<void>;
  forget(cameraId: CameraId): Promise<void>;
}

export function createPlayBook(
  store: Pick<Store, 'settings' | 'checkpoints'>,
  clock: Clock,
): PlayBook {
  const keyOf = (cameraId: CameraId): string => `play.${cameraId}`;

  return {
    async begin(settings) {
      const { id, source, fps, recordedAt = null } = settings;
      if (!isPlayedOnce(settings)) return null;
      const file = await lookAt(source);
      const known = await store.settings.get(keyOf(id), Play);
      const isSame =
        known?.source === source &&
        known.fps === fps &&
        known.recordedAt === recordedAt &&
        (file === null || known.file === null || isSameFile(file, known.file));
      if (isSame) return known;
      const play: Play = {
        source,
        file,
        fps,
        recordedAt,
        startsAt: recordedAt ?? clock.now(),
        epoch: await store.checkpoints.beginEpoch(id),
        isEnded: false,
      };
      await store.settings.set(keyOf(id), play);
      return play;
    },
    async end(cameraId) {
      const play = await store.settings.get(keyOf(cameraId), Play);
      if (play) await store.settings.set(keyOf(cameraId), { ...play, isEnded: true });
    },
    forget: (cameraId) => store.settings.remove(keyOf(cameraId)),
  };
}

/** Whether a camera is a file that is counted from its first frame to its last, each once. */
export function isPlayedOnce({ source, isLooped }: CameraSettings): boolean {
  if (isLooped) return false;
  try {
    return parseSource(source).kind === 'file';
  } catch {
    // An address of no kind is refused where it is opened.
    return false;
  }
}

type FileLook = NonNullable<Play['file']>;

async function lookAt(source: string): Promise<FileLook | null> {
  const parsed = parseSource(source);
  if (parsed.kind !== 'file') return null;
  try {
    const { size, mtimeMs } = await stat(parsed.path);
    return { bytes: size, modifiedAt: Math.round(mtimeMs) };
  } catch {
    return null;
  }
}

function isSameFile(a: FileLook, b: FileLook): boolean {
  return a.bytes === b.bytes && a.modifiedAt === b.modifiedAt;
}
