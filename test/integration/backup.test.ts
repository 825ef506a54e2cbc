/**
 * A real station that counts is backed up from the command line, restored into another folder, and started there: the same
 * counts, models, lines and settings.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { canonicalJson } from '#engine/base/hash-chain.ts';
import {
  cleanUp,
  scratchFolder,
  startStation,
  type StationProcess,
  until,
} from '#test/station-process.ts';

const root = path.resolve(import.meta.dirname, '../..');
const flags = ['--workers', '1'];
afterAll(cleanUp);

function tallywatch(...args: string[]): string {
  const command = ['-r', path.join(root, 'main/require-node.cjs'), path.join(root, 'main/cli.ts')];
  return execFileSync(process.execPath, [...command, ...args], { cwd: root, encoding: 'utf8' });
}

async function digestsOf(station: StationProcess, to: number): Promise<object> {
  const of = (value: unknown): string =>
    createHash('sha256').update(canonicalJson(value)).digest('hex');
  const models = await station.call('model.list', {});
  const { kinds } = await station.call('retention.list', {});
  return {
    crossings: of(await station.call('crossing.list', { to, limit: 1_000 })),
    lines: of(await station.call('line.list', {})),
    models: of(models.map(({ digest, card, aliases }) => ({ digest, card, aliases }))),
    settings: of(kinds.map(({ kind, keeping }) => [kind, keeping])),
  };
}

it('is the same station in another folder', { timeout: 240_000 }, async () => {
  const first = await startStation({ flags });
  await first.call('camera.add', {
    ...{ id: 'plaza', name: 'Plaza', source: 'simulated://plaza?people=30&seed=7', fps: 10 },
  });
  await first.call('line.save', {
    ...{ id: 'across', cameraId: 'plaza', name: 'Across' },
    points: [
      { x: 0.5, y: 0 },
      { x: 0.5, y: 1 },
    ],
  });
  await first.call('retention.save', { kind: 'paths', days: 3 });
  await until(
    () => first.call('crossing.list', { limit: 10 }),
    (rows) => rows.length >= 1,
    120_000,
  );
  const [newest] = await first.call('crossing.list', { limit: 1 });
  const to = newest!.at + 1;
  const file = path.join(scratchFolder(), 'station.twbackup');
  const made = tallywatch('backup', file, '--data-folder', first.dataFolder);
  const before = await digestsOf(first, to);
  expect(await first.stop()).toBe(0);

  const dataFolder = path.join(scratchFolder(), 'other');
  const restored = tallywatch('restore', file, '--data-folder', dataFolder);
  const digest = /digest (\w{64})/.exec(made)?.[1];
  expect(digest).toBeDefined();
  expect(restored).toContain(digest);
  const second = await startStation({ flags, dataFolder });
  expect(await digestsOf(second, to)).toEqual(before);
  const camera = await until(
    () => second.call('camera.get', { id: 'plaza' }),
    ({ capture }) => capture.state === 'live',
    60_000,
  );
  expect(camera.name).toBe('Plaza');
  expect(await second.stop()).toBe(0);
});
