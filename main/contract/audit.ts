/**
 * The audit log: who did what, when, from where, with what outcome. Each row carries the digest of the one before.
 */
import { z } from 'zod';
import { CallerRole, DoorKind } from './access.ts';
import { ErrorCode } from './error.ts';
import { procedure } from './procedure.ts';

/** What a row says, before it has its place in the chain. */
export const AuditFact = z.object({
  /** Unix time in ms at which the command was asked for */
  at: z.number().int(),
  user: z.string(),
  role: CallerRole,
  door: DoorKind,
  /** Network address of the other side; null inside this PC's process */
  address: z.string().nullable(),
  procedure: z.string(),
  /** `refused` by role, limits or a wrong field; `failed` in the work itself */
  outcome: z.enum(['done', 'refused', 'failed']),
  code: ErrorCode.nullable(),
  /** The request without its secrets, as JSON; long texts as their digest */
  input: z.string(),
  /** What was there before and after, as JSON without secrets; null where nothing was or it is not known */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** Id of the request, which its lines in the log have too; rows of old have none */
  requestId: z.string().optional(),
});
export type AuditFact = z.infer<typeof AuditFact>;

export const AuditRow = AuditFact.extend({
  /** From 1, without holes */
  number: z.number().int().positive(),
  /** SHA-256 of the digest of the row before and of this row as canonical JSON, hex */
  digest: z.string(),
});
export type AuditRow = z.infer<typeof AuditRow>;

export const AuditVerdict = z.object({
  isIntact: z.boolean(),
  rows: z.number().int(),
  /** Digest of the newest row; note it elsewhere to prove later that nothing was changed before it */
  head: z.string().nullable(),
  /** Number of the first row that was changed or is missing */
  brokenAt: z.number().int().nullable(),
  reason: z.string().nullable(),
});
export type AuditVerdict = z.infer<typeof AuditVerdict>;

export const auditProcedures = {
  'audit.list': procedure({
    kind: 'query',
    route: 'GET /audit',
    role: 'admin',
    summary: 'Lists the audit log, newest first',
    input: z.object({
      limit: z.number().int().min(1).max(1000).default(100),
      /** Only rows older than this number, to page backwards */
      before: z.number().int().positive().optional(),
      user: z.string().max(80).optional(),
      procedure: z.string().max(80).optional(),
      requestId: z.string().max(64).optional(),
      /** Unix times in ms: from inclusive, to exclusive */
      from: z.number().int().nonnegative().optional(),
      to: z.number().int().nonnegative().optional(),
    }),
    output: z.array(AuditRow),
  }),
  'audit.verify': procedure({
    kind: 'query',
    route: 'GET /audit/verify',
    role: 'admin',
    summary:
      'Checks the chain of the audit log and names the first row that was changed or removed',
    input: z.object({}),
    output: AuditVerdict,
  }),
};
