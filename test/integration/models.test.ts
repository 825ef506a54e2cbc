/**
 * Models through the real doors of a station: looked at, imported, made to count, rolled back, exported and brought to another
 * station; and everything that must be refused while the champion goes on counting.
 */
import {
  copyFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { s3Kind, s3Missing, startS3Server } from '#test/s3-server.ts';
import {
  cleanUp,
  scratchFolder,
  startStation,
  type StationProcess,
  until,
} from '#test/station-process.ts';
import { externalConstant, greedyModel, nanModel, node, onnxFile } from '#test/tiny-onnx.ts';

const limitMs = 240_000;
let station: StationProcess;

beforeAll(async () => {
  station = await startStation();
  await station.call('camera.add', {
    id: 'plaza',
    name: 'Plaza',
    source: 'simulated://plaza',
    fps: 5,
  });
}, limitMs);
afterAll(cleanUp);

const nano = (): string => sharedPath('models/yolox_nano.onnx')!;
const pictures = (): string => sharedPath('images/coco_val2017_128')!;

function write(name: string, content: Uint8Array | string): string {
  const file = path.join(scratchFolder(), name);
  writeFileSync(file, content);
  return file;
}

async function refusalOf(promise: Promise<unknown>): Promise<StationError> {
  const error: unknown = await promise.then(
    () => new Error('it was accepted'),
    (cause: unknown) => cause,
  );
  if (error instanceof StationError) return error;
  throw error;
}

describe.skipIf(!hasShared)(
  `a model (${hasShared ? 'real' : sharedMissing})`,
  { timeout: limitMs },
  () => {
    it('is proven on pictures before it is imported, and a wrong way is seen', async () => {
      const proposal = await station.call('model.propose', {
        path: nano(),
        picturesFolder: pictures(),
        maxPictures: 6,
      });
      expect(proposal).toMatchObject({
        card: { name: 'yolox_nano', head: 'yolox', preprocess: { colour: 'bgr' } },
        origin: { kind: 'file', where: 'yolox_nano.onnx' },
        pictures: 6,
        isDoubtful: false,
        known: null,
      });
      expect(proposal.samples).toHaveLength(6);
      const [best] = proposal.variants;
      expect(best).toMatchObject({ difference: '' });
      expect(best!.found.flat().some(({ label }) => label === 'person')).toBe(true);
      const rgb = proposal.variants.find(({ difference }) => difference === 'colours RGB');
      expect(rgb!.score).toBeLessThan(best!.score);
      expect(await station.call('model.list', {})).toHaveLength(1);
    });

    it('is tried on pictures of the cameras where no others are given', async () => {
      await until(
        () => station.call('camera.list', {}),
        ([camera]) => camera?.capture.state === 'live',
        60_000,
      );
      const proposal = await station.call('model.propose', { path: nano(), maxPictures: 2 });
      expect([proposal.pictures, proposal.samples.length]).toEqual([2, 2]);
      const left = readdirSync(path.join(station.dataFolder, 'downloads'));
      expect(left.filter((name) => name.startsWith('samples-'))).toEqual([]);
    });

    it('is refused when it is a classifier, with the reason', async () => {
      const path_ = sharedPath('models/mobilenet_v2_int8.onnx')!;
      const refusal = await refusalOf(station.call('model.propose', { path: path_ }));
      expect(refusal.code).toBe('MODEL_003');
      expect(refusal.message).toContain('classifier: it gives 1000 scores');
    });

    it('counts, is rolled back, and all of it is in the history', async () => {
      const embedded = (await station.call('model.list', {})).find((model) => model.isChampion)!;
      const labels = { person: 'person', car: 'vehicle' } as const;
      const model = await station.call('model.import', {
        path: nano(),
        name: 'nano',
        labels,
        releaseNotes: 'First try',
      });
      expect(model).toMatchObject({
        card: { name: 'nano', version: '1.0.0', labels },
        digest: model.files.find(({ kind }) => kind === 'model')?.digest,
        lineage: { origin: { kind: 'file', where: 'yolox_nano.onnx' }, releaseNotes: 'First try' },
      });
      const again = await station.call('model.import', { path: nano(), name: 'nano', labels });
      expect(again.digest).toBe(model.digest);
      const other = await station.call('model.import', { path: nano(), name: 'nano' });
      expect(other.card.version).toBe('1.0.1');
      expect(other.digest).not.toBe(model.digest);

      await station.call('model.activate', { digest: model.digest, reason: 'sees more' });
      const back = await station.call('model.rollBack', { reason: 'too slow' });
      expect(back).toMatchObject({ digest: embedded.digest, isChampion: true });
      await station.call('model.challenge', { digest: other.digest });
      await station.call('model.tag', { tag: 'winter', digest: other.digest });
      const list = await station.call('model.list', {});
      expect(list.find(({ digest }) => digest === model.digest)?.aliases).toEqual([
        { alias: 'previous', cameraId: null },
      ]);
      expect(list.find(({ digest }) => digest === other.digest)).toMatchObject({
        tags: ['winter'],
        aliases: [{ alias: 'challenger', cameraId: null }],
      });
      const history = await station.call('model.history', { digest: model.digest });
      expect(
        history.map((event) => [event.kind, event.kind === 'alias' ? event.reason : event.by]),
      ).toEqual([
        ['alias', 'sees more'],
        ['imported', expect.any(String)],
      ]);
      const [newest] = await station.call('model.history', { digest: embedded.digest });
      expect(newest).toMatchObject({ kind: 'alias', cause: 'rolled-back', reason: 'too slow' });
      // Nothing may bring back by itself what a person has gone back from.
      expect(await station.call('model.trials', {})).not.toContainEqual(
        expect.objectContaining({ state: 'watching' }),
      );
    });

    it('stays while something names it, and shares the room of its file', async () => {
      const list = await station.call('model.list', {});
      const model = list.find(({ card }) => card.name === 'nano' && card.version === '1.0.0')!;
      const refusal = await refusalOf(station.call('model.remove', { digest: model.digest }));
      expect([refusal.code, refusal.message]).toEqual([
        'MODEL_004',
        expect.stringContaining('it is the previous'),
      ]);
      const { versions, usedBytes } = await station.call('model.storage', {});
      const room = versions.find(({ digest }) => digest === model.digest)!;
      expect(room.bytes).toBeGreaterThan(3_700_000);
      expect(room.ownBytes).toBeLessThan(100_000);
      expect(usedBytes).toBeLessThan(list.reduce((sum, { bytes }) => sum + bytes, 0));
      const linked = (digest: string): number =>
        statSync(path.join(station.dataFolder, 'models', digest, 'model.onnx')).ino;
      const other = list.find(({ card }) => card.version === '1.0.1')!;
      expect(linked(model.digest)).toBe(linked(other.digest));
    });

    it('gets its file back by importing it again', async () => {
      const list = await station.call('model.list', {});
      const model = list.find(({ card }) => card.version === '1.0.1')!;
      const place = path.join(station.dataFolder, 'models', model.digest, 'model.onnx');
      rmSync(place);
      writeFileSync(place, 'damaged');
      await station.call('model.import', { path: nano(), name: 'nano' });
      expect(readFileSync(place).equals(readFileSync(nano()))).toBe(true);
    });

    it('goes to another station as one file, and a changed one is refused', async () => {
      const folder = scratchFolder();
      const list = await station.call('model.list', {});
      const model = list.find(({ tags }) => tags.includes('winter'))!;
      const bundle = await station.call('model.export', { digest: model.digest, path: folder });
      expect(path.basename(bundle.path)).toBe('nano-1.0.1.twmodel');
      const second = await startStation();
      const imported = await second.call('model.import', { path: bundle.path });
      expect(imported).toMatchObject({
        digest: model.digest,
        card: model.card,
        files: model.files,
        tags: ['winter'],
        lineage: { origin: { kind: 'bundle', where: 'nano-1.0.1.twmodel' } },
      });

      const bytes = readFileSync(bundle.path);
      bytes[bytes.length - 1_000_000]! ^= 1;
      const changed = write('changed.twmodel', bytes);
      const refusal = await refusalOf(second.call('model.import', { path: changed }));
      expect(refusal.code).toBe('MODEL_002');
      expect(readdirSync(path.join(second.dataFolder, 'downloads'))).toEqual([]);
      expect(await second.call('model.list', {})).toHaveLength(2);
      expect(await second.stop()).toBe(0);
    });

    it.skipIf(s3Kind === null)(
      `goes to another station by a remote store (${s3Kind ?? s3Missing})`,
      async () => {
        const remote = await startS3Server();
        const second = await startStation();
        try {
          const list = await station.call('model.list', {});
          const model = list.find(({ tags }) => tags.includes('winter'))!;
          await station.call('remote.set', { settings: remote.settings });
          expect(await station.call('remote.get', {})).not.toHaveProperty('secretAccessKey');
          await station.call('remote.push', { digest: model.digest });
          await second.call('remote.set', { settings: remote.settings });
          expect(await second.call('remote.list', {})).toMatchObject([
            { name: 'nano', version: '1.0.1', digest: model.digest, isInstalled: false },
          ]);
          const pulled = await second.call('remote.pull', { name: 'nano', version: '1.0.1' });
          expect(pulled).toMatchObject({
            digest: model.digest,
            lineage: { origin: { kind: 'remote' } },
          });
          expect(await second.call('remote.list', {})).toMatchObject([{ isInstalled: true }]);
          expect(await second.stop()).toBe(0);
        } finally {
          remote.stop();
        }
      },
    );

    it('is refused when the file changed after it was looked at', async () => {
      const file = path.join(scratchFolder(), 'model.onnx');
      copyFileSync(nano(), file);
      const refusal = await refusalOf(
        station.call('model.import', { path: file, fileDigest: 'f'.repeat(64) }),
      );
      expect([refusal.code, refusal.message]).toEqual([
        'MODEL_002',
        expect.stringContaining('has changed since'),
      ]);
    });
  },
);

describe('while the champion counts', { timeout: limitMs }, () => {
  const picture = ['float', [1, 3, 32, 32]] as const;
  const withNode = (operator: string, opset = 13): Uint8Array =>
    onnxFile(
      {
        nodes: [node(operator, { inputs: ['images'], outputs: ['output'] })],
        inputs: { images: picture },
        outputs: { output: picture },
      },
      { opset },
    );
  const withWeights = (location: string): Uint8Array =>
    onnxFile({
      nodes: [node('Add', { inputs: ['images', 'weight'], outputs: ['output'] })],
      constants: [externalConstant('weight', location)],
      inputs: { images: picture },
      outputs: { output: picture },
    });
  const free = (): Uint8Array =>
    onnxFile({
      nodes: [node('Identity', { inputs: ['images'], outputs: ['output'] })],
      inputs: { images: ['float', ['n', 3, 'h', 'w']] },
      outputs: { output: ['float', ['n', 3, 'h', 'w']] },
    });
  const sparse = (): string => {
    const file = write('large.onnx', '');
    truncateSync(file, 2 * 1024 ** 3);
    return file;
  };
  const cut = (): string => {
    const whole = readFileSync(path.resolve('resources/models/embedded/model.onnx'));
    return write('cut.onnx', whole.subarray(0, whole.length - 1000));
  };
  const misnamed = (): string => {
    const folder = scratchFolder();
    copyFileSync(path.resolve('resources/models/embedded/model.onnx'), path.join(folder, 'a.onnx'));
    writeFileSync(path.join(folder, 'labels.txt'), 'person\ncar\nbus\ndog\ncat\n');
    return folder;
  };

  it.each([
    ['a truncated file', cut, 'MODEL_002'],
    ['an empty file', () => write('empty.onnx', ''), 'MODEL_002'],
    ['2 GB', sparse, 'MODEL_002'],
    ['a text', () => write('text.onnx', '#!/bin/sh\n'.repeat(100)), 'MODEL_002'],
    ['weights outside', () => write('out.onnx', withWeights('../secret.bin')), 'MODEL_002'],
    ['an unknown operator', () => write('op.onnx', withNode('Teleport')), 'MODEL_002'],
    ['operators of the future', () => write('opset.onnx', withNode('Relu', 9999)), 'MODEL_002'],
    ['free shapes and no boxes', () => write('free.onnx', free()), 'MODEL_003'],
    ['a wrong number of labels', misnamed, 'MODEL_003'],
    ['answers that are no numbers', () => write('nan.onnx', nanModel()), 'INF_004'],
    ['an appetite for memory', () => write('greedy.onnx', greedyModel(12 * 1024 ** 3)), 'RES_001'],
  ])('a model with %s is refused', async (_, file, code) => {
    const before = await station.call('model.list', {});
    const place = file();
    const refusal = await refusalOf(station.call('model.import', { path: place }));
    expect(refusal.code).toBe(code);
    expect(refusal.message.length).toBeGreaterThan(20);
    expect(await station.call('model.list', {})).toEqual(before);
    const { workers } = await station.call('station.info', {});
    expect(workers.reduce((sum, { restarts }) => sum + restarts, 0)).toBe(0);
    await until(
      () => station.call('camera.list', {}),
      ([camera]) => camera?.capture.state === 'live' && camera.figures.inferredFps > 0,
      60_000,
    );
  });
});
