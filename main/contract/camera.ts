/**
 * Cameras: where pictures come from, and in which state each one is.
 */
import { z } from 'zod';
import { ErrorBody } from './error.ts';
import { KeptSentence } from './station-sentence.ts';
import { Size } from './geometry.ts';
import { procedure } from './procedure.ts';

export const CameraId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,47}$/, 'use lower-case letters, digits, - and _, at most 48');
export type CameraId = z.infer<typeof CameraId>;

/**
 * Where the pictures of a camera come from:
 * `rtsp://user:password@host:554/path`, `rtsps://…`, `http(s)://host/stream.mjpg`, `usb:/dev/video0` (Linux) or
 * `usb:Camera name` (Windows), `file:///clip.mp4` or a plain path, `simulated://plaza?people=12&seed=7&fps=10`.
 */
export const SourceUrl = z.string().trim().min(1).max(2000);

export const Transport = z.enum(['tcp', 'udp']);

/** `yolox-nano` (its champion, else its newest version), `yolox-nano@1.2.0`, a digest, or `champion` */
export const ModelId = z
  .string()
  .min(1)
  .max(140)
  .regex(/^[a-z0-9][a-z0-9._@-]*$/, 'a model name, name@version, a digest, or "champion"');
export type ModelId = z.infer<typeof ModelId>;

/** What the user sets for one camera. */
export const CameraSettings = z.object({
  id: CameraId,
  name: z.string().trim().min(1).max(80),
  source: SourceUrl,
  /** How an RTSP stream travels */
  transport: Transport,
  /** Frames per second that are analysed, 1 to 30 */
  fps: z.number().min(1).max(30),
  /** Whether a file starts again at its end. One that does not is played once: no frame is left out, and it goes on where it was. */
  isLooped: z.boolean(),
  isEnabled: z.boolean(),
  /** Whether the network looks at every picture; else not at those in which nothing moves, which changes no count */
  isUngated: z.boolean().optional(),
  /**
   * Unix time in ms at which a file that is played once was recorded. Its crossings get that time and it is counted as fast
   * as the machine can; left out, it begins now and keeps its own pace.
   */
  recordedAt: z.number().int().nonnegative().optional(),
  /**
   * Models that count while the one that should fails, best first, loaded at any time. Left out, the one that counted before
   * is loaded when it is needed; with an engine or a server on another machine it is loaded at any time.
   */
  failover: z.array(ModelId).max(4).optional(),
});
export type CameraSettings = z.infer<typeof CameraSettings>;

export const CameraDraft = CameraSettings.extend({
  id: CameraId.optional(),
  transport: Transport.default('tcp'),
  fps: z.number().min(1).max(30).default(10),
  isLooped: z.boolean().default(true),
  isEnabled: z.boolean().default(true),
});
export type CameraDraft = z.input<typeof CameraDraft>;

/** Why no picture comes; with the sentence for a page in another language, where there is one. */
export const CaptureReason = ErrorBody.extend({ said: KeptSentence });
export type CaptureReason = z.infer<typeof CaptureReason>;

/** The life of one capture. `since`, `retryAt` and `lastFrameAt` are Unix times in ms. */
export const CaptureState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('disabled'), since: z.number() }),
  z.object({ state: z.literal('connecting'), since: z.number(), attempt: z.number().int() }),
  z.object({ state: z.literal('live'), since: z.number() }),
  /** No frame for longer than the stall limit; the reader is being replaced */
  z.object({ state: z.literal('stalled'), since: z.number(), lastFrameAt: z.number() }),
  /** Frames arrive but the picture has not changed since */
  z.object({ state: z.literal('frozen'), since: z.number() }),
  z.object({
    state: z.literal('waiting'),
    since: z.number(),
    attempt: z.number().int(),
    retryAt: z.number(),
    reason: CaptureReason,
  }),
  /** A file that is played once came to its end */
  z.object({ state: z.literal('ended'), since: z.number() }),
]);
export type CaptureState = z.infer<typeof CaptureState>;

/** Whether a camera still looks where its lines were drawn. */
export const ViewState = z.enum(['clear', 'dark', 'covered', 'moved']);
export type ViewState = z.infer<typeof ViewState>;

/** What the picture of a camera is like. */
export const View = z.object({
  state: ViewState,
  /** Mean brightness, 0 black to 1 white */
  brightness: z.number().min(0).max(1),
  /** How much detail is seen, as a share of what is usual on this camera; low when it is covered or out of focus */
  sharpness: z.number().nonnegative(),
});
export type View = z.infer<typeof View>;

/** What is measured about a camera, over the last ten seconds where it is a rate. */
export const CameraFigures = z.object({
  capturedFps: z.number().nonnegative(),
  inferredFps: z.number().nonnegative(),
  /** Share of the last pictures that no network had to look at because nothing moved in them, 0…1 */
  gatedShare: z.number().min(0).max(1),
  /** Frames replaced by a newer one before they were inferred, since the start */
  dropped: z.number().int().nonnegative(),
  /** Frames that were too old when their turn for inference came, since the start */
  late: z.number().int().nonnegative(),
  /** Capture to crossing, ms, 95th percentile */
  p95Ms: z.number().nonnegative(),
  /** What the picture is like; null for the first half minute and while none comes */
  view: View.nullable(),
});
export type CameraFigures = z.infer<typeof CameraFigures>;

/** State of a circuit breaker: trusted, left alone, being tried. */
export const BreakerName = z.enum(['closed', 'open', 'half-open']);
export type BreakerName = z.infer<typeof BreakerName>;

/** Which model counts on a camera now. */
export const CameraCounting = z.object({
  /** `name@version` that counts; null while none can */
  model: z.string().nullable(),
  /** `name@version` of the one that should count and fails; null while it counts */
  standsInFor: z.string().nullable(),
  breaker: BreakerName,
  /** Unix ms since when it is so */
  since: z.number(),
  /** Why the one that should count does not; null while it does */
  reason: ErrorBody.nullable(),
  /** Unix ms at which that one is tried again; null while it counts or is being tried */
  retryAt: z.number().nullable(),
});
export type CameraCounting = z.infer<typeof CameraCounting>;

/** A camera with its state. The source has its password replaced by `***`. */
export const Camera = CameraSettings.extend({
  capture: CaptureState,
  figures: CameraFigures,
  /** Null until its worker has said */
  counting: CameraCounting.nullable(),
  /** Size of the pictures as they come; null before the first */
  picture: Size.nullable(),
  /** The worker that has it; null while none has */
  workerId: z.string().nullable(),
});
export type Camera = z.infer<typeof Camera>;

/** What a source turned out to be. */
export const SourceProbe = z.object({
  picture: Size,
  /** Frames per second as the source states them; 0 when it does not */
  fps: z.number().nonnegative(),
  codec: z.string(),
  /** A still picture as JPEG, base64 */
  stillJpeg: z.string(),
});
export type SourceProbe = z.infer<typeof SourceProbe>;

export const cameraProcedures = {
  'camera.list': procedure({
    kind: 'query',
    route: 'GET /cameras',
    role: 'viewer',
    summary: 'Lists all cameras with their state',
    input: z.object({}),
    output: z.array(Camera),
  }),
  'camera.get': procedure({
    kind: 'query',
    route: 'GET /cameras/{id}',
    role: 'viewer',
    summary: 'Shows one camera with its state',
    input: z.object({ id: CameraId }),
    output: Camera,
  }),
  'camera.add': procedure({
    kind: 'command',
    route: 'POST /cameras',
    role: 'admin',
    summary: 'Adds a camera and starts it',
    input: CameraDraft,
    output: Camera,
  }),
  'camera.update': procedure({
    kind: 'command',
    route: 'PUT /cameras/{id}',
    role: 'admin',
    summary: 'Changes a camera; a source that still shows *** keeps its password',
    input: CameraSettings.partial().extend({ id: CameraId }),
    output: Camera,
  }),
  'camera.remove': procedure({
    kind: 'command',
    route: 'DELETE /cameras/{id}',
    role: 'admin',
    summary: 'Stops and removes a camera with its lines; its crossings stay in the ledger',
    input: z.object({ id: CameraId }),
    output: z.object({}),
  }),
  'camera.test': procedure({
    kind: 'command',
    route: 'POST /cameras/test',
    role: 'admin',
    summary: 'Opens a source once and returns what it is, with a still picture',
    input: z.object({ source: SourceUrl, transport: Transport.default('tcp') }),
    output: SourceProbe,
  }),
};
