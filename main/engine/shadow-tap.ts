/**
 * The worker's side of a challenger that looks on: gives it copies of the frames of one camera, never waits for it, and counts
 * what it does not get.
 *
 *   frame counted ──▶ shall B look?  yes ─▶ has it asked for one?  yes ─▶ copy ─▶ socket
 *                          │                                       no ─▶ dropped, counted
 *                          └ no: nothing moves, or its frame rate leaves it out ─▶ socket, without pixels
 */
import net from 'node:net';
import type { FrameLayout } from './base/frame.ts';
import type { Frame } from './base/frame.ts';
import type { Seen } from './base/seen.ts';
import {
  nothingMissed,
  type ShadowFrame,
  type ShadowMissed,
  type ShadowTarget,
} from './shadow-protocol.ts';
import { toWire } from './shadow-wire.ts';

/** A frame as it was counted. */
export interface TappedFrame {
  readonly frame: Frame;
  readonly detections: readonly Seen[];
  /** Who has found them */
  readonly modelDigest: string;
  /** Null where the gate knew what is in it */
  readonly inferMs: number | null;
  /** Read at once and not kept */
  readonly pixels: Uint8Array;
  readonly layout: FrameLayout;
}

export interface ShadowTap {
  readonly target: ShadowTarget;
  see(frame: TappedFrame): void;
  /** The model in use failed on a frame. */
  failed(): void;
  /** Tells what is still to tell and hangs up. */
  close(): void;
}

/** Messages without pixels are small, but a challenger that hangs would let them pile up */
const mostWaitingBytes = 4_000_000;

export function createShadowTap(target: ShadowTarget): ShadowTap {
  const socket = net.connect(target.address);
  let asked = 0;
  let missed: ShadowMissed = nothingMissed;
  let turn = 0;
  /** The model in use has looked at a frame that B left out: what B found before is not what is there now */
  let isBehind = false;
  socket.on('data', (bytes) => {
    asked += bytes.length;
  });
  // The station sees what became of the challenger; here nothing depends on it.
  socket.on('error', () => socket.destroy());

  function miss(what: keyof ShadowMissed): void {
    missed = { ...missed, [what]: missed[what] + 1 };
  }

  function send(frame: ShadowFrame | null, pixels: Uint8Array | null): void {
    const copy = pixels && Uint8Array.from(pixels);
    for (const part of toWire({ message: { frame, since: missed }, pixels: copy })) {
      socket.write(part);
    }
    missed = nothingMissed;
  }

  return {
    target,
    see({ frame, detections, modelDigest, inferMs, pixels, layout }) {
      if (modelDigest !== target.modelDigest) {
        miss('foreign');
        return;
      }
      const isLeftOut = turn++ % target.eachNth !== 0;
      if (isLeftOut && inferMs !== null) isBehind = true;
      const isLooked = !isLeftOut && (inferMs !== null || isBehind);
      if (
        socket.destroyed ||
        socket.writableLength > mostWaitingBytes ||
        (isLooked && asked === 0)
      ) {
        miss('dropped');
        return;
      }
      if (isLooked) {
        asked--;
        isBehind = false;
      }
      const { seq, capturedAt } = frame;
      const at = { seq, at: Math.round(capturedAt), seconds: capturedAt / 1000 };
      const rssBytes = process.memoryUsage.rss();
      const seen = { ...at, layout, detections, inferMs, isLeftOut, rssBytes };
      send(seen, isLooked ? pixels : null);
    },
    failed: () => miss('failed'),
    close() {
      if (!socket.destroyed) send(null, null);
      socket.end();
    },
  };
}
