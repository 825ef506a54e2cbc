/**
 * Blind counts: a person counts clips of the recording without seeing the station's boxes and counts, and the comparison says how
 * far the station's counts can be trusted (certificate.ts). It has nothing to do with the audit log of who did what.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { Certificate } from './certificate.ts';
import { Direction, Line, LineId } from './counting.ts';
import { Label } from './detection.ts';
import { procedure } from './procedure.ts';
import { Clip } from './recording.ts';

/** A crossing that a person saw. */
export const BlindMark = z.object({
  direction: Direction,
  /** Unix time in ms */
  at: z.number().int().nonnegative(),
});
export type BlindMark = z.infer<typeof BlindMark>;

/**
 * What a person says on a second look where they and the station disagree. What nobody says anything about stays as it was marked
 * blind: what only the person saw happened, what only the station counted did not.
 */
export const ClipVerdicts = z.object({
  /** Crossings of the ledger that did happen although they were not marked */
  happened: z.array(z.number().int().positive()),
  /** Marks that were a mistake, by their place in the list of marks */
  mistaken: z.array(z.number().int().nonnegative()),
});
export type ClipVerdicts = z.infer<typeof ClipVerdicts>;

/** One crossing where person and station disagree. */
export const Disagreement = z.discriminatedUnion('kind', [
  /** The station counted it, the person did not mark it */
  z.object({
    kind: z.literal('only-counted'),
    crossingId: z.number().int().positive(),
    direction: Direction,
    label: Label,
    at: z.number().int(),
    /** What was said on the second look: it happened after all */
    happened: z.boolean(),
  }),
  /** The person marked it, the station did not count it */
  z.object({
    kind: z.literal('only-marked'),
    mark: z.number().int().nonnegative(),
    direction: Direction,
    at: z.number().int(),
    happened: z.boolean(),
  }),
]);
export type Disagreement = z.infer<typeof Disagreement>;

const ClipState = z.enum(['open', 'marked', 'skipped']);

export const BlindClip = z.object({
  /** Place in the order in which they are counted, from 0 */
  position: z.number().int().nonnegative(),
  /** Unix times in ms: marks count from `from` (inclusive) to `to` (exclusive) */
  from: z.number().int(),
  to: z.number().int(),
  state: ClipState,
  /** Why it was not counted; null unless skipped */
  skipped: z.string().nullable(),
  /** Null while clips are open: nobody may know what the station counted before all are counted */
  compared: z
    .object({
      /** Chance with which this clip was drawn within its stratum */
      inclusion: z.number(),
      marks: z.array(BlindMark),
      agreed: z.number().int(),
      disagreements: z.array(Disagreement),
    })
    .nullable(),
});
export type BlindClip = z.infer<typeof BlindClip>;

/** Marking blind; then looking at the disagreements; then the certificate is issued. */
export const BlindCountState = z.enum(['marking', 'looking', 'certified']);
export type BlindCountState = z.infer<typeof BlindCountState>;

export const BlindCount = z.object({
  id: z.number().int().positive(),
  cameraId: CameraId,
  lineId: LineId,
  state: BlindCountState,
  /** The line as it was drawn then */
  line: Line,
  /** Unix time in ms */
  drawnAt: z.number().int(),
  drawnBy: z.string(),
  /** With the same seed, time and settings the same clips are drawn again */
  seed: z.number().int(),
  clipSeconds: z.number(),
  /** The recorded time drawn from, Unix times in ms */
  from: z.number().int(),
  to: z.number().int(),
  /** How many clips there were to draw from */
  slots: z.number().int(),
  clips: z.array(BlindClip),
  certificateId: z.number().int().nullable(),
});
export type BlindCount = z.infer<typeof BlindCount>;

const Which = z.object({ id: z.number().int().positive(), cameraId: CameraId });
const WhichClip = Which.extend({ position: z.number().int().nonnegative() });

export const blindCountProcedures = {
  'blindCount.draw': procedure({
    kind: 'command',
    route: 'POST /blind-counts',
    role: 'operator',
    summary: 'Draws clips of the recording, by hour and density, that a person then counts blind',
    input: z.object({
      cameraId: CameraId,
      lineId: LineId,
      clips: z.number().int().min(4).max(400).default(24),
      clipSeconds: z.number().int().min(10).max(300).default(60),
      /** Unix times in ms; all that is recorded with the line as it is set up now when left out */
      from: z.number().int().nonnegative().optional(),
      to: z.number().int().nonnegative().optional(),
      /** Left out, the station takes one by chance */
      seed: z.number().int().min(0).max(4_294_967_295).optional(),
    }),
    output: BlindCount,
  }),
  'blindCount.list': procedure({
    kind: 'query',
    route: 'GET /blind-counts',
    role: 'operator',
    summary: 'Lists the blind counts, newest first',
    input: z.object({ cameraId: CameraId.optional(), lineId: LineId.optional() }),
    output: z.array(BlindCount),
  }),
  'blindCount.get': procedure({
    kind: 'query',
    route: 'GET /blind-counts/{id}',
    role: 'operator',
    summary: 'Shows one blind count; what the station counted only when all clips are counted',
    input: z.object({ id: z.number().int().positive() }),
    output: BlindCount,
  }),
  'blindCount.clip': procedure({
    kind: 'command',
    route: 'POST /blind-counts/{id}/clips/{position}/film',
    role: 'operator',
    summary:
      'Cuts the film of one clip with two seconds before and after; read it as recording.clip',
    input: WhichClip,
    output: Clip,
  }),
  'blindCount.mark': procedure({
    kind: 'command',
    route: 'POST /blind-counts/{id}/clips/{position}/marks',
    role: 'operator',
    summary: 'Hands in what a person saw cross in one clip, once and for all',
    input: WhichClip.extend({ marks: z.array(BlindMark).max(2000) }),
    output: BlindCount,
  }),
  'blindCount.skip': procedure({
    kind: 'command',
    route: 'POST /blind-counts/{id}/clips/{position}/skip',
    role: 'operator',
    summary: 'Leaves one clip out because it cannot be counted, with the reason',
    input: WhichClip.extend({ reason: z.string().trim().min(3).max(200) }),
    output: BlindCount,
  }),
  'blindCount.judge': procedure({
    kind: 'command',
    route: 'PUT /blind-counts/{id}/clips/{position}/verdicts',
    role: 'operator',
    summary: 'Says, on a second look, which disagreements of one clip did happen',
    input: WhichClip.extend(ClipVerdicts.shape),
    output: BlindCount,
  }),
  'blindCount.certify': procedure({
    kind: 'command',
    route: 'POST /blind-counts/{id}/certificate',
    role: 'operator',
    summary: 'Issues the certificate; the interval on every count of this line follows from it',
    input: Which,
    output: Certificate,
  }),
};
