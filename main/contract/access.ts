/**
 * Who may do what: each role includes those below it.
 */
import { z } from 'zod';

export const Role = z.enum(['viewer', 'operator', 'ml-engineer', 'admin', 'system']);
export type Role = z.infer<typeof Role>;

const rank: Record<Role, number> = {
  viewer: 0,
  operator: 1,
  'ml-engineer': 2,
  admin: 3,
  system: 4,
};

/** Whether somebody with `role` may call what needs `needed`. */
export function includesRole(role: Role, needed: Role): boolean {
  return rank[role] >= rank[needed];
}
