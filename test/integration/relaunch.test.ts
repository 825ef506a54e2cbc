/**
 * The app starts itself again after a bug or when its memory grew, if it is installed and nobody else would, within its budget: the
 * real shell in the stand-in for Electron, without a window.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stationRestarts } from '#engine/base/backoff.ts';
import { supervisedVariable } from '#server/start/supervise.ts';
import { cleanUp, scratchFolder, until } from '#test/station-process.ts';

const main = path.resolve(import.meta.dirname, '../fixtures/restarting-app/main.ts');
const standin = path.resolve(import.meta.dirname, '../helpers/standin/electron');
const limitMs = 120_000;
const now = Date.now();
const mark = (agoMs: number): string => `--restarted-at=${String(now - agoMs)}`;
const longAgo = stationRestarts.windowMs + 60_000;
const flags = ['--data-folder', '/var/lib/a folder'];

afterAll(cleanUp);

interface Note {
  readonly kind: 'start' | 'relaunch' | 'end' | 'error';
  readonly value: unknown;
}

/** Starts the app and resolves to its notes when it, and all that it started, has ended. */
async function run(env: Record<string, string>, args: readonly string[]): Promise<Note[]> {
  const folder = scratchFolder();
  const notes = path.join(folder, 'notes');
  // An AppImage is a file that starts the program in it.
  const appImage = path.join(folder, 'Tallywatch.AppImage');
  writeFileSync(appImage, `#!/bin/sh\nexec "${standin}" "${main}" "$@"\n`);
  chmodSync(appImage, 0o755);
  const { [supervisedVariable]: _, ...own } = process.env;
  const all = { ...own, STANDIN_WINDOWLESS: '1', APPIMAGE: appImage, RESTARTING_NOTES: notes };
  spawnSync(appImage, args, { stdio: 'ignore', env: { ...all, ...env } });
  const read = (): Note[] =>
    existsSync(notes)
      ? readFileSync(notes, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Note)
      : [];
  const count = (found: readonly Note[], kind: Note['kind']): number =>
    found.filter((each) => each.kind === kind).length;
  return until(
    read,
    (found) =>
      count(found, 'start') === count(found, 'relaunch') + 1 &&
      count(found, 'end') === count(found, 'start'),
    limitMs,
  );
}

const valuesOf = (notes: readonly Note[], kind: Note['kind']): unknown[] =>
  notes.filter((each) => each.kind === kind).map(({ value }) => value);

const marksOf = (notes: readonly Note[]): number[] =>
  (valuesOf(notes, 'start') as string[][]).map(
    (args) => args.filter((arg) => arg.startsWith('--restarted-at=')).length,
  );

const installed = { STANDIN_PACKAGED: '1' };
const usedUp = 'restarts of the app are used up';

describe.skipIf(process.platform !== 'linux')('an app that fails at each start', () => {
  it.each<[string, Record<string, string>, readonly string[], number[], unknown[]]>([
    ['installed, by a bug', installed, [], [0, 1, 2], [usedUp]],
    [
      'installed, by its own wish',
      { ...installed, RESTARTING_BY: 'wish' },
      [],
      [0, 1, 2],
      [usedUp],
    ],
    ['installed, restarted twice just now', installed, [mark(2), mark(1)], [2], [usedUp]],
    [
      'installed, restarted long ago',
      installed,
      [mark(longAgo), mark(longAgo)],
      [2, 1, 2],
      [usedUp],
    ],
    ['from its sources', {}, [], [0], []],
    ['supervised', { ...installed, [supervisedVariable]: '1' }, [], [0], []],
  ])('%s', async (_, ...[env, marks, expected, errors]) => {
    const notes = await run(env, [...flags, ...marks]);
    expect(marksOf(notes)).toEqual(expected);
    expect(valuesOf(notes, 'error').filter((fact) => fact !== 'bug')).toEqual(errors);
    // Whoever supervises it tells by the code that it is to be started again.
    expect(valuesOf(notes, 'end')).toEqual(expected.map(() => 1));
    for (const args of valuesOf(notes, 'start'))
      expect(args).toEqual(expect.arrayContaining(flags));
  });
});
