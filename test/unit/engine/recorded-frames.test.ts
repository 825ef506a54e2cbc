import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RecordedSpan } from '#contract/recording.ts';
import { createRecordedFrames, timesOf } from '#engine/recorded-frames.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'recorded-frames-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A camera's recorded seconds. */
function span(cameraId: string, fromS: number, toS: number): RecordedSpan {
  return { cameraId, from: fromS * 1000, to: toS * 1000, bytes: 1, isMasked: false };
}
const words = (times: ReturnType<typeof timesOf>) =>
  times.map(({ cameraId, at }) => `${cameraId} ${String(at / 1000)}`);

describe('the times of which pictures are taken', () => {
  it.each<[string, RecordedSpan[], number, string[]]>([
    ['of nothing', [], 4, []],
    ['evenly over one span', [span('a', 0, 80)], 4, ['a 10', 'a 30', 'a 50', 'a 70']],
    [
      'evenly over recorded time, not over the hole in it',
      [span('a', 0, 40), span('a', 1000, 1040)],
      4,
      ['a 10', 'a 30', 'a 1010', 'a 1030'],
    ],
    [
      'of each camera as many, in turns',
      [span('a', 0, 40), span('b', 100, 120)],
      4,
      ['a 10', 'b 105', 'a 30', 'b 115'],
    ],
    ['no more than are five seconds apart', [span('a', 0, 12)], 60, ['a 3', 'a 9']],
    ['no more than wanted', [span('a', 0, 80), span('b', 0, 80)], 3, ['a 20', 'b 20', 'a 60']],
  ])('%s', (_, spans, count, expected) => {
    expect(words(timesOf(spans, count))).toEqual(expected);
  });
});

describe('recorded pictures', () => {
  it('come first, live ones for the rest, and all files are removed', async () => {
    const asked: number[] = [];
    let isRemoved = false;
    const frames = createRecordedFrames({
      pictures: {
        spans: () => Promise.resolve([span('a', 0, 20)]),
        // The second picture is gone from the ring meanwhile.
        at: (_cameraId, at) =>
          Promise.resolve(at < 7_000 || at > 8_000 ? { at, jpeg: Uint8Array.of(at / 500) } : null),
      },
      live: {
        take(count) {
          asked.push(count);
          const remove = () => Promise.resolve(void (isRemoved = true));
          return Promise.resolve({ files: ['/live/0.jpg'], remove });
        },
      },
      clock: { now: () => 20_000 },
      folder,
    });
    const taken = await frames.take(6, new AbortController().signal);
    const own = taken.files.slice(0, -1);
    expect(own.map((file) => [...readFileSync(file)])).toEqual([[5], [25], [35]]);
    expect([asked, taken.files.at(-1)]).toEqual([[3], '/live/0.jpg']);
    await taken.remove();
    expect([own.some((file) => existsSync(file)), isRemoved]).toEqual([false, true]);
  });
});
