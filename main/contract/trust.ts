/**
 * How far the counts of an hour can be relied on, read from paths without anybody's labels: figures of a line by the hour,
 * what is usual there, and what differs from it.
 */
import { z } from 'zod';
import { LineId } from './counting.ts';
import { procedure } from './procedure.ts';

/** What is measured of a line in an hour. */
export const TrustFigure = z.enum([
  /** Tracks that came to the line */
  'tracks',
  /** Share of them that began within two bands of it, and that ended there */
  'bornShare',
  'endedShare',
  /** Share of the passages in which a track ended and another began close by right after, at the line or across it */
  'fragments',
  /** Trembling of the anchor as a multiple of the band */
  'jitterBands',
  /** Height of those who came, px */
  'heightPx',
  /** Mean score of the detections that counted */
  'score',
  /** Frames looked at in a second */
  'framesPerSecond',
]);
export type TrustFigure = z.infer<typeof TrustFigure>;

export const TrustFigures = z.object({
  tracks: z.number().int().nonnegative(),
  /** Tracks whose path passed the line */
  passages: z.number().int().nonnegative(),
  /** Null where no track came */
  bornShare: z.number().nullable(),
  endedShare: z.number().nullable(),
  /** Null where nothing passed, whole or broken */
  fragments: z.number().nullable(),
  jitterBands: z.number().nullable(),
  heightPx: z.number().nullable(),
  /** Null where nothing was counted */
  score: z.number().nullable(),
  framesPerSecond: z.number().nullable(),
  /** Tracks by label */
  labels: z.record(z.string(), z.number().int()),
  /** Share of the hour of which frames were looked at and paths are kept */
  observedShare: z.number(),
});
export type TrustFigures = z.infer<typeof TrustFigures>;

/** What is usual: median, and the spread around it as a standard deviation (1.4826 × median of the deviations). */
export const TrustNormal = z.object({ median: z.number(), spread: z.number() });
export type TrustNormal = z.infer<typeof TrustNormal>;

export const TrustVerdict = z.enum(['reliable', 'doubtful', 'unreliable', 'unknown']);
export type TrustVerdict = z.infer<typeof TrustVerdict>;

/** What speaks against the counts of an hour, or why nothing can be said. */
export const TrustReasonCode = z.enum([
  'not-observed',
  'many-born',
  'many-ended',
  'many-fragments',
  'trembling',
  'size-changed',
  'low-score',
  'few-frames',
  'few-tracks',
  'no-normal-yet',
  'too-few-to-tell',
]);
export type TrustReasonCode = z.infer<typeof TrustReasonCode>;

export const TrustReason = z.object({
  code: TrustReasonCode,
  /** The figure of this hour, and what is usual; null where there is none */
  value: z.number().nullable(),
  usual: z.number().nullable(),
});
export type TrustReason = z.infer<typeof TrustReason>;

export const TrustHour = z.object({
  /** Unix times in ms */
  from: z.number().int(),
  to: z.number().int(),
  figures: TrustFigures,
  /** By figure; null while too few hours are known */
  normal: z.partialRecord(TrustFigure, TrustNormal).nullable(),
  verdict: TrustVerdict,
  /** The worst first */
  reasons: z.array(TrustReason),
});
export type TrustHour = z.infer<typeof TrustHour>;

export const trustProcedures = {
  'trust.panel': procedure({
    kind: 'query',
    route: 'GET /lines/{lineId}/trust',
    role: 'viewer',
    summary: 'Says for each hour whether the counts of a line can be relied on, and why not',
    input: z.object({
      lineId: LineId,
      /** Unix times in ms, at most 7 days apart; hours begin on the full hour of UTC */
      from: z.number().int().nonnegative(),
      to: z.number().int().nonnegative(),
    }),
    output: z.object({
      hours: z.array(TrustHour),
      /** Hours with enough tracks from which the usual is learned, and how many it takes */
      knownHours: z.number().int(),
      /** Hours not measured yet, the oldest: ask again for more of them */
      missingHours: z.number().int(),
      neededHours: z.number().int(),
    }),
  }),
};
