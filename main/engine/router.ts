/**
 * The one gate: a call is parsed, its role checked, its service asked, its answer parsed, its error given a code.
 */
import type { z } from 'zod';
import { includesRole, type Role } from '#contract/access.ts';
import { StationError } from '#contract/error.ts';
import {
  type CallName,
  type OutputOf,
  type ParsedInputOf,
  procedures,
  type StreamName,
} from '#contract/procedures.ts';
import type { ByteStream } from '#contract/door.ts';
import type { Logger } from './base/log.ts';

/** Who asks, through which door. */
export interface Caller {
  readonly user: string;
  readonly role: Role;
  readonly door: 'window' | 'rest' | 'cli' | 'test';
}

export interface CallContext {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number, text: string) => void;
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

export function createRouter(handlers: Handlers, streams: StreamHandlers, log: Logger): Router {
  function admit(name: string, caller: Caller) {
    if (!Object.hasOwn(procedures, name)) {
      throw new StationError('REQ_002', `There is no procedure "${name}".`);
    }
    const row = procedures[name as keyof typeof procedures];
    if (!includesRole(caller.role, row.role)) {
      throw new StationError(
        'ACC_002',
        `"${name}" needs the role ${row.role}; ${caller.user} has ${caller.role}.`,
      );
    }
    return row;
  }

  return {
    async call(name, input, context) {
      const row = admit(name, context.caller);
      if (row.kind === 'stream') {
        throw new StationError('REQ_001', `"${name}" is a stream; open it as one.`);
      }
      const parsed = parseInput<unknown>(row.input, input ?? {});
      const handler = handlers[name as CallName] as (
        input: unknown,
        context: CallContext,
      ) => unknown;
      try {
        context.signal.throwIfAborted();
        return row.output.parse(await handler(parsed, context));
      } catch (error) {
        if (context.signal.aborted) {
          throw new StationError('REQ_004', `"${name}" was cancelled by the caller.`);
        }
        if (error instanceof StationError) throw error;
        // Neither the world nor the caller did this: it is a bug of ours and belongs in the log, whole.
        log.error('procedure failed', { name, error: describe(error) });
        throw new StationError('SYS_001', `"${name}" failed inside the station; see the log.`, {
          cause: error,
        });
      }
    },
    open(name, input, { caller, sink }) {
      const row = admit(name, caller);
      if (row.kind !== 'stream') {
        throw new StationError('REQ_001', `"${name}" is no stream; call it.`);
      }
      const stream = streams[name as StreamName](parseInput(row.input, input), sink);
      return {
        update: (next) => stream.update(parseInput(row.input, next)),
        close: () => stream.close(),
      };
    },
  };
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
