/**
 * One run of an engine's command: handshake, questions and answers, and an end for sure.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { StationError } from '#contract/error.ts';
import type { Outputs } from '#engine/inference/head.ts';
import { createWireReader, encodeHead, type WireMessage } from './frames.ts';
import { FromEngine, protocolVersion, type Ready, type ToEngine } from './messages.ts';
import type { LocatedEngine } from './model-files.ts';
import { readOutputs } from './outputs.ts';

export interface EngineInput {
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

export interface EngineProcess {
  readonly ready: Ready;
  readonly pid: number;
  /**
   * Asks for one run. Rejects with INF_001 when the engine says that it failed, INF_002 when it does not answer in time (it
   * is ended then: a wedged run cannot be stopped otherwise), INF_004 when its answer is nonsense, SYS_001 when it has ended.
   */
  infer(input: EngineInput, limitMs: number): Promise<Outputs>;
  /** Resolves when it says that it is well; rejects as `infer`. */
  checkHealth(limitMs: number): Promise<void>;
  hasEnded(): boolean;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  /** Closes its stdin, and ends it when it has not ended after a while. */
  close(): Promise<void>;
}

const closeGraceMs = 3_000;
/** The last lines of stderr, which say why it ended */
const maxLines = 8;
const maxLineLength = 300;
/** What a command needs of the station's environment; secrets of the station are none of its business. */
const passedOn =
  /^(?:PATH|HOME|USERPROFILE|LANG|LC_.*|TZ|TMP|TEMP|TMPDIR|SYSTEMROOT|LD_LIBRARY_PATH|CUDA_.*|NVIDIA_.*)$/i;

interface Waiting {
  readonly resolve: (message: WireMessage & { parsed: FromEngine }) => void;
  readonly reject: (error: StationError) => void;
}

/** Folder of the runners that come with the station. */
export interface EngineOptions {
  readonly engine: LocatedEngine;
  readonly enginesFolder: string;
}

/** Starts the command and shakes hands. Rejects with MODEL_002 when it refuses or is no engine, SYS_001 when it cannot be started. */
export async function startEngine({
  engine,
  enginesFolder,
}: EngineOptions): Promise<EngineProcess> {
  const [program = '', ...args] = engine.command.map((part) =>
    part.replace(/^\{engines\}(?=\/)/, enginesFolder).replace(/^\{here\}(?=\/)/, engine.folder),
  );
  const child = spawn(program, args, {
    cwd: engine.folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => passedOn.test(name))),
      ...engine.env,
    },
  });
  const talk = converse(child, path.basename(program));
  const late = setTimeout(
    () =>
      talk.end(
        new StationError(
          'MODEL_002',
          `The engine ${talk.name} did not say that it is ready within ${String(engine.startSeconds)} s.`,
        ),
      ),
    engine.startSeconds * 1000,
  );
  try {
    const { parsed } = await talk.ask({ kind: 'hello', protocol: protocolVersion }, null);
    if (parsed.kind === 'refused') {
      throw new StationError(
        'MODEL_002',
        `The engine ${talk.name} refused to start: ${parsed.message}`,
      );
    }
    if (parsed.kind !== 'ready') throw talk.unexpected(parsed.kind);
    return { ready: parsed, pid: child.pid ?? 0, ...questionsOf(talk) };
  } catch (error) {
    const reason = StationError.from(error, 'MODEL_002');
    talk.end(reason);
    await talk.ended;
    throw reason;
  } finally {
    clearTimeout(late);
  }
}

type Conversation = ReturnType<typeof converse>;

function questionsOf(talk: Conversation): Omit<EngineProcess, 'ready' | 'pid'> {
  let ids = 0;

  async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
    const timer = setTimeout(
      () =>
        talk.end(
          new StationError(
            'INF_002',
            `The engine ${talk.name} has not answered for ${String(Math.round(limitMs))} ms and was ended.`,
          ),
        ),
      limitMs,
    );
    return work.finally(() => clearTimeout(timer));
  }

  return {
    async infer({ dtype, dims, bytes }, limitMs) {
      const id = ++ids;
      const question = talk.ask({ kind: 'infer', id, input: { dtype, dims } }, bytes);
      const { parsed, payload } = await within(limitMs, question);
      if (parsed.kind === 'failed' && parsed.id === id) {
        throw new StationError('INF_001', `The engine ${talk.name} failed: ${parsed.message}`);
      }
      if (parsed.kind !== 'result' || parsed.id !== id) throw talk.unexpected(parsed.kind);
      return readOutputs(parsed.outputs, payload);
    },
    async checkHealth(limitMs) {
      const id = ++ids;
      const { parsed } = await within(limitMs, talk.ask({ kind: 'health', id }, null));
      if (parsed.kind !== 'health' || parsed.id !== id) throw talk.unexpected(parsed.kind);
      if (!parsed.isOk) {
        throw new StationError(
          'SYS_001',
          `The engine ${talk.name} says that it is not well: ${parsed.message}`,
        );
      }
    },
    hasEnded: () => talk.hasEnded(),
    ended: talk.ended,
    close: () => talk.close(),
  };
}

/** One question after the other: each message of the engine answers the oldest open one. */
function converse(child: ChildProcess, name: string) {
  const waiting: Waiting[] = [];
  const lines: string[] = [];
  const reader = createWireReader();
  let reason: StationError | null = null;
  let isGone = false;
  const gone = Promise.withResolvers<undefined>();

  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line.slice(0, maxLineLength));
      if (lines.length > maxLines) lines.shift();
    });
  }
  // A process that has ended takes nothing more; its exit is what is acted on.
  child.stdin?.on('error', () => undefined);
  child.stdout?.on('data', (chunk: Buffer) => {
    try {
      for (const message of reader.push(chunk)) receive(message);
    } catch (error) {
      end(StationError.from(error, 'INF_004'));
    }
  });
  child.once('error', (cause) =>
    leave(
      new StationError(
        'SYS_001',
        `The engine's program "${name}" cannot be started: ${cause.message}.`,
        { cause },
      ),
    ),
  );
  child.once('close', (code, signal) => leave(reason ?? endedByItself(code, signal)));

  function endedByItself(code: number | null, signal: string | null): StationError {
    const last = lines.length > 0 ? ` Its last words: ${lines.join(' | ')}` : '';
    return new StationError(
      'SYS_001',
      `The engine ${name} ended (${String(signal ?? code)}).${last}`,
    );
  }

  function leave(error: StationError): void {
    if (isGone) return;
    isGone = true;
    reason ??= error;
    for (const { reject } of waiting.splice(0)) reject(reason);
    gone.resolve(undefined);
  }

  function receive(message: WireMessage): void {
    const parsed = FromEngine.safeParse(message.header);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const where = issue?.path.map(String).join('.') ?? '';
      throw new StationError(
        'INF_004',
        `The engine ${name} sent a message that is wrong at "${where}": ${issue?.message ?? ''}.`,
      );
    }
    const first = waiting.shift();
    if (first === undefined) throw unexpected(parsed.data.kind);
    first.resolve({ ...message, parsed: parsed.data });
  }

  function unexpected(kind: string): StationError {
    const error = new StationError(
      'INF_004',
      `The engine ${name} answered "${kind}" where something else was asked.`,
    );
    end(error);
    return error;
  }

  function end(error: StationError): void {
    reason ??= error;
    for (const { reject } of waiting.splice(0)) reject(reason);
    if (!isGone) child.kill('SIGKILL');
  }

  return {
    name,
    unexpected,
    end,
    hasEnded: () => isGone || reason !== null,
    ended: gone.promise,
    ask(
      header: ToEngine,
      payload: Uint8Array | null,
    ): Promise<WireMessage & { parsed: FromEngine }> {
      if (isGone || reason !== null) {
        return Promise.reject(
          reason ?? new StationError('SYS_001', `The engine ${name} has ended.`),
        );
      }
      const answer = Promise.withResolvers<WireMessage & { parsed: FromEngine }>();
      waiting.push(answer);
      child.stdin?.write(encodeHead(header, payload?.length ?? 0));
      if (payload !== null) child.stdin?.write(payload);
      return answer.promise;
    },
    async close(): Promise<void> {
      reason ??= new StationError('SYS_001', `The engine ${name} was closed.`);
      child.stdin?.end();
      const late = setTimeout(() => child.kill('SIGKILL'), closeGraceMs);
      await gone.promise;
      clearTimeout(late);
    },
  };
}
