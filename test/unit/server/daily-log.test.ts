import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNodeHost } from '#server/node-host.ts';
import { openDailyLog } from '#server/daily-log.ts';
import { tempFolder } from '#test/store.ts';

const noon = (day: number): number => new Date(2026, 10, day, 12).getTime();

function filesOf(folder: string): Record<string, string> {
  const text = (name: string) => readFileSync(path.join(folder, name), 'utf8');
  return Object.fromEntries(readdirSync(folder).map((name) => [name, text(name)]));
}

describe('the log', () => {
  it('begins anew each day, also over a restart, and loses no line', () => {
    const folder = tempFolder();
    const file = path.join(folder, 'tallywatch.log');
    writeFileSync(file, 'from an earlier run\n');
    utimesSync(file, new Date(noon(24)), new Date(noon(24)));
    let now = noon(26);
    const log = openDailyLog(file, () => now);
    log.write('thursday\n');
    log.write('thursday again\n');
    now = noon(27);
    log.write('friday\n');
    expect(filesOf(folder)).toEqual({
      'tallywatch-2026-11-24.log': 'from an earlier run\n',
      'tallywatch-2026-11-26.log': 'thursday\nthursday again\n',
      'tallywatch.log': 'friday\n',
    });
  });

  it('begins anew when it is large, and lets the oldest go when all are too large', () => {
    const folder = tempFolder();
    // What was thinned keeps its number.
    writeFileSync(path.join(folder, 'tallywatch-2026-11-26.2.warn.log'), 'thin\n');
    const file = path.join(folder, 'tallywatch.log');
    const log = openDailyLog(file, () => noon(26), { fileBytes: 10, allBytes: 32 });
    for (const line of ['one', 'two', 'three', 'four', 'five', 'six']) log.write(`${line} …\n`);
    expect(filesOf(folder)).toEqual({
      'tallywatch-2026-11-26.4.log': 'three …\n',
      'tallywatch-2026-11-26.5.log': 'four …\nfive …\n',
      'tallywatch.log': 'six …\n',
    });
  });

  it('writes each kind of line from its own level on', () => {
    const folder = tempFolder();
    const { log } = createNodeHost({
      ...{ kind: 'headless', version: '1.0.0', dataFolder: folder, resourcesFolder: folder },
      ...{ workersFolder: folder, logLevel: 'info', terminalLevel: 'silent' },
      logLevels: 'camera=debug, alert=warn, camera moves=error',
    });
    for (const fact of ['camera state', 'camera moves to balance', 'alert', 'other']) {
      for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](fact);
    }
    const text = readFileSync(path.join(folder, 'logs/tallywatch.log'), 'utf8');
    const counts = Map.groupBy(text.trim().split('\n'), (line) => {
      return (JSON.parse(line) as { msg: string }).msg;
    });
    expect([...counts].map(([fact, lines]) => [fact, lines.length])).toEqual([
      ...[['camera state', 4]],
      ...[['camera moves to balance', 1]],
      ...[['alert', 2]],
      ...[['other', 3]],
    ]);
  });
});
