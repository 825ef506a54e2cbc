/**
 * Whether a version that was just installed has proven itself, or the version before it must come back. Values in,
 * verdict out; the note is kept in a file, because it must be read before the database is opened.
 *
 *   installing ──start of the new version──▶ trial ──well for a minute──▶ healthy
 *                                              └──not well in time, or too many starts──▶ returning ──start of the old──▶ returned
 */
import { z } from 'zod';

export const TrialNote = z.object({
  from: z.string(),
  to: z.string(),
  state: z.enum(['installing', 'trial', 'healthy', 'returning', 'returned']),
  /** Unix time in ms of the installation */
  startedAt: z.number(),
  /** How often the new version has been started without proving itself */
  starts: z.number().int().nonnegative(),
  /** What worked before: cameras with a live picture, and whether a model counted */
  before: z.object({ liveCameras: z.number().int().nonnegative(), hasModel: z.boolean() }),
  /** Name of the copy of the database from before, beside the note */
  database: z.string(),
  /** Whether the package of the version before is kept, so that it can come back by itself */
  canReturn: z.boolean(),
  reason: z.string(),
});
export type TrialNote = z.infer<typeof TrialNote>;

/** A version that ends so often before it is well is taken back. */
export const maxStarts = 3;
/** It must be well for so long without a break. */
export const wellForMs = 60_000;
/** And must have become so within this time. */
export const provenWithinMs = 300_000;

export type StartVerdict =
  /** Nothing to do with an update */
  | { readonly kind: 'none' }
  /** The new version runs: count this start, and watch it */
  | { readonly kind: 'watch'; readonly note: TrialNote }
  /** It has ended too often */
  | { readonly kind: 'return'; readonly note: TrialNote }
  /** The version before it is back */
  | { readonly kind: 'came-back'; readonly note: TrialNote }
  /** The installer did not do its work: the old version still runs */
  | { readonly kind: 'not-installed'; readonly note: TrialNote };

/** What the start of a version means, by the note of the last installation. */
export function judgeStart(note: TrialNote | null, version: string): StartVerdict {
  if (note === null) return { kind: 'none' };
  const isUnproven = note.state === 'installing' || note.state === 'trial';
  if (version === note.to && isUnproven) {
    const counted: TrialNote = { ...note, state: 'trial', starts: note.starts + 1 };
    if (counted.starts <= maxStarts) return { kind: 'watch', note: counted };
    const reason = `it ended ${String(note.starts)} times before it had proven itself`;
    return { kind: 'return', note: { ...counted, state: 'returning', reason } };
  }
  if (version === note.from && (note.state === 'returning' || note.state === 'trial')) {
    return { kind: 'came-back', note: { ...note, state: 'returned' } };
  }
  if (version === note.from && note.state === 'installing') return { kind: 'not-installed', note };
  return { kind: 'none' };
}

export interface HealthFacts {
  readonly isDatabaseWritable: boolean;
  readonly liveCameras: number;
  readonly hasModel: boolean;
}

/** The first thing that was well before and is not now; null when all is. */
export function whatIsWrong(before: TrialNote['before'], now: HealthFacts): string | null {
  if (!now.isDatabaseWritable) return 'the database cannot be written';
  if (before.hasModel && !now.hasModel) return 'no model counts';
  // A single camera may be off for reasons of its own; all at once are not.
  if (before.liveCameras > 0 && now.liveCameras === 0) return 'no camera has a live picture';
  return null;
}

export interface TrialWatch {
  /** Monotonic, ms */
  readonly startedMs: number;
  readonly nowMs: number;
  /** Since when it is well without a break; null when it is not */
  readonly wellSinceMs: number | null;
  readonly wrong: string | null;
}

export function judgeTrial({
  startedMs,
  nowMs,
  wellSinceMs,
  wrong,
}: TrialWatch): 'watch' | 'healthy' | 'return' {
  if (wellSinceMs !== null && wrong === null && nowMs - wellSinceMs >= wellForMs) return 'healthy';
  if (nowMs - startedMs >= provenWithinMs && wrong !== null) return 'return';
  return 'watch';
}
