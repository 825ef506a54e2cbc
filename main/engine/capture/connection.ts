/**
 * One ffmpeg at work for one camera: frames into slots, the copied stream to the preview, until it ends or is ended.
 */
import type { Readable, Writable } from 'node:stream';
import { StationError } from '#contract/error.ts';
import { type Frame, type FrameIntake, type FrameLayout, frameBytes } from '#engine/base/frame.ts';
import { type CapturePlan, captureArgs, ffmpegFds, stampsPerSecond } from './ffmpeg-args.ts';
import { inputList } from './ffmpeg-input.ts';
import { type FfmpegExit, type FfmpegProcess, runFfmpeg } from './ffmpeg-process.ts';
import { createFrameFiller } from './frame-filler.ts';
import { openFramePipe } from './frame-pipe.ts';
import { createStampReader, type FrameStamp } from './frame-stamps.ts';
import { factsFromLines, type SourceFacts } from './source-facts.ts';

export interface ConnectionOptions {
  readonly plan: CapturePlan;
  readonly layout: FrameLayout;
  readonly ffmpegPath: string;
  readonly owner: string;
  readonly clean: (text: string) => string;
  readonly intake: FrameIntake;
  /** PNG of the plan's `maskSize`; null without masks */
  readonly maskPicture: Uint8Array | null;
  /** A slot is full. `seconds` is its time stamp, null where it has none; returns the frame to put, null for none. */
  readonly onFrame: (bytes: Uint8Array, seconds: number | null) => Omit<Frame, 'slot'> | null;
  /** Bytes of the stream beside the frames */
  readonly onStream: ((chunk: Buffer) => void) | null;
  /** The source says what it is; before the first frame */
  readonly onFacts: (facts: SourceFacts) => void;
  /** The picture has got another size or format while it ran */
  readonly onChanged: () => void;
}

export interface ConnectionEnd extends FfmpegExit {
  /** Frames that came */
  readonly frames: number;
  /** The source answered and said what it is */
  readonly isReached: boolean;
}

export interface Connection {
  readonly process: FfmpegProcess;
  /** Resolves when ffmpeg has ended and every whole frame of it is put; rejects when a frame could not be put. */
  readonly ended: Promise<ConnectionEnd>;
  /** Ends it at once; frames that are not put yet are lost. */
  end(): void;
}

const endMs = 5_000;

/** Starts ffmpeg. */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { plan, intake } = options;
  const failed = Promise.withResolvers<never>();
  // It may come when nobody waits any more.
  failed.promise.catch(() => undefined);
  let frames = 0;
  let lastNumber = -1;

  function takeFrame(slot: number, stamp: FrameStamp): void {
    if (stamp.number <= lastNumber) options.onChanged();
    lastNumber = stamp.number;
    frames++;
    const seconds = stamp.ticks === null ? null : stamp.ticks / stampsPerSecond;
    const frame = options.onFrame(intake.bytes(slot), seconds);
    if (frame === null) intake.giveBack(slot);
    else intake.put({ ...frame, slot });
  }

  const filler = createFrameFiller({
    intake,
    frameBytes: frameBytes(options.layout),
    onFrame: takeFrame,
    onRoom: () => pipe.resume(),
    onError: (error) => failed.reject(error),
  });
  const pipe = await openFramePipe(filler);

  let isKnown = false;
  const head: string[] = [];
  const process = runFfmpeg({
    path: options.ffmpegPath,
    args: captureArgs(plan),
    inputList: inputList(plan),
    owner: options.owner,
    stdio: [
      ...['ignore' as const, pipe.childEnd, 'pipe' as const],
      ...[plan.copy === null ? ('ignore' as const) : ('pipe' as const), 'pipe' as const],
      ...(plan.maskSize === null ? [] : ['pipe' as const]),
    ],
    clean: options.clean,
    onLine: (line) => {
      if (isKnown) return;
      head.push(line);
      // The description of the input is complete when that of the output begins.
      if (!/\bStream mapping:|\bOutput #\d/.test(line)) return;
      const facts = factsFromLines(head);
      isKnown = true;
      head.length = 0;
      if (facts) options.onFacts(facts);
    },
  });
  pipe.begin(process.child);
  const masks = process.child.stdio.at(ffmpegFds.masks) as Writable | undefined;
  masks?.on('error', () => undefined);
  if (options.maskPicture) masks?.end(options.maskPicture);

  const readStamps = createStampReader();
  const stamps = process.child.stdio[ffmpegFds.stamps] as Readable | null;
  stamps?.setEncoding('latin1').on('data', (text: string) => {
    for (const stamp of readStamps(text)) filler.stamp(stamp);
  });
  const stream = process.child.stdio[ffmpegFds.stream] as Readable | null;
  // Without a reader it is read all the same: an output that nobody drains stalls the frames.
  stream?.on('data', (chunk: Buffer) => options.onStream?.(chunk));
  stamps?.once('close', () => filler.endStamps());
  for (const source of [stamps, stream]) source?.on('error', () => undefined);

  async function wait(): Promise<ConnectionEnd> {
    try {
      const [exit] = await Promise.race([
        Promise.all([process.exited, pipe.drained, closed(stamps)]),
        failed.promise,
      ]);
      return { ...exit, frames, isReached: isKnown };
    } finally {
      filler.close();
      process.kill();
      pipe.close();
    }
  }

  return {
    process,
    ended: wait(),
    end() {
      process.kill();
      pipe.close();
      // A process that hangs in a driver does not even end when killed; the camera must go on without it.
      setTimeout(() => {
        failed.reject(new StationError('CAM_006', 'ffmpeg hangs and cannot be ended.'));
      }, endMs).unref();
    },
  };
}

function closed(stream: Readable | null): Promise<void> {
  return new Promise((resolve) => {
    if (!stream || stream.destroyed) resolve();
    else stream.once('close', resolve);
  });
}
