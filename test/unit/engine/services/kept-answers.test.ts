import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { batchDigest } from '#engine/services/batch-digest.ts';
import { createKeptAnswers, type KeptRequest } from '#engine/services/kept-answers.ts';
import { testClock } from '#test/store.ts';

const keepMs = 3_600_000;

/** A keeper, and work that is answered by hand. */
function rig(maxBytes = 100) {
  const clock = testClock();
  const kept = createKeptAnswers<string>({ keepMs, maxBytes, clock });
  const works: {
    resolve(answer: string): void;
    reject(error: Error): void;
    signal: AbortSignal;
  }[] = [];
  const ask = (request: Partial<KeptRequest<string>> = {}): Promise<string> =>
    kept.answer({
      ...{ owner: 'key gate', key: 'k', digest: 'one' },
      signal: new AbortController().signal,
      bytesOf: (answer) => answer.length,
      work: (signal) =>
        new Promise((resolve, reject) => {
          works.push({ resolve, reject, signal });
        }),
      ...request,
    });
  return { clock, works, ask };
}

async function codeOf(asked: Promise<string>): Promise<string> {
  return asked.catch((error: unknown) => (error instanceof StationError ? error.code : 'broken'));
}

describe('an answer under a key', () => {
  it('is made once, for whoever asks meanwhile and later', async () => {
    const { works, ask } = rig();
    const asked = [ask(), ask()];
    works[0]?.resolve('first');
    expect([...(await Promise.all(asked)), await ask()]).toEqual(['first', 'first', 'first']);
    expect(works).toHaveLength(1);
  });

  it('is not for another request, but for another caller or key', async () => {
    const { works, ask } = rig();
    const first = ask();
    expect(await codeOf(ask({ digest: 'two' }))).toBe('REQ_003');
    works[0]?.resolve('first');
    await first;
    expect(await codeOf(ask({ digest: 'two' }))).toBe('REQ_003');
    const others = [ask({ owner: 'key door', digest: 'two' }), ask({ key: 'l', digest: 'two' })];
    works[1]?.resolve('second');
    works[2]?.resolve('third');
    expect(await Promise.all(others)).toEqual(['second', 'third']);
  });

  it('is made anew after an error, after its time, and when it is not to be kept', async () => {
    const { clock, works, ask } = rig();
    const failing = codeOf(ask());
    works[0]?.reject(new StationError('INF_001', 'The run failed.'));
    expect(await failing).toBe('INF_001');
    const turnedAway = ask({ bytesOf: () => null });
    works[1]?.resolve('half');
    expect(await turnedAway).toBe('half');
    const whole = ask();
    works[2]?.resolve('whole');
    await whole;
    clock.set(clock.now() + keepMs + 1);
    const again = ask();
    works[3]?.resolve('again');
    expect(await again).toBe('again');
  });

  it('goes when newer ones need the room', async () => {
    const { works, ask } = rig(10);
    const one = ask({ key: 'one' });
    works[0]?.resolve('123456');
    await one;
    const two = ask({ key: 'two' });
    works[1]?.resolve('123456');
    await two;
    expect(await ask({ key: 'two' })).toBe('123456');
    const anew = ask({ key: 'one' });
    works[2]?.resolve('anew');
    expect(await anew).toBe('anew');
  });

  it('is given up when everybody who waits has gone, not before', async () => {
    const { works, ask } = rig();
    const [first, second] = [new AbortController(), new AbortController()];
    const asked = [codeOf(ask({ signal: first.signal })), codeOf(ask({ signal: second.signal }))];
    first.abort();
    expect(await asked[0]).toBe('REQ_004');
    expect(works[0]?.signal.aborted).toBe(false);
    second.abort();
    expect(await asked[1]).toBe('REQ_004');
    expect(works[0]?.signal.aborted).toBe(true);
    works[0]?.resolve('too late');
    const anew = ask();
    works[1]?.resolve('anew');
    expect(await anew).toBe('anew');
  });
});

describe('the digest of a batch', () => {
  const digest = (images: string[], rest = {}) => batchDigest({ images, modelId: 'a', ...rest });

  it('is the same for the same request only', async () => {
    const one = await digest(['ab', 'c'], { batchSize: 8 });
    expect(await batchDigest({ batchSize: 8, modelId: 'a', images: ['ab', 'c'] })).toBe(one);
    const others = await Promise.all([
      digest(['a', 'bc'], { batchSize: 8 }),
      digest(['c', 'ab'], { batchSize: 8 }),
      digest(['ab', 'c'], { batchSize: 9 }),
      digest(['ab', 'c'], { batchSize: 8, options: { maxDetections: 1 } }),
    ]);
    expect(new Set([one, ...others]).size).toBe(5);
  });
});
