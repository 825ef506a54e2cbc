import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readLog } from '#engine/log-reader.ts';
import { thinLogs } from '#engine/log-thinning.ts';
import { tempFolder } from '#test/store.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 30, 12);

/** One line of each level, and one that was cut off. */
function writeDay(folder: string, name: string, daysAgo: number): void {
  const at = now - daysAgo * dayMs;
  const lines = [20, 30, 40, 50].map((level) =>
    JSON.stringify({ level, time: at + level, msg: `${name} ${String(level)}` }),
  );
  const file = path.join(folder, name);
  writeFileSync(file, `${lines.join('\n')}\n{"level":50,"ti`);
  utimesSync(file, new Date(at), new Date(at));
}

it('leaves warnings after a week and drops debugging after a day, once, and the reader finds what is left', async () => {
  const folder = tempFolder();
  writeDay(folder, 'tallywatch-2026-11-21.log', 9);
  writeDay(folder, 'tallywatch-2026-11-27.log', 3);
  writeDay(folder, 'tallywatch-2026-11-27.2.log', 2.5);
  writeDay(folder, 'tallywatch-2026-11-30.log', 0.5);
  writeDay(folder, 'tallywatch.log', 0);
  expect(await thinLogs(folder, now)).toBe(3);
  expect(readdirSync(folder).sort()).toEqual([
    'tallywatch-2026-11-21.warn.log',
    'tallywatch-2026-11-27.2.info.log',
    'tallywatch-2026-11-27.info.log',
    'tallywatch-2026-11-30.log',
    'tallywatch.log',
  ]);
  const old = path.join(folder, 'tallywatch-2026-11-21.warn.log');
  expect(statSync(old).mtimeMs).toBe(now - 9 * dayMs);
  const size = readFileSync(old, 'utf8').length;
  expect(await thinLogs(folder, now)).toBe(0);
  expect(readFileSync(old, 'utf8')).toHaveLength(size);
  const { lines } = await readLog(folder, { level: 'debug', limit: 100 });
  expect(lines.map(({ fact }) => fact.replace('tallywatch', ''))).toEqual(
    [
      ['.log', [50, 40, 30, 20]],
      ['-2026-11-30.log', [50, 40, 30, 20]],
      ['-2026-11-27.2.log', [50, 40, 30]],
      ['-2026-11-27.log', [50, 40, 30]],
      ['-2026-11-21.log', [50, 40]],
    ].flatMap(([name, levels]) =>
      (levels as number[]).map((level) => `${String(name)} ${String(level)}`),
    ),
  );
  // A week later what was only without debugging is thinned again.
  expect(await thinLogs(folder, now + 6 * dayMs)).toBe(3);
  expect(readdirSync(folder)).toContain('tallywatch-2026-11-27.2.warn.log');
});
