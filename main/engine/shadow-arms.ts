/**
 * Both arms of a shadow on the same frames, each with a tracker and a counter of its own: A with what the model in use has
 * found, B with what the challenger finds. Values in, values out.
 */
import type { ErrorBody } from '#contract/error.ts';
import type { LineCrossing } from '#contract/counting.ts';
import type { ArmName } from '#contract/experiment-arm.ts';
import { createMinuteBook } from './base/arm-minutes.ts';
import type { Seen } from './base/seen.ts';
import { compareBoxes } from './box-agreement.ts';
import { type CameraCounter, createCameraCounter } from './camera-counter.ts';
import { emptyPlan } from './counting-plan.ts';
import {
  nothingMissed,
  type ShadowFound,
  type ShadowFrame,
  type ShadowJob,
  type ShadowMissed,
} from './shadow-protocol.ts';

/** What the challenger said about one frame. */
export type Answered =
  | { readonly detections: readonly Seen[]; readonly inferMs: number }
  | { readonly error: ErrorBody };

export interface ShadowArms {
  missed(since: ShadowMissed): void;
  /** A frame at which both have looked. */
  looked(frame: ShadowFrame, answered: Answered): void;
  /** A frame at which B has not looked: it leaves it out, or nothing moves and it finds what it found before. */
  passedOver(frame: ShadowFrame): void;
  memory(rssBytes: number): void;
  found(cpuMs: number): ShadowFound;
}

export function createShadowArms(
  job: Pick<ShadowJob, 'place' | 'lines' | 'fps' | 'eachNth' | 'tracking'>,
): ShadowArms {
  const { place, lines, fps, eachNth, tracking } = job;
  const books = {
    a: createMinuteBook({ place, arm: 'a' }),
    b: createMinuteBook({ place, arm: 'b' }),
  };
  const crossings: Record<ArmName, LineCrossing[]> = { a: [], b: [] };
  let counters: Readonly<Record<ArmName, CameraCounter>> | null = null;
  let missed: ShadowMissed = nothingMissed;
  let span: { from: number; to: number } | null = null;
  let frames = 0;
  let runs = 0;
  let failures = 0;
  let lastFailure: ErrorBody | null = null;
  let before: readonly Seen[] = [];

  /** A picture of another size makes both begin anew, as it does in the pipeline. */
  function countersFor({ layout }: ShadowFrame): Readonly<Record<ArmName, CameraCounter>> {
    const { picture } = layout;
    const known = counters?.a.picture;
    if (counters && known?.width === picture.width && known.height === picture.height) {
      return counters;
    }
    const options = { picture, fps, plan: { ...emptyPlan, lines }, checkpoint: null };
    counters = {
      a: createCameraCounter(options),
      b: createCameraCounter({ ...options, fps: fps / eachNth, tracking }),
    };
    return counters;
  }

  /** `b` null leaves the frame out. */
  function count(
    frame: ShadowFrame,
    of: { readonly a: readonly Seen[]; readonly b: readonly Seen[] | null },
  ): void {
    const { at, seconds, seq, rssBytes } = frame;
    const both = countersFor(frame);
    span = { from: span?.from ?? at, to: at };
    frames++;
    for (const arm of ['a', 'b'] as const) {
      const found = of[arm];
      if (found === null) continue;
      const counted = both[arm].update(found, { seconds, frameSeq: seq }).crossings;
      for (const crossing of counted) books[arm].cross(Math.round(crossing.atSeconds * 1000));
      crossings[arm].push(...counted);
    }
    if (of.b !== null) books.b.agree(at, compareBoxes(of.a, of.b));
    books.a.memory(rssBytes);
  }

  return {
    missed(since) {
      missed = {
        dropped: missed.dropped + since.dropped,
        foreign: missed.foreign + since.foreign,
        failed: missed.failed + since.failed,
      };
      if (span === null) return;
      if (since.dropped > 0) books.b.lose(span.to, 'drops', since.dropped);
      if (since.failed > 0) books.a.lose(span.to, 'failures', since.failed);
    },
    looked(frame, answered) {
      const { at, detections, inferMs } = frame;
      runs++;
      if ('error' in answered) {
        // Neither arm counts it: their frames stay the same.
        failures++;
        lastFailure = answered.error;
        books.b.lose(at, 'failures');
        return;
      }
      books.a.see(at, { detections, inferMs });
      books.b.see(at, answered);
      before = answered.detections;
      count(frame, { a: detections, b: before });
    },
    passedOver(frame) {
      const { at, detections, inferMs, isLeftOut } = frame;
      books.a.see(at, { detections, inferMs });
      if (!isLeftOut) books.b.see(at, { detections: before, inferMs: null });
      count(frame, { a: detections, b: isLeftOut ? null : before });
    },
    memory: (rssBytes) => books.b.memory(rssBytes),
    found: (cpuMs) => ({
      ...{ frames, missed, span, crossings, runs, failures, lastFailure, cpuMs },
      minutes: [...books.a.minutes(), ...books.b.minutes()],
    }),
  };
}
