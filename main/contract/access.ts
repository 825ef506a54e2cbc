/**
 * Who may do what: each role includes those below it.
 */
import { z } from 'zod';

export const Role = z.enum(['viewer', 'operator', 'ml-engineer', 'admin', 'system']);
export type Role = z.infer<typeof Role>;

/** What somebody has who asks: a role, or none before signing in. */
export const CallerRole = z.enum(['nobody', ...Role.options]);
export type CallerRole = z.infer<typeof CallerRole>;

/** What a procedure asks for; `anyone` is for what comes before signing in. */
export type NeededRole = Role | 'anyone';

const rank: Record<CallerRole | 'anyone', number> = {
  anyone: -1,
  nobody: -1,
  viewer: 0,
  operator: 1,
  'ml-engineer': 2,
  admin: 3,
  system: 4,
};

/** Whether somebody with `role` may call what needs `needed`. */
export function includesRole(role: CallerRole, needed: NeededRole): boolean {
  return rank[role] >= rank[needed];
}

/** The lower one of two roles. */
export function lowerRole(one: CallerRole, other: CallerRole): CallerRole {
  return rank[one] <= rank[other] ? one : other;
}

/** The ways into a station. `station` is the station itself, for example its demonstration. */
export const DoorKind = z.enum(['window', 'browser', 'rest', 'cli', 'station', 'test']);
export type DoorKind = z.infer<typeof DoorKind>;

/** Who asks, through which door. */
export interface Caller {
  /** Id of the user, or a word for who has no account: `local`, `command line`, `nobody` */
  readonly user: string;
  readonly role: CallerRole;
  readonly door: DoorKind;
  /** Network address of the other side; left out inside this process */
  readonly address?: string;
  /** The only cameras this caller may see; all when left out or null */
  readonly cameras?: readonly string[] | null;
  /** The only procedures this caller may call, as names or `noun.*`; all when left out or null */
  readonly scopes?: readonly string[] | null;
  /** The session that was signed in; null for keys and the local PC */
  readonly sessionId?: string | null;
}
