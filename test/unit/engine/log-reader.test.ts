import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LogQuery, readLog } from '#engine/log-reader.ts';
import { tempFolder } from '#test/store.ts';

const line = (time: number, level: number, msg: string, fields = {}): string =>
  `${JSON.stringify({ level, time, ...fields, msg })}\n`;

/** Two days: yesterday's file and today's, the last line of which is being written. */
function logFolder(): string {
  const folder = tempFolder();
  const yesterday = [line(1, 30, 'camera placed', { cameraId: 'gate' }), line(2, 50, 'failed')];
  writeFileSync(path.join(folder, 'tallywatch-2026-11-29.log'), yesterday.join(''));
  const today = [
    line(3, 20, 'detail'),
    line(4, 40, 'worker ended', { workerId: 'w1', note: 'gate, too' }),
    'no json\n',
    line(5, 30, 'camera placed', { cameraId: 'yard' }),
    '{"level":30,"time":6,"ms',
  ];
  writeFileSync(path.join(folder, 'tallywatch.log'), today.join(''));
  writeFileSync(path.join(folder, 'other.txt'), line(9, 50, 'not ours'));
  return folder;
}

const times = async (folder: string, query: Partial<LogQuery>): Promise<number[]> =>
  (await readLog(folder, { level: 'debug', limit: 100, ...query })).lines.map(({ at }) => at);

describe('the log', () => {
  it.each<[string, Partial<LogQuery>, number[]]>([
    ['over all days, newest first', {}, [5, 4, 3, 2, 1]],
    ['from a level on', { level: 'warn' }, [4, 2]],
    ['by what happened', { kind: 'Camera' }, [5, 1]],
    ['by the id that a field has, not by a word in it', { id: 'gate' }, [1]],
    ['by any text', { text: 'gate' }, [4, 1]],
    ['in a time', { from: 2, to: 5 }, [4, 3, 2]],
    ['as much as was asked for', { limit: 2 }, [5, 4]],
  ])('is read %s', async (...[, query, expected]) => {
    expect(await times(logFolder(), query)).toEqual(expected);
  });

  it('says whether there is more, and is empty where there is none', async () => {
    const folder = logFolder();
    expect((await readLog(folder, { level: 'debug', limit: 5 })).hasMore).toBe(false);
    expect((await readLog(folder, { level: 'debug', limit: 4 })).hasMore).toBe(true);
    expect(await times(path.join(folder, 'nowhere'), {})).toEqual([]);
  });

  it('is read over many pieces of a large file, with lines that lie in two of them', async () => {
    const folder = tempFolder();
    const long = 'x'.repeat(300_000);
    const lines = Array.from({ length: 5_000 }, (_, at) =>
      line(at, 30, 'ü', at === 2_500 ? { long } : { pad: 'y'.repeat(100) }),
    );
    writeFileSync(path.join(folder, 'tallywatch.log'), lines.join(''));
    const read = await times(folder, { limit: 6_000 });
    expect(read).toEqual(Array.from({ length: 5_000 }, (_, at) => 4_999 - at));
  });
});
