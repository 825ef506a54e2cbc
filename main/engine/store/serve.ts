/**
 * A thread of the store: opens what its role needs, answers requests one by one, closes in the reverse order.
 */
import type { MessagePort } from 'node:worker_threads';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import { assertNever } from '#engine/base/assert.ts';
import type { Logger } from '#engine/base/log.ts';
import { beginRun } from './coverage.ts';
import { createDiskLimit } from './drills.ts';
import { keepFewPages, openDatabase } from './database.ts';
import { withFileAdvice } from './file-error.ts';
import { lockFolder } from './folder-lock.ts';
import { createLedger } from './ledger.ts';
import type {
  FromThread,
  Handlers,
  ReaderOperations,
  StoreRequest,
  ThreadSettings,
  ToThread,
  WriterOperations,
} from './messages.ts';
import { readerHandlers } from './reader-handlers.ts';
import { openSpool } from './spool.ts';
import { withAdvice } from './sqlite-error.ts';
import { writerHandlers } from './writer-handlers.ts';

/** How often the database is tried while rows wait in the spool. */
const retryMs = 1_000;

/** Serves one role on a port until it is told to close. Never throws: what fails is said on the port. */
export function serveStore(port: MessagePort, settings: ThreadSettings): void {
  const say = (message: FromThread) => {
    port.postMessage(message);
  };
  const log = portLogger(say);
  try {
    switch (settings.role) {
      case 'writer':
        serve(port, openWriter(settings, say, log), log);
        break;
      case 'reader':
        serve(port, openReader(settings), log);
        break;
      default:
        assertNever(settings.role);
    }
    say({ kind: 'ready' });
  } catch (error) {
    say({ kind: 'failed', error: toBody(error, log) });
    port.close();
  }
}

interface Served<Ops> {
  /** Names the database in errors */
  readonly file: string;
  readonly handlers: Handlers<Ops>;
  readonly onNow: (now: number) => void;
  readonly close: () => void;
}

function serve<Ops>(port: MessagePort, served: Served<Ops>, log: Logger): void {
  const answer = (request: StoreRequest<Ops>): FromThread => {
    const { id, name, input, now } = request;
    served.onNow(now);
    // The message type ties name and input together; TypeScript cannot follow that through an index.
    const handler = served.handlers[name] as (input: unknown, now: number) => unknown;
    try {
      return { kind: 'answer', id, output: withAdvice(served.file, () => handler(input, now)) };
    } catch (error) {
      return { kind: 'refused', id, error: toBody(error, log) };
    }
  };
  port.on('message', (message: ToThread<Ops>) => {
    switch (message.kind) {
      case 'request':
        port.postMessage(answer(message));
        break;
      case 'close':
        served.close();
        port.close();
        break;
      default:
        assertNever(message);
    }
  });
}

function openReader({ folder }: ThreadSettings): Served<ReaderOperations> {
  const file = databaseFile(folder);
  const database = openDatabase({ file, role: 'reader' });
  const stop = keepFewPages(database);
  return {
    file,
    handlers: readerHandlers(database),
    onNow: () => undefined,
    close: () => {
      stop();
      database.close();
    },
  };
}

function openWriter(
  settings: ThreadSettings,
  say: (message: FromThread) => void,
  log: Logger,
): Served<WriterOperations> {
  const { folder, spoolBytes } = settings;
  const file = databaseFile(folder);
  const opened: (() => void)[] = [];
  const closeAll = () => {
    for (const close of opened.reverse()) close();
  };
  try {
    const lock = lockFolder(folder, settings.now);
    opened.push(() => lock.release());
    const database = openDatabase({ file, role: 'writer' });
    opened.push(() => database.close());
    opened.push(keepFewPages(database));
    const spoolFile = path.join(folder, 'station.spool');
    const spool = withFileAdvice(spoolFile, () => openSpool(spoolFile, spoolBytes));
    opened.push(() => spool.close());
    const run = withAdvice(file, () => beginRun(database, settings.now));
    const limit = createDiskLimit(database);
    let now = settings.now;
    const ledger = createLedger(
      {
        database,
        spool,
        run,
        log,
        limit,
        onReplayed: (rows) => say({ kind: 'replayed', rows }),
        onState: (state) => say({ kind: 'ledger', state }),
      },
      now,
    );
    const timer = setInterval(() => tryAgain(), retryMs);
    opened.push(() => clearInterval(timer));

    const tryAgain = () => {
      try {
        ledger.retry(now);
      } catch (error) {
        log.error('writing what waits in the spool failed', { error: describe(error) });
      }
    };
    return {
      file,
      handlers: writerHandlers({ database, ledger, lock, limit, run }),
      onNow: (at) => {
        now = at;
      },
      close: () => {
        tryAgain();
        closeAll();
      },
    };
  } catch (error) {
    closeAll();
    throw error;
  }
}

function databaseFile(folder: string): string {
  return path.join(folder, 'station.db');
}

function toBody(error: unknown, log: Logger) {
  if (error instanceof StationError) return error.toBody();
  // Neither the world nor the caller: a bug of ours, which belongs in the log as a whole.
  log.error('the store failed', { error: describe(error) });
  return { code: 'SYS_002' as const, message: 'The store failed; the log says more.' };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function portLogger(say: (message: FromThread) => void): Logger {
  const line = (level: keyof Logger): Logger['info'] => {
    return (fact, fields = {}) => say({ kind: 'log', level, fact, fields });
  };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
