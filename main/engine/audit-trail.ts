/**
 * Writes one row of the audit log for each command: who asked, what was there before, what came of it.
 */
import type { Caller } from '#contract/access.ts';
import { SessionState } from '#contract/account.ts';
import type { AuditFact } from '#contract/audit.ts';
import type { StationError } from '#contract/error.ts';
import { procedures } from '#contract/procedures.ts';
import { auditText } from './access/audit-text.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';

export interface Asked {
  readonly name: string;
  readonly caller: Caller;
  /** Unix time in ms */
  readonly at: number;
  readonly input: unknown;
  readonly before: unknown;
  readonly requestId: string | undefined;
}

export type Outcome =
  | { readonly kind: 'done'; readonly output: unknown }
  | { readonly kind: 'refused' | 'failed'; readonly error: StationError };

export interface AuditTrail {
  now(): number;
  /** What a command is about to change, found by the query that shows it; null when there is none. */
  before(name: string, input: unknown): Promise<unknown>;
  /** Never rejects: a log that cannot be written is said in the station's log and must not stop the station. */
  write(asked: Asked, outcome: Outcome): Promise<void>;
}

export interface AuditTrailDeps {
  readonly append: (fact: AuditFact) => Promise<unknown>;
  /** Asks a query as the station itself. */
  readonly ask: (name: string, input: unknown) => Promise<unknown>;
  /** Hides the passwords inside an address. */
  readonly mask: (text: string) => string;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createAuditTrail({ append, ask, mask, clock, log }: AuditTrailDeps): AuditTrail {
  const text = (value: unknown): string => auditText(value, mask);
  return {
    now: () => clock.now(),
    async before(name, input) {
      const query = queryFor(name, input);
      if (query === null) return null;
      try {
        return query.pick(await ask(query.name, query.input));
      } catch {
        // Nothing is there, or it cannot be read now: the row says null, and the command says the rest.
        return null;
      }
    },
    async write({ name, caller, at, input, before, requestId }, outcome) {
      const isDone = outcome.kind === 'done';
      try {
        await append({
          at,
          user: isDone ? (userOf(outcome.output) ?? caller.user) : caller.user,
          role: caller.role,
          door: caller.door,
          address: caller.address ?? null,
          procedure: name,
          outcome: outcome.kind,
          code: isDone ? null : outcome.error.code,
          input: text(input),
          before: before === null || before === undefined ? null : text(before),
          after: isDone ? text(outcome.output) : null,
          ...(requestId === undefined ? {} : { requestId }),
        });
      } catch (error) {
        log.error('the audit log was not written', { procedure: name, error: String(error) });
      }
    },
  };
}

/** Whoever has signed in by this command; before it the caller was nobody. */
function userOf(output: unknown): string | null {
  const session = SessionState.safeParse(output);
  return session.success ? session.data.userId : null;
}

interface BeforeQuery {
  readonly name: string;
  readonly input: unknown;
  readonly pick: (output: unknown) => unknown;
}

/** Fields by which a thing is known. */
const identifiers = ['id', 'digest', 'cameraId'] as const;

/** `line.save {id}` → `line.get {id}`, or `line.list` and the entry with that id. */
function queryFor(name: string, input: unknown): BeforeQuery | null {
  const noun = name.split('.')[0] ?? '';
  const fields = (typeof input === 'object' && input !== null ? input : {}) as Record<
    string,
    unknown
  >;
  const key = identifiers.find((field) => typeof fields[field] === 'string');
  if (key === undefined) return null;
  const isQuery = (other: string): boolean =>
    Object.hasOwn(procedures, other) &&
    procedures[other as keyof typeof procedures].kind === 'query';
  if (isQuery(`${noun}.get`)) {
    return { name: `${noun}.get`, input: { [key]: fields[key] }, pick: (output) => output };
  }
  if (!isQuery(`${noun}.list`)) return null;
  return {
    name: `${noun}.list`,
    input: {},
    pick: (output) =>
      Array.isArray(output)
        ? ((output as (Record<string, unknown> | null)[]).find(
            (entry) => entry?.[key] === fields[key],
          ) ?? null)
        : null,
  };
}
