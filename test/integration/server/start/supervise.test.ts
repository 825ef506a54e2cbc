/**
 * The supervisor on real processes that end in the ways a station ends.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRestartBudget } from '#engine/base/backoff.ts';
import { systemClock } from '#engine/base/clock.ts';
import { supervise, type Supervised } from '#server/start/supervise.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-supervise-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = path.join(folder, 'child.cjs');
writeFileSync(
  file,
  `const how = process.argv[2];
   process.on('message', () => process.exit(0));
   if (how === 'SIGKILL') process.kill(process.pid, how);
   else if (how === 'runs') process.send('up');
   else process.exit(Number(how));`,
);

/** Ends in the given ways, one after the other. */
function process_(ways: readonly string[], onUp: () => void = () => undefined): Supervised {
  const left = [...ways];
  return {
    start() {
      const child = fork(file, [left.shift() ?? 'none left']);
      child.on('message', onUp);
      return child;
    },
    stop: (child) => void child.send('stop'),
  };
}

async function run(process: Supervised, signal: AbortSignal): Promise<[number, number]> {
  const said: string[] = [];
  const { code } = await supervise(process, {
    budget: createRestartBudget(2, 600_000),
    clock: systemClock,
    say: (line) => said.push(line),
    signal,
  });
  return [code, said.length];
}

describe('a station', () => {
  const never = new AbortController().signal;

  it.each([
    ['that ends well is let go', ['0'], [0, 0]],
    ['that only a person can start is not started again', ['2'], [2, 0]],
    ['that crashed is started again', ['SIGKILL', '0'], [0, 1]],
    ['that ended abnormally twice is started again twice', ['1', '3', '0'], [0, 2]],
    ['that keeps ending is left ended', ['1', '1', '5', '0'], [5, 2]],
  ])('%s', async (_, ways, expected) => {
    expect(await run(process_(ways), never)).toEqual(expected);
  });

  it('is asked to end and ends', async () => {
    const stopping = new AbortController();
    expect(
      await run(
        process_(['runs'], () => stopping.abort()),
        stopping.signal,
      ),
    ).toEqual([0, 0]);
  });
});
