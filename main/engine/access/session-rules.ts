/**
 * How long a session lives, and what it may do when nobody is at the screen.
 *
 *   signed in ──(no input for idleLockMs)──▶ locked: looks only ──(password)──▶ signed in
 *       └──────(no request for unseenMs, or older than longestMs)──▶ ended
 */
import { type CallerRole, lowerRole } from '#contract/access.ts';
import type { Session } from '#contract/account.ts';

export interface SessionRules {
  readonly idleLockMs: number;
  readonly unseenMs: number;
  readonly longestMs: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** A wall of cameras stays signed in for a month as a viewer; what can change things is locked after a quarter of an hour. */
export const sessionRules: SessionRules = {
  idleLockMs: 15 * minuteMs,
  unseenMs: 7 * dayMs,
  longestMs: 30 * dayMs,
};

export type Standing = 'active' | 'locked' | 'ended';

/** Where a session stands at `now` (Unix ms). */
export function standingOf(session: Session, now: number, rules: SessionRules): Standing {
  if (now - session.createdAt > rules.longestMs) return 'ended';
  if (now - session.seenAt > rules.unseenMs) return 'ended';
  return now - session.activeAt > rules.idleLockMs ? 'locked' : 'active';
}

/** What somebody with `role` may do in such a session. */
export function roleIn(standing: Standing, role: CallerRole): CallerRole {
  if (standing === 'ended') return 'nobody';
  return standing === 'locked' ? lowerRole(role, 'viewer') : role;
}
