/**
 * Tuning through the doors of a real station: every provider that this machine may have is tried, what agrees is kept and used,
 * and the processor computes where a chosen card is not there.
 */
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainExecution, Tuning } from '#contract/execution.ts';
import type { Model } from '#contract/model.ts';
import { cleanUp, startStation, type StationProcess, until } from '#test/station-process.ts';

const limitMs = 600_000;
let station: StationProcess;

async function champion(): Promise<Model> {
  return (await station.call('model.list', {})).find(({ isChampion }) => isChampion)!;
}

beforeAll(async () => {
  station = await startStation({ flags: ['--workers', '1', '--inference-threads', '1'] });
  await station.call('camera.add', {
    ...{ id: 'plaza', name: 'Plaza', source: 'simulated://plaza?people=30&seed=7', fps: 5 },
  });
  await until(
    () => station.call('camera.list', {}),
    ([camera]) => camera?.capture.state === 'live',
    limitMs,
  );
}, limitMs);
afterAll(cleanUp);

describe('tuning', () => {
  it(
    'tries every provider, keeps what agrees, and goes on counting',
    async () => {
      const { digest } = await champion();
      const view = await station.call('model.tune', { digest, maxPictures: 12 });
      const [plain] = view.trials;
      expect(plain).toMatchObject({ outcome: 'agrees', execution: plainExecution });
      const [dml] = view.trials.filter(({ execution }) => execution.provider === 'dml');
      if (process.platform === 'linux') {
        expect(dml).toMatchObject({ outcome: 'unusable', error: { code: 'SYS_004' } });
      }
      expect(view.order.at(-1)).toEqual(plainExecution);
      expect(view).toMatchObject({ isCurrent: true, broken: null, pictures: 12 });
      expect(await station.call('model.tunings', {})).toEqual([view]);
      const [camera] = await station.call('camera.list', {});
      expect(camera?.figures.inferredFps).toBeGreaterThan(0);
    },
    limitMs,
  );

  it('says how many pictures it needs', async () => {
    const { digest } = await champion();
    const tuned = station.call('model.tune', { digest, picturesFolder: import.meta.dirname });
    await expect(tuned).rejects.toMatchObject({ code: 'REQ_003', message: /at least 8 pictures/ });
  });

  it.skipIf(process.platform !== 'linux')(
    'computes on the processor and says so where the chosen card is not there any more',
    async () => {
      const { dataFolder } = station;
      await station.stop();
      const database = new Database(path.join(dataFolder, 'station.db'));
      const key = 'models.tunings';
      const text = database.prepare('SELECT value FROM settings WHERE key = ?').pluck().get(key);
      const kept = Object.values(JSON.parse(text as string) as object).map((each) =>
        Tuning.parse(each),
      );
      const order = [{ ...plainExecution, provider: 'cuda' }, plainExecution];
      const changed = Object.fromEntries(kept.map((one) => [one.digest, { ...one, order }]));
      database
        .prepare('UPDATE settings SET value = ? WHERE key = ?')
        .run(JSON.stringify(changed), key);
      database.close();

      station = await startStation({
        dataFolder,
        flags: ['--workers', '1', '--inference-threads', '1'],
      });
      const [view] = await until(
        () => station.call('model.tunings', {}),
        ([tuning]) => tuning?.broken !== null,
        limitMs,
      );
      expect(view?.broken).toMatchObject({
        ...{ provider: 'cuda', instead: 'cpu' },
        error: { code: 'SYS_004' },
      });
      await until(
        () => station.call('camera.list', {}),
        ([camera]) => (camera?.figures.inferredFps ?? 0) > 0,
        limitMs,
      );

      const { digest } = await champion();
      await station.call('model.forgetTuning', { digest });
      expect(await station.call('model.tunings', {})).toEqual([]);
    },
    limitMs,
  );
});
