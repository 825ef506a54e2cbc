/**
 * One request followed by its id: from the door to the answer, the log, the audit log and the row that it made.
 */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ErrorBody } from '#contract/error.ts';
import { cleanUp, startStation, type StationProcess, until } from '#test/station-process.ts';

const root = path.resolve(import.meta.dirname, '../..');
let station: StationProcess;

beforeAll(async () => {
  station = await startStation();
});
afterAll(async () => {
  await station.stop();
  cleanUp();
});

interface Answer {
  readonly id: string;
  readonly error: ErrorBody | undefined;
}

async function post(name: string, input: object, id?: string): Promise<Answer> {
  const response = await fetch(`${station.url}/api/v1/call/${name}`, {
    ...{ method: 'POST', body: JSON.stringify(input) },
    headers: {
      'content-type': 'application/json',
      ...(id === undefined ? {} : { 'x-request-id': id }),
    },
  });
  const { error } = (await response.json()) as { error?: ErrorBody };
  return { id: response.headers.get('x-request-id') ?? '', error };
}

/** What the log says of a request, oldest first. */
async function logOf(id: string): Promise<string[]> {
  const { lines } = await station.call('log.list', { id });
  return lines.map(({ fact }) => fact).reverse();
}

const auditOf = (requestId: string) => station.call('audit.list', { requestId });

const source = 'simulated://plaza?people=2&seed=7&fps=5';

it('of a program that has an id is known by it', async () => {
  const camera = { id: 'gate', name: 'Gate', source, fps: 5 };
  expect(await post('camera.add', camera, 'till-4.2026')).toEqual({
    id: 'till-4.2026',
    error: undefined,
  });
  expect(await logOf('till-4.2026')).toContain('command done');
  expect(await auditOf('till-4.2026')).toMatchObject([
    { procedure: 'camera.add', outcome: 'done' },
  ]);
});

it('that fails tells the person the id under which it is in log and audit log', async () => {
  const { id, error } = await post('camera.remove', { id: 'nowhere' });
  expect(error).toMatchObject({ code: 'REQ_002', requestId: id });
  expect(id).toMatch(/^[0-9a-f]{12}$/);
  expect(await logOf(id)).toEqual(['command failed']);
  expect(await auditOf(id)).toMatchObject([{ outcome: 'failed', code: 'REQ_002' }]);
});

it('has an id of the station when its own cannot be kept', async () => {
  const { id, error } = await post('no.such', {}, 'a b\tc');
  expect(id).toMatch(/^[0-9a-f]{12}$/);
  expect(error).toMatchObject({ code: 'REQ_002', requestId: id });
});

it('of the command line is told there', async () => {
  const run = promisify(execFile)(
    process.execPath,
    [
      ...[
        '-r',
        path.join(root, 'main/require-node.cjs'),
        path.join(root, 'main/cli.ts'),
        'call',
        'camera.remove',
      ],
      ...['{"id":"nowhere"}', '--data-folder', station.dataFolder],
    ],
    { cwd: root },
  );
  const { stderr } = await run.catch((error: unknown) => error as { readonly stderr: string });
  const [, id = ''] = /REQ_002: .* \(request ([0-9a-f]{12})\)/.exec(stderr) ?? [stderr];
  expect(await auditOf(id)).toMatchObject([{ procedure: 'camera.remove' }]);
});

it('that changes the model is in the row of the model history, and what comes later is not of it', async () => {
  const [model] = await station.call('model.list', {});
  const { digest } = model!;
  await post('model.activate', { digest, cameraId: 'gate', reason: 'a test' }, 'swap-1');
  const events = await station.call('model.history', {});
  const moves = events.filter((event) => event.kind === 'alias' && event.cameraId === 'gate');
  expect(moves).toMatchObject([{ digest, requestId: 'swap-1' }]);
  expect(await logOf('swap-1')).toEqual(['models count now', 'command done']);
  const cameras = await until(
    () => station.call('camera.list', {}),
    ([gate]) => gate?.capture.state === 'live',
    60_000,
  );
  expect(cameras).toHaveLength(1);
  const before = await logOf('till-4.2026');
  await station.call('camera.update', { id: 'gate', isEnabled: false });
  expect(await logOf('till-4.2026')).toEqual(before);
});
