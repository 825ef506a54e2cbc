/**
 * The recording ring: what of a camera is kept on disk for a while, and how its pictures are got back.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { ErrorBody } from './error.ts';
import { procedure } from './procedure.ts';

/** What is kept of one camera. Whatever passes one of the limits goes, oldest first. */
export const RecordingSettings = z.object({
  isOn: z.boolean(),
  /** `events`: what nobody was counted in goes as soon as that is known */
  mode: z.enum(['always', 'events']),
  /** So much before and after a crossing or a zone event belongs to it, seconds */
  preSeconds: z.number().int().min(0).max(60),
  postSeconds: z.number().int().min(0).max(60),
  /** Pictures older than this are removed, hours */
  keepHours: z
    .number()
    .min(0.1)
    .max(24 * 365),
  /** Pictures with events are removed when they are older than this, hours; null: when `keepHours` says so */
  keepEventHours: z
    .number()
    .min(0.1)
    .max(24 * 365)
    .nullable(),
  /** Most disk space of this camera, 10⁹ bytes */
  maxGb: z.number().min(0.001).max(100_000),
});
export type RecordingSettings = z.infer<typeof RecordingSettings>;

export const RecordingState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('off') }),
  /** Waits for the first key frame, or for the camera */
  z.object({ state: z.literal('waiting') }),
  z.object({ state: z.literal('recording') }),
  /** Nothing is kept for now; counting goes on */
  z.object({ state: z.literal('paused'), reason: ErrorBody }),
]);
export type RecordingState = z.infer<typeof RecordingState>;

/** One camera's recording as it is now. Times are Unix times in ms. */
export const CameraRecording = z.object({
  cameraId: CameraId,
  settings: RecordingSettings,
  recording: RecordingState,
  usedBytes: z.number().int().nonnegative(),
  /** Times of the oldest and newest picture; null while there is none */
  from: z.number().int().nullable(),
  to: z.number().int().nullable(),
});
export type CameraRecording = z.infer<typeof CameraRecording>;

/** The disk that the ring lies on. */
export const RecordingDisk = z.object({
  /** Free space that recording always leaves, 10⁹ bytes */
  reserveGb: z.number(),
  freeBytes: z.number().nonnegative(),
  totalBytes: z.number().nonnegative(),
});
export type RecordingDisk = z.infer<typeof RecordingDisk>;

/** How a stream was compressed. */
export const SegmentCodec = z.enum(['h264', 'hevc', 'mpeg4']);
export type SegmentCodec = z.infer<typeof SegmentCodec>;

/** A file of the ring: one stretch of a camera's stream. */
export const Segment = z.object({
  cameraId: CameraId,
  /** Path below the folder of recordings, with `/` */
  file: z.string(),
  /** Unix times in ms of the first picture, and of the end of the last one */
  from: z.number().int(),
  to: z.number().int(),
  bytes: z.number().int().nonnegative(),
  codec: SegmentCodec,
  /** Whether privacy masks are burned into its pictures */
  isMasked: z.boolean(),
});
export type Segment = z.infer<typeof Segment>;

/** Recorded time without a hole, Unix times in ms. */
export const RecordedSpan = z.object({
  cameraId: CameraId,
  from: z.number().int(),
  to: z.number().int(),
  bytes: z.number().int().nonnegative(),
  isMasked: z.boolean(),
});
export type RecordedSpan = z.infer<typeof RecordedSpan>;

/** What is drawn into the pictures of a clip. */
export const BurnIn = z.enum(['time', 'boxes']);
export type BurnIn = z.infer<typeof BurnIn>;

export const ClipId = z.string().regex(/^[0-9a-f]{32}$/);

/** A clip that was cut from the ring; it stays for an hour after it was last asked for. */
export const Clip = z.object({
  id: ClipId,
  cameraId: CameraId,
  /** Unix times in ms of its first picture and of its end: what was asked for, clipped to what is recorded */
  from: z.number().int(),
  to: z.number().int(),
  bytes: z.number().int().positive(),
  mimeType: z.literal('video/mp4'),
});
export type Clip = z.infer<typeof Clip>;

const At = z.object({ cameraId: CameraId, at: z.number().int().nonnegative() });
const Stretch = z.object({
  cameraId: CameraId,
  /** Unix time in ms, inclusive */
  from: z.number().int().nonnegative(),
  /** Unix time in ms, exclusive */
  to: z.number().int().nonnegative(),
});

export const recordingProcedures = {
  'recording.get': procedure({
    kind: 'query',
    route: 'GET /recordings',
    role: 'viewer',
    summary: 'Shows what is recorded of each camera, with the disk it lies on',
    input: z.object({ cameraId: CameraId.optional() }),
    output: z.object({ disk: RecordingDisk, cameras: z.array(CameraRecording) }),
  }),
  'recording.set': procedure({
    kind: 'command',
    route: 'PUT /recordings/{cameraId}',
    role: 'admin',
    summary: 'Switches the recording of a camera on or off and says how long and how much is kept',
    input: RecordingSettings.partial().extend({ cameraId: CameraId }),
    output: CameraRecording,
  }),
  'recording.setReserve': procedure({
    kind: 'command',
    route: 'PUT /recordings',
    role: 'admin',
    summary: 'Sets the free disk space that recording always leaves',
    input: z.object({ reserveGb: z.number().min(0.01).max(100_000) }),
    output: RecordingDisk,
  }),
  'recording.list': procedure({
    kind: 'query',
    route: 'GET /recordings/spans',
    role: 'operator',
    summary: 'Lists the recorded time within a range, oldest first',
    input: Stretch.partial({ cameraId: true }),
    output: z.array(RecordedSpan),
  }),
  'recording.clip': procedure({
    kind: 'command',
    route: 'POST /recordings/clips',
    role: 'operator',
    summary:
      'Cuts a clip of at most ten minutes as MP4, with time and boxes drawn into it if wanted; its bytes are at /recordings/clips/{id}, with Range',
    input: Stretch.extend({ burnIn: z.array(BurnIn).default([]) }),
    output: Clip,
  }),
  'recording.clipBytes': procedure({
    kind: 'query',
    route: 'GET /recordings/clips/{id}/part',
    role: 'operator',
    summary: 'Reads a part of a clip as base64, at most 4 MiB',
    input: z.object({ id: ClipId, offset: z.number().int().nonnegative().default(0) }),
    output: z.object({ bytes: z.number().int(), data: z.string() }),
  }),
  'recording.still': procedure({
    kind: 'query',
    route: 'GET /recordings/still',
    role: 'operator',
    summary: 'Takes the recorded picture of a camera at a time, as JPEG in base64',
    input: At,
    output: z.object({ at: z.number().int(), stillJpeg: z.string() }),
  }),
};
