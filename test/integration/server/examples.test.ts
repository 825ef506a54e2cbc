/**
 * The examples of the API run as they are written, against a real station with a key.
 */
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, StationError } from '#test/client.ts';
import { greyJpeg } from '#test/serving.ts';
import {
  cleanUp,
  scratchFolder,
  startStation,
  type StationProcess,
  until,
} from '#test/station-process.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const password = 'three words or four';
let station: StationProcess;
let key: string;
let picture: string;

beforeAll(async () => {
  picture = path.join(scratchFolder(), 'grey.jpg');
  writeFileSync(picture, await greyJpeg(640, 480));
  station = await startStation();
  await station.call('camera.add', { name: 'Plaza', source: 'simulated://plaza?fps=2' });
  const added = await station.call('key.add', { name: 'examples', role: 'operator' });
  key = added.secret;
  await station.call('user.addFirst', { id: 'chief', password });
});
afterAll(cleanUp);

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: root }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${error.message}\n${stderr}`));
    });
  });
}

describe('examples', () => {
  it.skipIf(spawnSync('curl', ['--version']).status !== 0)('in curl', async () => {
    const text = await run('sh', ['docs/api/counts.sh', station.url, key]);
    expect(text).toContain('"name":"Plaza"');
    await expect(run('sh', ['docs/api/counts.sh', station.url, 'tw_x_y'])).rejects.toThrow('401');
  });

  it.skipIf(spawnSync('python3', ['--version']).status !== 0)('in Python', async () => {
    expect(await run('python3', ['docs/api/counts.py', station.url, key])).toMatch(/^Plaza: \w+/);
    await expect(run('python3', ['docs/api/counts.py', station.url, 'tw_x_y'])).rejects.toThrow(
      'ACC_001',
    );
  });

  it('in TypeScript', async () => {
    const node = ['--conditions=source', 'docs/api/counts.ts', station.url, key];
    expect(await run(process.execPath, node)).toMatch(/^Plaza: \w+/);
  });
});

describe('examples with a picture', { timeout: 300_000 }, () => {
  it.skipIf(spawnSync('curl', ['--version']).status !== 0)('in curl', async () => {
    const text = await run('sh', ['docs/api/inference.sh', station.url, key, picture]);
    expect(text).toMatch(/^Detections: \{"modelId":"[^"]+"/);
    expect(text).toContain('\nAs a form: <?xml');
    const wrong = run('sh', ['docs/api/inference.sh', station.url, 'tw_x_y', picture]);
    await expect(wrong).rejects.toThrow('401');
  });

  it.skipIf(spawnSync('python3', ['--version']).status !== 0)('in Python', async () => {
    const text = await run('python3', ['docs/api/inference.py', station.url, key, picture]);
    expect(text).toMatch(/^grey\.jpg: \d+ found by \S+@\S+ in \d+ ms\nBatch \S+: 2 pictures\n$/);
  });

  it('in TypeScript', async () => {
    const node = ['--conditions=source', 'docs/api/inference.ts', station.url, key, picture];
    expect(await run(process.execPath, node)).toMatch(/^\d+ found by \S+@\S+ in \d+ ms\n$/);
  });
});

describe('the typed client', () => {
  it('answers, and refuses with the code of the station', async () => {
    const client = createClient({ url: station.url, key });
    const [camera] = await client.call('camera.list', {});
    expect(camera?.name).toBe('Plaza');
    const refusal: unknown = await client
      .call('user.list', {})
      .catch((error: unknown) => (error instanceof StationError ? error.code : error));
    expect(refusal).toBe('ACC_002');
  });

  it('hears events until it has enough', async () => {
    const client = createClient({ url: station.url, key });
    const stop = new AbortController();
    const heard: string[] = [];
    const hearing = (async () => {
      for await (const { data } of client.events(['line'], { signal: stop.signal })) {
        heard.push(data.name);
        return;
      }
    })();
    await until(
      async () => {
        await client.call('line.save', {
          ...{ cameraId: 'plaza', name: 'Door' },
          points: [
            { x: 0.2, y: 0.5 },
            { x: 0.8, y: 0.5 },
          ],
        });
        return heard.length;
      },
      (count) => count > 0,
      60_000,
    );
    await hearing;
    stop.abort();
    expect(heard[0]).toBe('Door');
  });
});
