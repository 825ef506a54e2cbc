/**
 * Fetching a detector through a real station: what goes wrong has its code, and nothing is half-installed.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { Catalog } from '#contract/catalog.ts';
import { StationError } from '#contract/error.ts';
import { sharedMissing, sharedPath } from '#test/shared.ts';
import {
  cleanUp,
  copyProgram,
  scratchFolder,
  startStation,
  type StationProcess,
  type StationProcessOptions,
} from '#test/station-process.ts';
import { hasTmpfs, mountTmpfs, tmpfsMissing } from '#test/tmpfs.ts';

const id = 'yolox-nano';
/** As the catalog of the product knows it */
const wanted = {
  bytes: 3_659_407,
  digest: 'c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d',
};
/** A real detector, which a catalog of the test's own names */
const real = sharedPath('models/yolox_nano.onnx');

afterAll(cleanUp);

function startWith(mirror: string, options: StationProcessOptions = {}): Promise<StationProcess> {
  return startStation({ ...options, env: { TALLYWATCH_MODEL_MIRROR: mirror } });
}

/** The program with a catalog in which the entry names this file. */
function programWith(file: string): { program: string; bytes: number; digest: string } {
  const program = copyProgram();
  const place = path.join(program, 'resources/models/catalog.json');
  const content = readFileSync(file);
  const facts = {
    bytes: content.length,
    digest: createHash('sha256').update(content).digest('hex'),
  };
  const catalog = Catalog.parse(JSON.parse(readFileSync(place, 'utf8')));
  const entries = catalog.entries.map((entry) =>
    entry.id === id ? { ...entry, ...facts } : entry,
  );
  writeFileSync(place, JSON.stringify({ entries }));
  return { program, ...facts };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof StationError) return error.code;
    throw error;
  }
  return 'installed';
}

/** Models and the catalog's own word, and what lies on the disk. */
async function look(station: StationProcess) {
  const models = await station.call('model.list', {});
  const entries = await station.call('catalog.list', {});
  const folder = path.join(station.dataFolder, 'downloads');
  return {
    models: models.map((model) => [model.isEmbedded, model.isChampion]),
    isInstalled: entries.find((entry) => entry.id === id)?.isInstalled,
    downloads: existsSync(folder) ? readdirSync(folder) : [],
  };
}

/** Only the detector that comes with the station, which counts on. */
const nothingNew = { models: [[true, true]], isInstalled: false };

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

describe('the catalog', () => {
  it('refuses a mirror whose file has another digest, and an entry that it does not have', async () => {
    const mirror = scratchFolder();
    writeFileSync(path.join(mirror, `${wanted.digest}.onnx`), new Uint8Array(wanted.bytes));
    const station = await startWith(mirror);
    expect(await codeOf(station.call('catalog.install', { id }))).toBe('MODEL_002');
    expect(await codeOf(station.call('catalog.install', { id: 'nothing' }))).toBe('MODEL_001');
    expect(await look(station)).toEqual({ ...nothingNew, downloads: [] });
    await station.stop();
  });

  it('throws away what an address sends when its digest is another one', async () => {
    const station = await startWith(
      await serve((_request, response) => response.end(new Uint8Array(wanted.bytes))),
    );
    expect(await codeOf(station.call('catalog.install', { id }))).toBe('MODEL_002');
    expect(await look(station)).toEqual({ ...nothingNew, downloads: [] });
    await station.stop();
  });

  it.skipIf(real === null)(
    `keeps the half of a cut download aside, and goes on from it (${real === null ? sharedMissing : 'real model'})`,
    async () => {
      const { program, bytes, digest } = programWith(real!);
      const ranges: (string | undefined)[] = [];
      const mirror = await serve((request, response) => {
        const { range } = request.headers;
        ranges.push(range);
        const start = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
        response.writeHead(range === undefined ? 200 : 206, { 'content-length': bytes - start });
        if (ranges.length > 1) {
          createReadStream(real!, { start }).pipe(response);
          return;
        }
        // The second half never comes.
        const half = readFileSync(real!).subarray(0, Math.floor(bytes / 2));
        response.write(half, () => response.destroy());
      });
      const station = await startWith(mirror, { program });
      expect(await codeOf(station.call('catalog.install', { id }))).toBe('MODEL_001');
      expect(await look(station)).toEqual({ ...nothingNew, downloads: [`${digest}.onnx.part`] });

      const model = await station.call('catalog.install', { id });
      expect(model).toMatchObject({ digest, isEmbedded: false, isChampion: false });
      expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
      await station.call('model.activate', { digest });
      const { models, isInstalled } = await look(station);
      expect(models.sort()).toEqual([
        [false, true],
        [true, false],
      ]);
      expect(isInstalled).toBe(true);
      await station.stop();
    },
    240_000,
  );

  it.skipIf(!hasTmpfs)(
    `says before it begins that the disk is too small (${hasTmpfs ? 'small disk' : tmpfsMissing})`,
    async () => {
      const { folder } = mountTmpfs(48 * 1024 * 1024);
      const mirror = await serve(() => expect.unreachable('asked though there is no room'));
      const station = await startWith(mirror, { dataFolder: folder });
      expect(await codeOf(station.call('catalog.install', { id }))).toBe('RES_004');
      expect(await look(station)).toEqual({ ...nothingNew, downloads: [] });
      await station.stop();
    },
  );
});
