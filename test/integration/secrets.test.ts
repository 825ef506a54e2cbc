/**
 * A real station that knows passwords: no query answers them, and no log, audit row or file of the database holds them. With
 * its key file gone it starts, says what is missing, and takes the password again.
 */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { StationError } from '#contract/error.ts';
import { procedures } from '#contract/procedures.ts';
import { redact } from '#engine/capture/redact.ts';
import { cleanUp, startStation, type StationProcess, until } from '#test/station-process.ts';

const source = 'http://mai:Geheim-4711@127.0.0.1:9/x.mjpg?token=Marke-0815';
const words = ['Geheim-4711', 'Marke-0815', 'Hook-Secret-9'];
const inputs = [{}, { id: 'yard' }, { cameraId: 'yard' }, { cameraId: 'yard', from: 0, to: 1 }];

afterAll(cleanUp);

/** What every query says, asked in each way that it takes. */
async function everyAnswer(station: StationProcess): Promise<string> {
  const names = Object.entries(procedures).filter(([, { kind }]) => kind === 'query');
  const answers: string[] = [];
  for (const [name, { input }] of names) {
    for (const wish of inputs.filter((each) => input.safeParse(each).success)) {
      const response = await fetch(`${station.url}/api/v1/call/${name}`, {
        method: 'POST',
        body: JSON.stringify(wish),
        headers: { 'content-type': 'application/json' },
      });
      answers.push(`${name} ${await response.text()}`);
    }
  }
  expect(answers.length).toBeGreaterThan(40);
  return answers.join('\n');
}

/** Everything that lies in the data folder, but the key itself. */
function everyFile(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile() && statSync(file).size < 50_000_000)
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n');
}

const found = (text: string): string[] => words.filter((word) => text.includes(word));

it('gives no password away, and goes on without its key', { timeout: 240_000 }, async () => {
  const flags = ['--workers', '1', '--log-level', 'debug'];
  const first = await startStation({ flags });
  await first.call('camera.add', { id: 'yard', name: 'Yard', source });
  await first.call('camera.update', { id: 'yard', name: 'Yard 2', source: redact(source) });
  await first.call('channel.save', {
    ...{ name: 'Hook', settings: { kind: 'webhook', url: 'http://127.0.0.1:9/x' } },
    ...{ secret: 'Hook-Secret-9', isEnabled: true, language: 'en', minSeverity: 'info' },
  });
  await until(
    () => first.call('camera.get', { id: 'yard' }),
    ({ capture }) => capture.state === 'waiting',
    60_000,
  );
  expect(found(await everyAnswer(first))).toEqual([]);
  const titles = (await first.call('station.info', {})).workers.map(({ pid }) =>
    process.platform === 'linux' ? readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8') : '',
  );
  expect(found(titles.join())).toEqual([]);
  await first.call('secrets.rotate', {});
  expect((await first.call('secrets.check', {})).secrets.map(({ state }) => state)).toEqual([
    ...['sealed', 'sealed'],
  ]);
  await first.stop();
  expect(found(first.output())).toEqual([]);
  expect(found(everyFile(first.dataFolder))).toEqual([]);

  rmSync(path.join(first.dataFolder, 'secret.key'));
  const second = await startStation({ dataFolder: first.dataFolder, flags });
  const lost = await until(
    () => second.call('camera.get', { id: 'yard' }),
    ({ capture }) => capture.state === 'waiting',
    60_000,
  );
  expect(lost.capture).toMatchObject({ reason: { code: 'SYS_005' } });
  expect(lost.name).toBe('Yard 2');
  expect((await second.call('channel.list', {}))[0]).toMatchObject({ hasSecret: true });
  const refusal: unknown = await second
    .call('channel.test', { id: 'hook' })
    .catch((e: unknown) => e);
  expect(refusal).toMatchObject({ code: 'SYS_005' } satisfies Partial<StationError>);
  await second.call('camera.update', { id: 'yard', source });
  await until(
    () => second.call('camera.get', { id: 'yard' }),
    ({ capture }) => capture.state === 'waiting' && capture.reason.code !== 'SYS_005',
    60_000,
  );
  await second.stop();
});
