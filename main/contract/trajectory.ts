/**
 * What stored paths tell about counts: why a crossing counted, who came near and did not, what another line would have
 * counted, and where on a picture counting works.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { Anchor, Bucket, Crossing, Direction, Line, LineId } from './counting.ts';
import { Label } from './detection.ts';
import { Point, Size } from './geometry.ts';
import { procedure } from './procedure.ts';

/** One look at a track beside a line, as the rule saw it. Lengths are px of the analysed picture. */
export const PathLook = z.object({
  /** Unix time in ms */
  at: z.number(),
  /** The anchor, normalised */
  point: Point,
  /** Box, normalised: left, top, width, height */
  box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  /** Signed distance from the line; positive on the *in* side */
  distancePx: z.number(),
  /** Half width of the strip in which the side is not decided */
  bandPx: z.number(),
  /** Place beside the line as a share of its length; below 0 and above 1 beyond its ends */
  along: z.number(),
  /** The side the rule took the object to be on after this look; null while that was open */
  settled: z.enum(['in', 'out']).nullable(),
  /** Whether the object stood beyond the band on the other side without being counted yet */
  isCandidate: z.boolean(),
});
export type PathLook = z.infer<typeof PathLook>;

/** A picture of a receipt's strip, from the recording of the camera. */
export const ReceiptPicture = z.object({
  /** Unix time in ms */
  at: z.number(),
  /** JPEG as base64 */
  jpeg: z.string(),
});
export type ReceiptPicture = z.infer<typeof ReceiptPicture>;

/** What the rule knew when it decided. */
export const RuleValues = z.object({
  /** Side before */
  settledBefore: z.enum(['in', 'out']).nullable(),
  /** First look beyond the band, Unix time in ms */
  candidateSince: z.number(),
  /** Seconds from there to the decision */
  heldSeconds: z.number(),
  /** Seconds that had to be held, unless the object was beyond two bands */
  neededSeconds: z.number(),
  /** How the rule came to its decision */
  decidedBy: z.enum(['held', 'two-bands', 'ended']),
  /** First seen within the band: then it had to move farther */
  isBornInside: z.boolean(),
  /** Where the line was passed, as a share of its length; null when the passage itself was not seen */
  passedAlong: z.number().nullable(),
  /** The lost track whose history this one took over */
  inheritedFrom: z.string().nullable(),
});
export type RuleValues = z.infer<typeof RuleValues>;

/** Everything that is known about one row of the ledger. */
export const Receipt = z.object({
  crossing: Crossing,
  /** The line as it was drawn then; null when its revision is not stored (a replay) */
  line: Line.nullable(),
  model: z.object({ name: z.string(), version: z.string(), digest: z.string() }),
  /** SHA-256 of the settings that decided it */
  configDigest: z.string(),
  /** Whether the path is there: paths are written every half minute and kept for some weeks */
  pathState: z.enum(['complete', 'not-written-yet', 'not-kept']),
  picture: Size.nullable(),
  /** The path beside the line, in the order of time */
  path: z.array(PathLook),
  /** Null when the path is not there, or the rule does not find the crossing again on it */
  rule: RuleValues.nullable(),
  /** Empty unless the camera is recorded */
  pictures: z.array(ReceiptPicture),
});
export type Receipt = z.infer<typeof Receipt>;

/** Why somebody who came near a line was not counted. */
export const NearMissReason = z.enum([
  /** Came within the band and went back without passing the line */
  'came-close',
  /** Passed the line, but not far enough or long enough, and went back */
  'turned-back',
  /** Passed beside the drawn part of the line */
  'beside-the-ends',
  /** First seen on the line and moved too little to be sure of a passage */
  'small-move',
  /** Seen too briefly to be taken for real */
  'unconfirmed',
  /** Its label does not count on this line */
  'label-not-counted',
  /** Is smaller than what counts on this line */
  'too-small',
  /** Not seen any more before the passage was sure */
  'lost',
]);
export type NearMissReason = z.infer<typeof NearMissReason>;

export const NearMiss = z.object({
  trackUid: z.string(),
  label: Label,
  /** When it was nearest to the line, or passed it; Unix time in ms */
  at: z.number(),
  reason: NearMissReason,
  /** The way it would have counted; null when it did not pass the line */
  direction: Direction.nullable(),
  /** Least distance, as a multiple of the band */
  leastBands: z.number(),
  path: z.array(PathLook),
});
export type NearMiss = z.infer<typeof NearMiss>;

/** How far counting can be trusted at a line. */
export const LineVerdict = z.enum(['countable', 'doubtful', 'not-countable', 'unknown']);
export type LineVerdict = z.infer<typeof LineVerdict>;

/** What speaks against a line. */
export const LineFault = z.enum([
  'too-few-tracks',
  'at-the-edge',
  'born-here',
  'dies-here',
  'jitter',
  'too-fast',
  'too-small',
  'along-the-flow',
]);
export type LineFault = z.infer<typeof LineFault>;

export const LineCheck = z.object({
  verdict: LineVerdict,
  /** 0 (never) to 1 (as well as anywhere) */
  score: z.number().min(0).max(1),
  /** The worst first */
  faults: z.array(LineFault),
  /** Tracks that passed the line in the hour looked at */
  passages: z.number().int().nonnegative(),
  figures: z.object({
    /** Distance of the line from the edge of the picture, as a multiple of the size of those who pass */
    edgeBoxes: z.number().nullable(),
    /** Share of the tracks at the line that began within a band of it, and that ended there */
    bornShare: z.number(),
    diedShare: z.number(),
    /** Trembling of the anchor as a multiple of the band */
    jitterBands: z.number(),
    /** Way between two looks as a share of the size */
    stepBoxes: z.number(),
    /** Height of those who pass, px */
    heightPx: z.number(),
    /** Angle between line and flow, degrees; 90 is straight across */
    flowDegrees: z.number().nullable(),
  }),
  /** Unix times in ms of the paths looked at */
  from: z.number(),
  to: z.number(),
});
export type LineCheck = z.infer<typeof LineCheck>;

/** A picture in cells, each with how well counting works there. */
export const LineMap = z.object({
  columns: z.number().int(),
  rows: z.number().int(),
  /** Row by row from the top left: 0 (bad) to 1 (good), −1 where too little passed to tell */
  scores: z.array(z.number()),
  tracks: z.number().int(),
  from: z.number(),
  to: z.number(),
});
export type LineMap = z.infer<typeof LineMap>;

const Sums = z.object({ in: z.number().int(), out: z.number().int() });

export const WhatIf = z.object({
  /** The line as it is; null when none was named */
  old: Sums.nullable(),
  draft: Sums,
  buckets: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      old: Sums.nullable(),
      draft: Sums,
      /** Seconds of the bucket of which paths are kept */
      observedSeconds: z.number(),
    }),
  ),
  observedSeconds: z.number(),
  tracks: z.number().int(),
  tookMs: z.number(),
});
export type WhatIf = z.infer<typeof WhatIf>;

const TimeRange = { from: z.number().int().nonnegative(), to: z.number().int().nonnegative() };
const Shape = {
  cameraId: CameraId,
  points: z.array(Point).min(2).max(16),
  anchor: Anchor.default('bottom'),
  labels: z.array(Label).default([]),
  minHeight: Line.shape.minHeight,
};

export const trajectoryProcedures = {
  'crossing.receipt': procedure({
    kind: 'query',
    route: 'GET /receipts',
    role: 'viewer',
    summary: 'Shows why a crossing was counted: path, distances, times, rule, model, settings',
    input: z.object({ id: z.number().int().positive() }),
    output: Receipt,
  }),
  'line.nearMisses': procedure({
    kind: 'query',
    route: 'GET /lines/{lineId}/near-misses',
    role: 'viewer',
    summary: 'Lists who came near a line or passed it without being counted, and why',
    input: z.object({
      lineId: LineId,
      ...TimeRange,
      limit: z.number().int().min(1).max(500).default(100),
    }),
    output: z.object({
      misses: z.array(NearMiss),
      tracks: z.number().int(),
      observedSeconds: z.number(),
    }),
  }),
  'line.whatIf': procedure({
    kind: 'query',
    route: 'POST /lines/what-if',
    role: 'viewer',
    summary: 'Counts the past again with a line as it is drafted, beside the line as it is',
    input: z.object({
      ...Shape,
      ...TimeRange,
      /** The line that the draft would replace */
      lineId: LineId.optional(),
      bucket: Bucket.default('hour'),
      timeZone: z.string().min(1).max(64).optional(),
    }),
    output: WhatIf,
  }),
  'line.check': procedure({
    kind: 'query',
    route: 'POST /lines/check',
    role: 'viewer',
    summary: 'Says whether a line can be counted where it is drafted, from the last hour of paths',
    input: z.object(Shape),
    output: LineCheck,
  }),
  'line.map': procedure({
    kind: 'query',
    route: 'GET /line-map',
    role: 'viewer',
    summary: 'Shows where on the picture of a camera counting works, from the last hour of paths',
    input: z.object({ cameraId: CameraId, anchor: Anchor.default('bottom') }),
    output: LineMap,
  }),
};
