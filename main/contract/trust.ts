/**
 * How far the counts of an hour can be relied on, read from paths and pictures without anybody's labels: figures of a line
 * by the hour, what is usual there, and what differs from it.
 */
import { z } from 'zod';
import { LineId } from './counting.ts';
import { procedure } from './procedure.ts';

/** Longest time that is answered at once, days. */
export const mostTrustDays = 31;

/** What is measured of a line in an hour. */
export const TrustFigure = z.enum([
  /** Tracks that came to the line */
  'tracks',
  /** Share of them that began within two bands of it, and that ended there */
  'bornShare',
  'endedShare',
  /** Share of the passages in which a track ended and another began close by right after, at the line or across it */
  'fragments',
  /** Identities that most likely changed at the line: a track ends within two bands, one of its class begins there, by passage */
  'switches',
  /** Trembling of the anchor as a multiple of the band */
  'jitterBands',
  /** Height of those who came, px */
  'heightPx',
  /** Mean score of the detections that counted */
  'score',
  /** Frames looked at in a second */
  'framesPerSecond',
  /** Of the picture: mean brightness, 0…1; mean edge between neighbours, levels of 255; shaking, px of the analysed picture */
  'brightness',
  'sharpness',
  'shakePx',
]);
export type TrustFigure = z.infer<typeof TrustFigure>;

/** By what tracks are put into groups, to see whether some are found less than they were. */
export const SeenBy = z.enum(['size', 'light', 'place', 'zone']);
export type SeenBy = z.infer<typeof SeenBy>;

/** How well one group was seen in an hour. */
export const SeenGroup = z.object({
  by: SeenBy,
  /** small, medium, large; bright, dusk, dark; left, middle, right; `zone id:revision` */
  name: z.string(),
  tracks: z.number().int().nonnegative(),
  /** Frames in the lives of these tracks, and those of them in which the object was found */
  frames: z.number().int().nonnegative(),
  seenFrames: z.number().int().nonnegative(),
  /** Tracks that ended while another most likely went on with the same object */
  broken: z.number().int().nonnegative(),
});
export type SeenGroup = z.infer<typeof SeenGroup>;

/** What is measured of a line in an hour. */
export const LineFigures = z.object({
  tracks: z.number().int().nonnegative(),
  /** Tracks whose path passed the line */
  passages: z.number().int().nonnegative(),
  /** Null where no track came */
  bornShare: z.number().nullable(),
  endedShare: z.number().nullable(),
  /** Null where nothing passed, whole or broken */
  fragments: z.number().nullable(),
  switches: z.number().nullable(),
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
export type LineFigures = z.infer<typeof LineFigures>;

/** What is measured of a camera in an hour; null where its picture was not measured. */
export const CameraFigures = z.object({
  brightness: z.number().nullable(),
  sharpness: z.number().nullable(),
  shakePx: z.number().nullable(),
  groups: z.array(SeenGroup),
});
export type CameraFigures = z.infer<typeof CameraFigures>;

export const TrustFigures = z.object({ ...LineFigures.shape, ...CameraFigures.shape });
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
  'identities-switch',
  'mix-changed',
  'light-changed',
  'blurred',
  'shaking',
  /** A group is found in fewer frames than usual, or its tracks break more often */
  'seen-less',
  'breaks-more',
  /** The same of every group, said once */
  'all-seen-less',
  'all-break-more',
  'no-normal-yet',
  'too-few-to-tell',
]);
export type TrustReasonCode = z.infer<typeof TrustReasonCode>;

export const TrustReason = z.object({
  code: TrustReasonCode,
  /** The figure of this hour, and what is usual; null where there is none */
  value: z.number().nullable(),
  usual: z.number().nullable(),
  /** The label or group that it is about, `size:small`; left out where it is about all */
  of: z.string().optional(),
});
export type TrustReason = z.infer<typeof TrustReason>;

export const TrustHour = z.object({
  /** Unix times in ms */
  from: z.number().int(),
  to: z.number().int(),
  figures: TrustFigures,
  /** By figure; null while too few hours are known */
  normal: z.partialRecord(TrustFigure, TrustNormal).nullable(),
  /** Usual share of the frames in which a group is found, by `size:small`; those that are known */
  normalSeen: z.record(z.string(), TrustNormal),
  verdict: TrustVerdict,
  /** The worst first */
  reasons: z.array(TrustReason),
});
export type TrustHour = z.infer<typeof TrustHour>;

/** An hour without its figures: a month of them is one small answer. */
export const JudgedHour = TrustHour.pick({ from: true, to: true, verdict: true, reasons: true });
export type JudgedHour = z.infer<typeof JudgedHour>;

export const trustProcedures = {
  'trust.panel': procedure({
    kind: 'query',
    route: 'GET /lines/{lineId}/trust',
    role: 'viewer',
    summary: 'Says for each hour whether the counts of a line can be relied on, and why not',
    input: z.object({
      lineId: LineId,
      /** Unix times in ms, at most 31 days apart; hours begin on the full hour of UTC */
      from: z.number().int().nonnegative(),
      to: z.number().int().nonnegative(),
    }),
    output: z.object({
      hours: z.array(JudgedHour),
      /** Hours with enough tracks from which the usual is learned, and how many it takes */
      knownHours: z.number().int(),
      /** Hours not measured yet, the oldest: ask again for more of them */
      missingHours: z.number().int(),
      neededHours: z.number().int(),
    }),
  }),
  'trust.hour': procedure({
    kind: 'query',
    route: 'GET /lines/{lineId}/trust/{from}',
    role: 'viewer',
    summary: 'Gives the figures of one hour of a line beside what is usual there',
    input: z.object({
      lineId: LineId,
      /** Start of a full hour of UTC that was measured, Unix time in ms */
      from: z.coerce.number().int().nonnegative(),
    }),
    output: TrustHour,
  }),
};
