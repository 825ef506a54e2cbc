/**
 * Command lines of ffmpeg as pure functions: what one camera needs in one process.
 *
 *   source ─▶ decode ─┬─▶ decimate ─▶ time stamps (fd 4) ─▶ scale ─▶ gbrp frames (fd 1)
 *                     └─▶ the stream as it came, or JPEGs, or a new stream; with the masks (fd 5) over them (fd 3)
 */
import type { Size } from '#contract/geometry.ts';
import { inputArgs, type InputPlan } from './ffmpeg-input.ts';

/** File descriptors of ffmpeg: we write the picture of the masks and read the others, beside 2 for messages. */
export const ffmpegFds = { frames: 1, stream: 3, stamps: 4, masks: 5 } as const;

/** Time stamps are printed in this unit, so that a camera that has run for weeks keeps its precision. */
export const stampsPerSecond = 1_000_000;

/** Clock of MPEG transport streams, ticks per second. */
export const mpegtsTicksPerSecond = 90_000;

/**
 * Time stamps of a transport stream are those of its frames and so much more, s. Without it the first packets of a stream
 * with reordered frames would be before 0, and ffmpeg would shift all by an amount that it does not tell.
 */
export const streamLeadSeconds = 60;

/**
 * What is written beside the frames: the copied stream, copied JPEGs, JPEGs encoded anew, or a stream encoded anew, for
 * recordings of what cannot be copied or must be masked.
 */
export type StreamCopy = 'mpegts' | 'jpeg' | 'encoded' | 'reencoded';

/** Encoders of streams; the second is part of every ffmpeg. */
export type StreamEncoder = 'libx264' | 'mpeg4';

export interface CapturePlan extends InputPlan {
  /** Size of the frames */
  readonly analysis: Size;
  /** Most frames per second; null for every frame */
  readonly fps: number | null;
  /** Choose the same frames of a file each time it is read */
  readonly isRepeatable: boolean;
  /** Read no faster than the pictures were taken */
  readonly isPaced: boolean;
  /** Start again at the end */
  readonly isLooped: boolean;
  /** The source gives no usable time stamps: take the time of arrival */
  readonly isTimedByArrival: boolean;
  readonly hwaccel: string | null;
  readonly decoderThreads: number;
  /** What to write beside the frames; null for nothing */
  readonly copy: StreamCopy | null;
  /** Size of the picture of the masks that comes on fd 5 and of what it is laid over; null without masks */
  readonly maskSize: Size | null;
  readonly encoder: StreamEncoder;
  /** Whether ffmpeg knows `-fps_mode` (5.1 and later) or only `-vsync` */
  readonly hasFpsMode: boolean;
}

const encodedCopy = { width: 960, fps: 10, quality: 5 };
const reencodedCopy = { width: 1280, fps: 15 };

/** Arguments of the one process that serves a camera. */
export function captureArgs(plan: CapturePlan): string[] {
  return [
    ...quiet('info'),
    ...(plan.hwaccel === null ? [] : ['-hwaccel', plan.hwaccel]),
    ...['-threads', String(plan.decoderThreads)],
    ...(plan.isPaced ? ['-re'] : []),
    ...(plan.isLooped ? ['-stream_loop', '-1'] : []),
    ...(plan.isTimedByArrival ? ['-use_wallclock_as_timestamps', '1'] : []),
    ...inputArgs(plan),
    ...(plan.maskSize ? ['-f', 'png_pipe', '-i', `pipe:${ffmpegFds.masks}`] : []),
    ...['-filter_threads', '1', '-map', '0:v:0'],
    ...['-vf', frameFilters(plan), ...passthrough(plan.hasFpsMode)],
    ...['-f', 'rawvideo', `pipe:${ffmpegFds.frames}`],
    ...copyArgs(plan),
  ];
}

/** Arguments of ffprobe for facts about a source as JSON. */
export function probeArgs(plan: InputPlan): string[] {
  return [
    ...['-hide_banner', '-loglevel', 'level+error', '-of', 'json'],
    ...['-select_streams', 'v:0', '-show_streams', '-show_format'],
    ...inputArgs(plan),
  ];
}

/** Arguments of ffmpeg for one picture as JPEG on fd 1, no wider than `width`. */
export function stillArgs(plan: InputPlan, width: number): string[] {
  return [
    ...quiet('info'),
    ...inputArgs(plan),
    ...['-map', '0:v:0', '-frames:v', '1', '-vf', jpegScale(width)],
    ...['-c:v', 'mjpeg', '-q:v', '4', '-f', 'image2pipe', 'pipe:1'],
  ];
}

/** Arguments by which an ffmpeg proves that it can do what a capture needs, with test pictures of its own. */
export function selfTestArgs(hasFpsMode: boolean): string[] {
  const plan = {
    analysis: { width: 32, height: 24 },
    fps: 5,
    isRepeatable: false,
    copy: 'encoded',
    isLooped: false,
    maskSize: null,
    encoder: 'mpeg4',
    hasFpsMode,
  } as const;
  return [
    ...quiet('warning'),
    ...['-f', 'lavfi', '-i', 'color=size=64x48:rate=10:duration=0.5', '-map', '0:v:0'],
    ...['-vf', frameFilters(plan), ...passthrough(hasFpsMode)],
    ...['-f', 'rawvideo', `pipe:${ffmpegFds.frames}`],
    ...copyArgs(plan),
  ];
}

export interface PreviewPlan {
  readonly width: number;
  readonly fps: number;
  /** Pictures before this time stamp (ticks) are decoded but not shown */
  readonly fromTicks: number;
  readonly hasFpsMode: boolean;
}

/** Arguments that turn a transport stream on stdin into JPEGs on fd 1 and their time stamps on fd 4. */
export function previewArgs(plan: PreviewPlan): string[] {
  const filters = [
    `settb=1/${mpegtsTicksPerSecond}`,
    // By the wall clock, not by time stamps: a camera that sets its clock back must not stop the picture.
    `select='gte(pts,${plan.fromTicks})*${paceByClock(plan.fps)}'`,
    ...printStamps,
    jpegScale(plan.width),
  ];
  return [
    ...quiet('warning'),
    // The first packet is a key frame and says everything; looking for more would wait for it.
    ...['-threads', '1', '-probesize', '32', '-analyzeduration', '1000', '-fpsprobesize', '0'],
    ...['-copyts', '-fflags', '+noparse', '-f', 'mpegts', '-i', 'pipe:0'],
    ...['-filter_threads', '1', '-map', '0:v:0', '-vf', filters.join(',')],
    ...passthrough(plan.hasFpsMode),
    ...['-c:v', 'mjpeg', '-threads', '1', '-q:v', '5', '-f', 'mpjpeg', `pipe:${ffmpegFds.frames}`],
  ];
}

function frameFilters(plan: Pick<CapturePlan, 'analysis' | 'fps' | 'isRepeatable'>): string {
  const { width, height } = plan.analysis;
  const pace = plan.isRepeatable ? paceByGrid : paceByStamps;
  return [
    ...(plan.fps === null ? [] : [`select='${pace(plan.fps)}'`]),
    `settb=1/${stampsPerSecond}`,
    ...printStamps,
    `scale=${width}:${height}:flags=bilinear`,
    'format=gbrp',
  ].join(',');
}

/** Size of pictures that are encoded anew: no larger than they come, even, as encoders want it. */
export function encodedSize(copy: 'encoded' | 'reencoded', picture: Size): Size {
  const widest = (copy === 'encoded' ? encodedCopy : reencodedCopy).width;
  const width = Math.max(2, 2 * Math.floor(Math.min(widest, picture.width) / 2));
  return {
    width,
    height: Math.max(2, 2 * Math.round((picture.height * width) / picture.width / 2)),
  };
}

type CopyPlan = Pick<CapturePlan, 'copy' | 'isLooped' | 'hasFpsMode' | 'maskSize' | 'encoder'>;

function copyArgs(plan: CopyPlan): string[] {
  const target = `pipe:${ffmpegFds.stream}`;
  switch (plan.copy) {
    case null:
      return [];
    case 'mpegts':
      return [
        ...['-map', '0:v:0', '-c:v', 'copy'],
        // RTSP gives the first packet no time stamp, which the muxer takes for an error that ends everything. In a loop
        // ffmpeg 5.1 tells such a filter at the first round's end that all is over, and then nothing more is copied.
        ...(plan.isLooped ? [] : ['-bsf:v', "setts=pts='if(eq(PTS,NOPTS),DTS,PTS)'"]),
        // With lengths, and without a parser at the other end, a picture is shown when it has come, not when the next has.
        ...transportStreamArgs(target),
      ];
    case 'jpeg':
      return ['-map', '0:v:0', '-c:v', 'copy', '-flush_packets', '1', '-f', 'mpjpeg', target];
    case 'encoded':
      return [
        ...pictureArgs(plan, encodedCopy, jpegScale(encodedCopy.width)),
        ...passthrough(plan.hasFpsMode),
        ...['-c:v', 'mjpeg', '-threads', '1', '-q:v', String(encodedCopy.quality)],
        ...['-flush_packets', '1', '-f', 'mpjpeg', target],
      ];
    case 'reencoded':
      return [
        ...pictureArgs(plan, reencodedCopy, `${scaleTo(reencodedCopy.width)},format=yuv420p`),
        ...passthrough(plan.hasFpsMode),
        ...streamEncoderArgs(plan.encoder, reencodedCopy.fps),
        ...transportStreamArgs(target),
      ];
  }
}

/** The pictures that are encoded anew: at their own pace, with the masks laid over where there are some. */
function pictureArgs(
  { maskSize }: CopyPlan,
  { fps }: { readonly fps: number },
  finish: string,
): string[] {
  const select = `select='${paceByStamps(fps)}'`;
  if (!maskSize) return ['-map', '0:v:0', '-vf', `${select},${finish}`];
  const { width, height } = maskSize;
  const graph =
    `[0:v:0]${select},scale=${width}:${height}:flags=bilinear[picture];` +
    `[picture][1:v:0]overlay[masked];[masked]${finish}[shown]`;
  return ['-filter_complex_threads', '1', '-filter_complex', graph, '-map', '[shown]'];
}

/** Options of an encoder for a stream of this many pictures a second at most; a key frame every two seconds. */
export function streamEncoderArgs(encoder: StreamEncoder, fps: number): string[] {
  const common = ['-c:v', encoder, '-threads', '1', '-bf', '0', '-g', String(Math.round(2 * fps))];
  return encoder === 'libx264'
    ? [...common, '-preset', 'ultrafast', '-tune', 'zerolatency', '-crf', '26']
    : [...common, '-q:v', '6'];
}

/** A transport stream that is there as soon as its pictures are. */
export function transportStreamArgs(target: string): string[] {
  return [
    ...['-muxdelay', '0', '-muxpreload', '0', '-output_ts_offset', String(streamLeadSeconds)],
    ...['-omit_video_pes_length', '0'],
    ...['-flush_packets', '1', '-f', 'mpegts', target],
  ];
}

function quiet(level: 'info' | 'warning'): string[] {
  return ['-hide_banner', '-nostdin', '-nostats', '-loglevel', `level+${level}`];
}

function passthrough(hasFpsMode: boolean): string[] {
  return hasFpsMode ? ['-fps_mode', 'passthrough'] : ['-vsync', 'passthrough'];
}

function jpegScale(width: number): string {
  return `${scaleTo(width)}:out_range=full,format=yuvj420p`;
}

function scaleTo(width: number): string {
  return `scale=w='min(${width},iw)':h=-2:flags=bilinear`;
}

/** `metadata` prints only frames that have some, so each is given some. */
const printStamps = [
  'metadata=mode=add:key=s:value=1',
  `metadata=mode=print:file='pipe\\:${ffmpegFds.stamps}':direct=1`,
];

/**
 * Selects at most `fps` frames per second by their time stamps, evenly on average. Register 0 is when the next one is
 * due. A quarter of the period is slack, so that a camera of just this rate loses nothing to jitter; at most half a period
 * is made up for, so that no burst follows a gap. A clock that goes back starts a new count (the `fps` filter would wait
 * until the old time comes again), and a frame without time stamp passes.
 */
function paceByStamps(fps: number): string {
  const period = seconds(1 / fps);
  const half = seconds(0.5 / fps);
  const slack = seconds(0.25 / fps);
  return (
    `if(isnan(t),1,if(isnan(prev_selected_t)+lt(t,prev_selected_t),1+0*st(0,t+${period}),` +
    `if(gte(t,ld(0)-${slack}),1+0*st(0,max(ld(0),t-${half})+${period}),0)))`
  );
}

/** The first frame of each period of the file's own time: whenever it is read, the same frames. */
function paceByGrid(fps: number): string {
  // Time stamps are rounded, so that a frame due at the start of a period may lie a little before it.
  const period = (time: string): string => `floor(${time}*${fps}+0.01)`;
  return `if(isnan(prev_t)+isnan(t),1,not(eq(${period('t')},${period('prev_t')})))`;
}

/** The same by the clock of this machine. */
function paceByClock(fps: number): string {
  const period = seconds(1 / fps);
  const half = seconds(0.5 / fps);
  const slack = seconds(0.25 / fps);
  return `if(gte(time(0),ld(0)-${slack}),1+0*st(0,max(ld(0),time(0)-${half})+${period}),0)`;
}

function seconds(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, '');
}
