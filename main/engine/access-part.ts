/**
 * Wires the part of the station that knows who may do what: book, sessions, passwords, audit trail.
 */
import { type Access, createAccess } from './access/access.ts';
import { openBook } from './access/book.ts';
import { createPasswords, type PasswordCost, usualCost } from './access/passwords.ts';
import { sessionRules } from './access/session-rules.ts';
import { createAuditTrail, type AuditTrail } from './audit-trail.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import { redact } from './capture/redact.ts';
import type { Handlers, Router } from './router.ts';
import { createAccountService } from './services/account-service.ts';
import type { Store } from './store/store.ts';

export interface AccessPart {
  readonly access: Access;
  readonly audit: AuditTrail;
  readonly handlers: Pick<
    Handlers,
    Extract<
      keyof Handlers,
      `session.${string}` | `user.${string}` | `key.${string}` | `audit.${string}`
    >
  >;
}

export interface AccessPartDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** Tests that make many users make them cheaply */
  readonly passwordCost?: PasswordCost;
  /** The router that the audit trail asks for what was there before */
  readonly router: () => Router;
}

const stationCaller = { user: 'station', role: 'system', door: 'station' } as const;

/** Rejects with SYS_002 when the accounts cannot be read. */
export async function createAccessPart(deps: AccessPartDeps): Promise<AccessPart> {
  const { store, clock, log } = deps;
  const book = await openBook(store.accounts, { now: () => clock.now(), log });
  const access = createAccess({ book, rules: sessionRules, clock, log });
  return {
    access,
    audit: createAuditTrail({
      append: (fact) => store.audit.append(fact),
      ask: (name, input) =>
        deps.router().call(name, input, {
          caller: stationCaller,
          signal: new AbortController().signal,
          onProgress: () => undefined,
        }),
      mask: redact,
      clock,
      log,
    }),
    handlers: {
      ...createAccountService({
        access,
        book,
        passwords: createPasswords(deps.passwordCost ?? usualCost),
        clock,
      }),
      'audit.list': (query) => store.audit.list(query),
      'audit.verify': () => store.audit.verify(),
    },
  };
}
