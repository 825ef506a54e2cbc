/**
 * Answers that are kept under a key which the caller chose, so that a request that is sent again is not done again.
 *
 *   first ──▶ work ──▶ answer, kept for keepMs
 *   again, meanwhile ──┘ (waits for the same)      again, later ──▶ the kept answer
 *
 * The work is cancelled when everybody who waits for it has gone; an error is told to all of them and not kept.
 */
import { StationError } from '#contract/error.ts';
import type { Clock } from '#engine/base/clock.ts';

export interface KeptRequest<T> {
  /** Who asks: keys of one caller say nothing about those of another */
  readonly owner: string;
  readonly key: string;
  /** Of everything that makes the answer; the same key with another digest is refused */
  readonly digest: string;
  readonly signal: AbortSignal;
  readonly work: (signal: AbortSignal) => Promise<T>;
  /** How much memory an answer takes, bytes; null when it is not to be kept */
  readonly bytesOf: (answer: T) => number | null;
}

export interface KeptAnswers<T> {
  /** Rejects with REQ_003 when the key stands for another request, REQ_004 when this caller went away, else as the work. */
  answer(request: KeptRequest<T>): Promise<T>;
}

export interface KeptAnswersOptions {
  readonly keepMs: number;
  /** The oldest answers go when all of them take more */
  readonly maxBytes: number;
  readonly clock: Clock;
}

interface Entry<T> {
  readonly digest: string;
  readonly answer: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
  /** Monotonic ms; null while it is worked on */
  doneMs: number | null;
  bytes: number;
}

export function createKeptAnswers<T>({
  keepMs,
  maxBytes,
  clock,
}: KeptAnswersOptions): KeptAnswers<T> {
  /** Those that are done are in the order in which they were */
  const entries = new Map<string, Entry<T>>();

  function begin(name: string, { digest, work, bytesOf }: KeptRequest<T>): Entry<T> {
    const stop = new AbortController();
    const entry: Entry<T> = {
      ...{ digest, stop, waiting: 0, doneMs: null, bytes: 0 },
      answer: work(stop.signal),
    };
    entries.set(name, entry);
    const forget = (): void => {
      if (entries.get(name) === entry) entries.delete(name);
    };
    entry.answer.then((answer) => {
      const bytes = bytesOf(answer);
      forget();
      if (bytes === null || stop.signal.aborted) return;
      entry.doneMs = clock.monotonicMs();
      entry.bytes = bytes;
      entries.set(name, entry);
      makeRoom();
    }, forget);
    return entry;
  }

  function makeRoom(): void {
    const done = [...entries].filter(([, { doneMs }]) => doneMs !== null);
    let bytes = done.reduce((sum, [, entry]) => sum + entry.bytes, 0);
    const oldestMs = clock.monotonicMs() - keepMs;
    for (const [name, entry] of done) {
      if (bytes <= maxBytes && (entry.doneMs ?? 0) > oldestMs) return;
      entries.delete(name);
      bytes -= entry.bytes;
    }
  }

  return {
    async answer(request) {
      makeRoom();
      const name = JSON.stringify([request.owner, request.key]);
      const entry = entries.get(name) ?? begin(name, request);
      if (entry.digest !== request.digest) {
        throw new StationError(
          'REQ_003',
          'This idempotency key was sent with another request before: send a new key with a new request.',
          { path: 'idempotencyKey' },
        );
      }
      entry.waiting += 1;
      try {
        return await untilGone(entry.answer, request.signal);
      } finally {
        entry.waiting -= 1;
        if (entry.waiting === 0 && entry.doneMs === null) {
          // Nobody waits for it; whoever comes next begins anew.
          if (entries.get(name) === entry) entries.delete(name);
          entry.stop.abort();
        }
      }
    },
  };
}

/** The answer, or REQ_004 as soon as the caller goes away. */
function untilGone<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onGone = (): void => reject(new StationError('REQ_004', 'The caller went away.'));
    if (signal.aborted) onGone();
    signal.addEventListener('abort', onGone, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', onGone));
  });
}
