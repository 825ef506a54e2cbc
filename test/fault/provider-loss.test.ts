/**
 * A model was tuned for a graphics card whose driver is gone: the processor computes instead, counting goes on, and it is written down.
 */
import BetterSqlite from 'better-sqlite3';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { plainExecution, type Tuning } from '#contract/execution.ts';
import { readMachine } from '#engine/machine.ts';
import { cleanUp, startStation, until } from '#test/station-process.ts';

const limitMs = 120_000;

afterAll(cleanUp);

it('counts in the next way and says so', { timeout: 300_000 }, async () => {
  const flags = ['--workers', '1'];
  const first = await startStation({ flags });
  await first.call('camera.add', {
    ...{ id: 'gate', name: 'Gate', source: 'simulated://plaza?people=4&seed=7', isUngated: true },
  });
  const [model] = await first.call('model.list', {});
  await first.stop();

  const digest = model!.digest;
  const tuning: Tuning = {
    ...{ digest, at: Date.now(), machine: await readMachine(), trials: [], pictures: 0 },
    order: [{ ...plainExecution, provider: 'cuda' }, plainExecution],
    reason: 'as it was while there was a graphics card',
  };
  const database = new BetterSqlite(path.join(first.dataFolder, 'station.db'));
  database
    .prepare('INSERT OR REPLACE INTO settings VALUES (?, ?, ?)')
    .run('models.tunings', JSON.stringify({ [digest]: tuning }), Date.now());
  database.close();

  const second = await startStation({ dataFolder: first.dataFolder, flags });
  const [incident] = await until(
    () => second.call('incident.list', { kind: 'provider-failing' }),
    (found) => found.length > 0,
    limitMs,
  );
  expect(incident).toMatchObject({
    ...{ code: 'SYS_004', to: null },
    steps: [
      { action: 'change-provider', outcome: 'done' },
      { action: 'try-again', outcome: 'running' },
    ],
  });
  expect(incident?.cause).toMatch(/^cuda broke while it computed /);
  const counting = await until(
    () => second.call('camera.get', { id: 'gate' }),
    ({ figures, counting: now }) => figures.inferredFps > 0 && now !== null,
    limitMs,
  );
  expect(counting.counting).toMatchObject({ standsInFor: null, breaker: 'closed' });
  const plan = await second.call('recovery.plan', {});
  expect(plan.find(({ action }) => action === 'change-provider')).toMatchObject({ done: 1 });
  expect(await second.stop()).toBe(0);
});
