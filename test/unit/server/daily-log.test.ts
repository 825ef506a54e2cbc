import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openDailyLog } from '#server/daily-log.ts';
import { tempFolder } from '#test/store.ts';

const noon = (day: number): number => new Date(2026, 10, day, 12).getTime();

it('the log begins anew each day, also over a restart, and loses no line', () => {
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
  const text = (name: string) => readFileSync(path.join(folder, name), 'utf8');
  expect(Object.fromEntries(readdirSync(folder).map((name) => [name, text(name)]))).toEqual({
    'tallywatch-2026-11-24.log': 'from an earlier run\n',
    'tallywatch-2026-11-26.log': 'thursday\nthursday again\n',
    'tallywatch.log': 'friday\n',
  });
});
