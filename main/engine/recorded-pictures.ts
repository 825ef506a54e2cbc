/**
 * Gets pictures back from the recording ring: spans, clips as MP4, stills. Others ask for pictures through this only.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { CameraId } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import type { BurnIn, Clip, RecordedSpan, Segment } from '#contract/recording.ts';
import type { Clock } from './base/clock.ts';
import type { FfmpegTools } from './capture/ffmpeg-locate.ts';
import type { ClipOverlay } from './clip-overlay.ts';
import { makeClip, takeStill } from './capture/recording/make-clip.ts';
import { roomOf } from './capture/recording/segment-disk.ts';
import type { Store } from './store/store.ts';

/** Files of one stream touch to this, ms: what is farther apart is a hole. */
const joinMs = 1_500;
const maxClipMs = 600_000;
const partBytes = 4 * 1024 * 1024;
const clipLifeMs = 3_600_000;
/** A clip at 1280 px takes less than this per second of its length. */
const clipBytesPerSecond = 500_000;

export interface Picture {
  /** Unix time in ms that was asked for */
  readonly at: number;
  readonly jpeg: Uint8Array;
}

export interface Stretch {
  readonly cameraId: CameraId;
  /** Unix times in ms */
  readonly from: number;
  readonly to: number;
}

/** A clip that is wanted. */
export interface ClipRequest extends Stretch {
  /** Drawn into its pictures; nothing when left out */
  readonly burnIn?: readonly BurnIn[];
}

/** What receipts, audits and exports need of the recordings. */
export interface Pictures {
  /** The picture of a camera at a time (Unix ms) or just after it; null when that was not recorded. */
  at(cameraId: CameraId, at: number, signal?: AbortSignal): Promise<Picture | null>;
  /** Recorded time without holes, oldest first. */
  spans(query: Partial<Stretch>): Promise<RecordedSpan[]>;
  /**
   * Cuts a clip of what is recorded of the stretch. Rejects with REQ_002 when nothing is, REQ_001 when it is longer than ten
   * minutes, RES_004 when the disk has no room, CAM_005 without ffmpeg.
   */
  clip(request: ClipRequest, signal?: AbortSignal): Promise<Clip>;
  /** Where a clip lies; it may go an hour after it was last asked for */
  fileOf(id: string): string;
  /** A part of a clip from `offset` on. Rejects with REQ_002 when the clip is no longer there. */
  readClip(id: string, offset: number): Promise<{ bytes: number; part: Uint8Array }>;
  /** Removes clips that nobody has asked for lately, and those of earlier runs. */
  tidy(): Promise<void>;
}

export interface PicturesDeps {
  readonly store: Pick<Store, 'segments'>;
  /** Folder of the recordings, and that of clips, which is emptied at the first use or tidying */
  readonly folder: string;
  readonly clipFolder: string;
  readonly reserveBytes: () => Promise<number>;
  readonly findFfmpeg: () => Promise<FfmpegTools>;
  readonly overlay: ClipOverlay;
  readonly owner: string;
  readonly clock: Clock;
}

const never = new AbortController().signal;

export function createPictures(deps: PicturesDeps): Pictures {
  const { store, folder, clipFolder, owner, clock } = deps;
  const clips = new Map<string, { readonly clip: Clip; usedAt: number }>();
  let emptied: Promise<unknown> | null = null;
  // One clip at a time: each takes a core for as long as it runs.
  let cutting: Promise<unknown> = Promise.resolve();

  const fileOf = (id: string) => path.join(clipFolder, `${id}.mp4`);
  const recorded = ({ file, from, to }: Segment) => ({ path: path.join(folder, file), from, to });

  async function forgetOld(): Promise<void> {
    emptied ??= rm(clipFolder, { recursive: true, force: true });
    await emptied;
    await mkdir(clipFolder, { recursive: true });
    for (const [id, { usedAt }] of clips) {
      if (clock.now() - usedAt < clipLifeMs) continue;
      clips.delete(id);
      await rm(fileOf(id), { force: true });
    }
  }

  async function cut(request: ClipRequest, signal: AbortSignal): Promise<Clip> {
    const { cameraId, burnIn = [], ...stretch } = request;
    const segments = await store.segments.list({ cameraId, ...stretch });
    const first = segments[0];
    const last = segments.at(-1);
    if (!first || !last) {
      throw new StationError('REQ_002', 'Nothing was recorded of this camera at this time.');
    }
    const from = Math.max(stretch.from, first.from);
    const to = Math.min(stretch.to, last.to);
    if (to <= from) throw new StationError('REQ_002', 'Nothing was recorded at this time.');
    const overlay =
      burnIn.length === 0 ? null : await deps.overlay({ cameraId, from, to }, burnIn, signal);
    const files = segments.map(({ file }) => file);
    const key = JSON.stringify([cameraId, from, to, files, overlay]);
    const id = createHash('sha256').update(key).digest('hex').slice(0, 32);
    const known = clips.get(id);
    if (known) {
      known.usedAt = clock.now();
      return known.clip;
    }
    await forgetOld();
    const reserveBytes = await deps.reserveBytes();
    const needed = ((to - from) / 1000) * clipBytesPerSecond;
    if ((await roomOf({ folder: clipFolder, reserveBytes })) < needed) {
      throw new StationError(
        'RES_004',
        'There is no room for a clip: free some disk space, or ask for a shorter one.',
      );
    }
    const tools = await deps.findFfmpeg();
    const job = { files: segments.map(recorded), from, to, overlay, target: fileOf(id) };
    const bytes = await makeClip(job, { tools, owner, signal });
    const clip: Clip = { id, cameraId, from, to, bytes, mimeType: 'video/mp4' };
    clips.set(id, { clip, usedAt: clock.now() });
    return clip;
  }

  return {
    tidy: forgetOld,
    fileOf,
    async at(cameraId, at, signal = never) {
      const [segment] = await store.segments.list({ cameraId, from: at, to: at + 1, limit: 1 });
      if (!segment) return null;
      const tools = await deps.findFfmpeg();
      const jpeg = await takeStill(recorded(segment), at, { tools, owner, signal });
      return jpeg && { at, jpeg };
    },
    async spans(query) {
      return joinSpans(await store.segments.list(query));
    },
    async clip(request, signal = never) {
      const { from, to } = request;
      if (to - from > maxClipMs || to <= from) {
        throw new StationError(
          'REQ_001',
          'A clip is at most ten minutes and ends after it begins.',
          {
            path: 'to',
          },
        );
      }
      const next = cutting.catch(() => undefined).then(() => cut(request, signal));
      cutting = next;
      return next;
    },
    async readClip(id, offset) {
      const known = clips.get(id);
      if (!known) {
        throw new StationError('REQ_002', 'This clip is no longer there: ask for it again.');
      }
      known.usedAt = clock.now();
      const { bytes } = known.clip;
      const part = new Uint8Array(Math.max(0, Math.min(partBytes, bytes - offset)));
      const file = await open(fileOf(id), 'r');
      try {
        await file.read(part, 0, part.length, offset);
      } finally {
        await file.close();
      }
      return { bytes, part };
    },
  };
}

/** Files of one camera and form that touch become one span. Pure. */
export function joinSpans(segments: readonly Segment[]): RecordedSpan[] {
  const spans: RecordedSpan[] = [];
  const open = new Map<string, RecordedSpan>();
  for (const { cameraId, from, to, bytes, isMasked } of segments) {
    const last = open.get(cameraId);
    const isNext = last?.isMasked === isMasked && from - last.to <= joinMs;
    if (last && isNext) {
      last.to = Math.max(last.to, to);
      last.bytes += bytes;
    } else {
      const span = { cameraId, from, to, bytes, isMasked };
      spans.push(span);
      open.set(cameraId, span);
    }
  }
  return spans;
}

/** Pictures just before, at and just after a time, as receipts show them; empty where nothing was recorded. */
export async function pictureStrip(
  pictures: Pick<Pictures, 'at'>,
  cameraId: CameraId,
  at: number,
): Promise<{ at: number; jpeg: string }[]> {
  const strip: { at: number; jpeg: string }[] = [];
  for (const offset of stripOffsetsMs) {
    const picture = await pictures.at(cameraId, at + offset);
    if (picture) strip.push({ at: picture.at, jpeg: Buffer.from(picture.jpeg).toString('base64') });
  }
  return strip;
}

const stripOffsetsMs = [-500, 0, 500];
