/**
 * The id of the request for which something is done now: it goes with the calls that a request makes, however they wait for each
 * other, and ends with its answer. Whatever a request has started and lives longer belongs to no request.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { Fields, Logger } from './log.ts';

interface Scope {
  readonly id: string;
  isOver: boolean;
}

const scopes = new AsyncLocalStorage<Scope>();

/** Short enough to be read out on the telephone: 48 random bits, hex. */
export function newRequestId(): string {
  return randomBytes(6).toString('hex');
}

/** Of the request for which this is done; null when it is done for none. */
export function requestIdNow(): string | null {
  const scope = scopes.getStore();
  return scope === undefined || scope.isOver ? null : scope.id;
}

/** Does what a request asks for. */
export async function inRequest<T>(id: string, work: () => Promise<T>): Promise<T> {
  const scope: Scope = { id, isOver: false };
  try {
    return await scopes.run(scope, work);
  } finally {
    scope.isOver = true;
  }
}

/** The same log, which adds `requestId` to what is said for a request. */
export function withRequestIds(log: Logger): Logger {
  const marked = (fields: Fields | undefined): Fields | undefined => {
    const requestId = requestIdNow();
    return requestId === null ? fields : { ...fields, requestId };
  };
  return {
    debug: (fact, fields) => log.debug(fact, marked(fields)),
    info: (fact, fields) => log.info(fact, marked(fields)),
    warn: (fact, fields) => log.warn(fact, marked(fields)),
    error: (fact, fields) => log.error(fact, marked(fields)),
  };
}
