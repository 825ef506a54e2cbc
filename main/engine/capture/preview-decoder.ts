/**
 * Turns a copied transport stream into JPEGs for views, in an ffmpeg that runs only while somebody looks.
 */
import type { Readable, Writable } from 'node:stream';
import type { PreviewWish } from './capture.ts';
import { ffmpegFds, previewArgs } from './ffmpeg-args.ts';
import type { FfmpegTools } from './ffmpeg-locate.ts';
import { type FfmpegProcess, runFfmpeg } from './ffmpeg-process.ts';
import { createStampReader, type FrameStamp } from './frame-stamps.ts';
import { createJpegParts } from './jpeg-parts.ts';

export interface PreviewDecoderOptions {
  readonly tools: FfmpegTools;
  readonly owner: string;
  readonly wish: PreviewWish;
  /** Tables and everything since the last key frame */
  readonly start: readonly Uint8Array[];
  /** Older pictures are decoded but not given out: catching up must not look like a film that runs fast */
  readonly fromTicks: number;
  readonly onJpeg: (jpeg: Uint8Array, ticks: number | null) => void;
  readonly onEnded: () => void;
}

export interface PreviewDecoder {
  readonly process: FfmpegProcess;
  /** Packets as they come. While the decoder is behind they are dropped, up to a key frame. */
  feed(packets: Uint8Array, startsKey: boolean): void;
  close(): void;
}

/** Beyond the start, so many bytes may wait for the decoder. */
const maxQueuedBytes = 2_000_000;

export function openPreviewDecoder(options: PreviewDecoderOptions): PreviewDecoder {
  const { tools, wish, start } = options;
  const stamps: FrameStamp[] = [];
  const jpegs: Uint8Array[] = [];
  let isClosed = false;
  let isSkipping = false;

  const process = runFfmpeg({
    path: tools.path,
    owner: options.owner,
    args: previewArgs({ ...wish, fromTicks: options.fromTicks, hasFpsMode: tools.hasFpsMode }),
    stdio: ['pipe', 'pipe', 'pipe', 'ignore', 'pipe'],
    clean: (text) => text,
  });
  const { child } = process;
  const stdin = child.stdin;
  const queueLimit = maxQueuedBytes + start.reduce((sum, piece) => sum + piece.length, 0);

  function deliver(): void {
    while (jpegs.length > 0 && stamps.length > 0) {
      const jpeg = jpegs.shift();
      const stamp = stamps.shift();
      if (jpeg && stamp && !isClosed) options.onJpeg(jpeg, stamp.ticks);
    }
  }

  const takeJpegs = createJpegParts({
    isWanted: () => true,
    onJpeg: (jpeg) => {
      jpegs.push(jpeg);
      deliver();
    },
  });
  const readStamps = createStampReader();
  child.stdout?.on('data', takeJpegs);
  const stampPipe = child.stdio[ffmpegFds.stamps] as Readable | null;
  stampPipe?.setEncoding('latin1').on('data', (text: string) => {
    stamps.push(...readStamps(text));
    deliver();
  });
  // A decoder that ends closes its pipes; the end itself is what counts.
  for (const pipe of [stdin, child.stdout, stampPipe] satisfies (Readable | Writable | null)[]) {
    pipe?.on('error', () => undefined);
  }
  void process.exited.then(() => {
    if (!isClosed) options.onEnded();
  });
  for (const piece of start) stdin?.write(piece);

  return {
    process,
    feed(packets, startsKey) {
      if (!stdin || isClosed) return;
      if (stdin.writableLength > queueLimit) isSkipping = true;
      else if (startsKey) isSkipping = false;
      if (!isSkipping) stdin.write(packets);
    },
    close() {
      isClosed = true;
      process.kill();
    },
  };
}
