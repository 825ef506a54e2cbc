/**
 * The one gate: a call is parsed, its role checked, its service asked, its answer parsed, its error given a code.
 */
import type { z } from 'zod';
import { type Caller, includesRole } from '#contract/access.ts';
import { type ErrorCode, errorCodes, StationError } from '#contract/error.ts';
import {
  type CallName,
  type OutputOf,
  type ParsedInputOf,
  procedures,
  type StreamName,
} from '#contract/procedures.ts';
import type { ByteStream } from '#contract/door.ts';
import { foreignCamera, namesCamera, withoutForeign } from './access/camera-scope.ts';
import type { AuditTrail, Outcome } from './audit-trail.ts';
import type { Logger } from './base/log.ts';
import { inRequest, newRequestId, requestIdNow } from './base/request-scope.ts';

export type { Caller };

/** Where a door keeps the secret of a session: a browser's cookie, the memory of the window. */
export type KeepSession = (secret: string | null) => void;

export interface CallContext {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number, text: string) => void;
  /** Left out by doors that cannot keep a session */
  readonly keepSession?: KeepSession;
  /** By which log, audit log and the caller know this request; where the door has none the router gives one to the service */
  readonly requestId?: string;
}

/** What the services give: one function per procedure. */
export type Handlers = {
  readonly [N in CallName]: (
    input: ParsedInputOf<N>,
    context: CallContext,
  ) => Promise<OutputOf<N>> | OutputOf<N>;
};

export interface StreamSink {
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onClosed: () => void;
}

export type StreamHandlers = {
  readonly [N in StreamName]: (
    input: ParsedInputOf<N>,
    sink: StreamSink,
  ) => { update(input: ParsedInputOf<N>): void; close(): void };
};

export interface Router {
  /** Rejects with a StationError, whatever went wrong. */
  call(name: string, input: unknown, context: CallContext): Promise<unknown>;
  open(name: string, input: unknown, options: { caller: Caller; sink: StreamSink }): ByteStream;
}

export interface RouterDeps {
  readonly log: Logger;
  /** Left out, nothing is audited: only for tests */
  readonly audit?: AuditTrail;
  /** The station failed at what was asked of it: not the caller's fault */
  readonly onFailed?: (code: ErrorCode) => void;
}

export function createRouter(
  handlers: Handlers,
  streams: StreamHandlers,
  { log, audit, onFailed }: RouterDeps,
): Router {
  async function run(name: string, parsed: unknown, context: CallContext): Promise<unknown> {
    const handler = handlers[name as CallName] as (input: unknown, context: CallContext) => unknown;
    try {
      context.signal.throwIfAborted();
      const output = procedures[name as CallName].output.parse(await handler(parsed, context));
      return scoped(name, output, context.caller);
    } catch (error) {
      if (context.signal.aborted) {
        throw new StationError('REQ_004', `"${name}" was cancelled by the caller.`);
      }
      if (error instanceof StationError) {
        if (errorCodes[error.code].status >= 500) onFailed?.(error.code);
        throw error;
      }
      onFailed?.('SYS_001');
      // Neither the world nor the caller did this: it is a bug of ours and belongs in the log, whole.
      log.error('procedure failed', { name, error: describe(error) });
      throw new StationError('SYS_001', `"${name}" failed inside the station; see the log.`, {
        cause: error,
      });
    }
  }

  /** A command leaves a row in the audit log, whatever becomes of it. */
  async function runAudited(name: string, input: unknown, context: CallContext): Promise<unknown> {
    const { caller, requestId } = context;
    if (audit === undefined) {
      const parsed = admit(name, input, caller);
      admitThing(name, parsed, { before: null, caller });
      return run(name, parsed, context);
    }
    const at = audit.now();
    let before: unknown = null;
    let outcome: Outcome;
    let kind: 'refused' | 'failed' = 'refused';
    try {
      const parsed = admit(name, input, caller);
      before = await audit.before(name, parsed);
      admitThing(name, parsed, { before, caller });
      kind = 'failed';
      outcome = { kind: 'done', output: await run(name, parsed, context) };
    } catch (error) {
      outcome = { kind, error: StationError.from(error, 'SYS_001') };
    }
    // Whoever is not signed in could fill the disk with refusals; the doors count those.
    const isStranger =
      caller.role === 'nobody' &&
      outcome.kind !== 'done' &&
      (outcome.kind === 'refused' || outcome.error.code === 'ACC_004');
    if (!isStranger) await audit.write({ name, caller, at, input, before, requestId }, outcome);
    if (outcome.kind === 'done') return outcome.output;
    throw outcome.error;
  }

  async function answer(name: string, input: unknown, context: CallContext): Promise<unknown> {
    const row = rowOf(name);
    if (row.kind === 'stream') {
      mayCall(name, context.caller);
      throw new StationError('REQ_001', `"${name}" is a stream; open it as one.`);
    }
    if (row.kind === 'command') return runLogged(name, input, context);
    return run(name, admit(name, input, context.caller), context);
  }

  /** A command is said in the log when it is over, so that what it caused can be found from there. */
  async function runLogged(name: string, input: unknown, context: CallContext): Promise<unknown> {
    const { user, door } = context.caller;
    try {
      const output = await runAudited(name, input, context);
      log.info('command done', { name, user, door });
      return output;
    } catch (error) {
      const { code, message } = StationError.from(error, 'SYS_001');
      log.info('command failed', { name, user, door, code, reason: message });
      throw error;
    }
  }

  return {
    call(name, input, context) {
      // What a service asks of the station on the way belongs to the same request.
      const requestId = context.requestId ?? requestIdNow() ?? newRequestId();
      return inRequest(requestId, async () => {
        try {
          return await answer(name, input, { ...context, requestId });
        } catch (error) {
          throw StationError.from(error, 'SYS_001').ofRequest(requestId);
        }
      });
    },
    open(name, input, { caller, sink }) {
      const row = rowOf(name);
      if (row.kind !== 'stream') {
        mayCall(name, caller);
        throw new StationError('REQ_001', `"${name}" is no stream; call it.`);
      }
      const stream = streams[name as StreamName](admit(name, input, caller) as never, sink);
      return {
        update: (next) => stream.update(admit(name, next, caller) as never),
        close: () => stream.close(),
      };
    },
  };
}

function rowOf(name: string) {
  if (!Object.hasOwn(procedures, name)) {
    throw new StationError('REQ_002', `There is no procedure "${name}".`);
  }
  return procedures[name as keyof typeof procedures];
}

/**
 * Whether this caller may ask for this at all.
 * @throws StationError ACC_001 when nobody is signed in, ACC_002 when the role or the key does not allow it
 */
function mayCall(name: string, caller: Caller): void {
  const { role } = rowOf(name);
  if (!includesRole(caller.role, role)) {
    if (caller.role === 'nobody') {
      throw new StationError('ACC_001', 'Sign in first.');
    }
    throw new StationError(
      'ACC_002',
      `"${name}" needs the role ${role}; ${caller.user} has ${caller.role}.`,
    );
  }
  const { scopes } = caller;
  const noun = `${name.split('.')[0] ?? ''}.*`;
  if (scopes && role !== 'anyone' && !scopes.includes(name) && !scopes.includes(noun)) {
    throw new StationError('ACC_002', `"${name}" is not among what ${caller.user} was made for.`);
  }
}

/** Checks role and cameras, parses the input. @throws StationError as `mayCall` and `parseInput` */
function admit(name: string, input: unknown, caller: Caller): unknown {
  mayCall(name, caller);
  const row = rowOf(name);
  const parsed = parseInput<unknown>(row.input, input ?? {});
  const { cameras } = caller;
  if (!cameras) return parsed;
  const foreign = foreignCamera(name, parsed, cameras);
  if (foreign !== null) {
    throw new StationError('ACC_002', `${caller.user} may not see the camera ${foreign}.`);
  }
  return parsed;
}

/**
 * Whether somebody who may see some cameras may change this thing: it is on one of them, and so is what it replaces.
 * @param before what was there until now, null when nothing was
 * @throws StationError ACC_002
 */
function admitThing(
  name: string,
  parsed: unknown,
  { before, caller: { cameras, user } }: { before: unknown; caller: Caller },
): void {
  if (!cameras || name.startsWith('session.')) return;
  const isNamed = namesCamera(name, parsed) || namesCamera(name, before);
  if (isNamed && foreignCamera(name, before, cameras) === null) return;
  throw new StationError(
    'ACC_002',
    `"${name}" is not about one of the cameras of ${user}, who may only work on ${cameras.join(', ')}.`,
  );
}

/** An answer as far as this caller may see it. */
function scoped(name: string, output: unknown, { cameras, user }: Caller): unknown {
  if (!cameras) return output;
  if (foreignCamera(name, output, cameras) !== null) {
    throw new StationError('ACC_002', `${user} may not see the camera that this is about.`);
  }
  return withoutForeign(name, output, cameras);
}

/**
 * Parses what came through a door.
 * @throws StationError REQ_001 that names the first wrong field and what is wrong with it
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  const where = path === '' ? 'The request' : `"${path}"`;
  throw new StationError('REQ_001', `${where} is wrong: ${issue?.message ?? 'unreadable'}.`, {
    path,
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
