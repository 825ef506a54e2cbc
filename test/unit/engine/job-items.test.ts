/**
 * What a run counts: folders as clips in the order of people, recorded time as stretches, and what cannot be read by name.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cutSpans, planItems, stretchMs } from '#engine/job-items.ts';
import { start, tempFolder } from '#test/store.ts';

function folderOf(...names: string[]): string {
  const folder = tempFolder();
  for (const name of names) writeFileSync(path.join(folder, name), name);
  return folder;
}

const deps = { pictures: { spans: () => Promise.resolve([]) }, counted: [], now: start };

describe('the items of a run', () => {
  it('are the clips of a folder in the order of their numbers, and nothing else in it', async () => {
    const path = folderOf('b10.mp4', 'b9.MKV', 'a.txt', 'a.ts');
    mkdirSync(`${path}/sub.mp4`);
    const items = await planItems([{ kind: 'folder', path, onlyNew: false }], deps);
    expect(items.map(({ position, place, state }) => [position, place, state])).toEqual([
      [0, 'a.ts', 'waiting'],
      [1, 'b9.MKV', 'waiting'],
      [2, 'b10.mp4', 'waiting'],
    ]);
  });

  it('leave out what was counted, unless the file has changed', async () => {
    const path = folderOf('a.mp4', 'b.mp4');
    const source = { kind: 'folder', path, onlyNew: true } as const;
    const [a, b] = await planItems([source], deps);
    const counted = [a, b].flatMap((item) => (item?.input.kind === 'clip' ? [item.input] : []));
    const again = { ...deps, counted: [counted[0]!, { ...counted[1]!, bytes: 7 }] };
    expect((await planItems([source], again)).map(({ place }) => place)).toEqual(['b.mp4']);
  });

  it('have an error where a source cannot be read, and the others stay', async () => {
    const items = await planItems(
      [
        { kind: 'folder', path: '/nowhere', onlyNew: false },
        { kind: 'pictures', path: folderOf('note.txt'), intervalMs: 500, startsAt: null },
        { kind: 'recording', cameraId: 'gate', from: start, to: start + 1 },
        { kind: 'clip', path: '/later.mp4', startsAt: start },
      ],
      deps,
    );
    expect(items.map(({ state, error }) => [state, error?.code])).toEqual([
      ['failed', 'REQ_002'],
      ['failed', 'REQ_002'],
      ['failed', 'REQ_002'],
      ['waiting', undefined],
    ]);
  });

  it('are the recorded stretches of a camera before the run', async () => {
    const hour = 3_600_000;
    const spans = (query: { from?: number; to?: number }) => {
      expect(query).toMatchObject({ cameraId: 'gate', from: start - 2 * hour, to: start });
      const span = { cameraId: 'gate', bytes: 1, isMasked: false };
      return Promise.resolve([{ ...span, from: start - hour, to: start - hour + 10_000 }]);
    };
    const items = await planItems([{ kind: 'recent', cameraId: 'gate', hours: 2 }], {
      ...deps,
      pictures: { spans },
    });
    expect(items).toMatchObject([{ place: 'gate', lengthMs: 10_000, state: 'waiting' }]);
  });
});

describe('recorded time', () => {
  const all = { from: 0, to: 10 * stretchMs };
  it.each([
    ['a short span', [[100, 900]], all, [[100, 900, false]]],
    [
      'a long span in pieces that go on',
      [[0, 2 * stretchMs + 5]],
      all,
      [
        [0, stretchMs, false],
        [stretchMs, 2 * stretchMs, true],
        [2 * stretchMs, 2 * stretchMs + 5, true],
      ],
    ],
    [
      'two spans that do not',
      [
        [500, 900],
        [100, 400],
      ],
      all,
      [
        [100, 400, false],
        [500, 900, false],
      ],
    ],
    ['only what is wanted', [[100, 900]], { from: 300.5, to: 400 }, [[301, 400, false]]],
    ['nothing', [[100, 200]], { from: 300, to: 400 }, []],
  ])('%s', (_, spans, wanted, expected) => {
    const cut = cutSpans(
      spans.map(([from = 0, to = 0]) => ({ from, to })),
      wanted,
    );
    expect(cut.map(({ from, to, isContinued }) => [from, to, isContinued])).toEqual(expected);
  });
});
