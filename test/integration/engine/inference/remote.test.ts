/**
 * A model on a real KServe v2 server: the same detections as in this process, and what happens when the server dies.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analysisSize } from '#engine/inference/fit.ts';
import { createSession, type Session } from '#engine/inference/session.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { hasKserve, kserveMissing, startKserve, type KserveServer } from '#test/kserve-server.ts';
import { readPicture } from '#test/pictures.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { until } from '#test/station-process.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'remote-'));
const enginesFolder = path.resolve(import.meta.dirname, '../../../../resources/engines');
const model = sharedPath('models/yolox_nano.onnx') ?? '';
const cpu = { provider: 'cpu', intraOpThreads: 1, enginesFolder };
let server: KserveServer;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function open(url: string, more: object = {}, card = yoloxNanoCard): Promise<Session> {
  const file = path.join(folder, `${String(Math.random()).slice(2)}.json`);
  const remote = { kind: 'remote', url, model: 'detector', answerSeconds: 60, card, ...more };
  writeFileSync(file, JSON.stringify(remote));
  return createSession({ model: file, card, ...cpu });
}

const reason = hasShared ? kserveMissing : sharedMissing;

describe.skipIf(!hasShared || !hasKserve)(`model on a KServe server (${reason})`, () => {
  beforeAll(async () => {
    server = await startKserve(model, yoloxNanoCard);
  }, 200_000);
  afterAll(async () => {
    await server.close();
  });

  it.each([
    ['HTTP', () => server.httpUrl],
    ['gRPC', () => server.grpcUrl],
  ])('gives the same detections over %s as in this process', async (_, url) => {
    const picture = await readPicture(
      sharedPath('images/coco_val2017_128/000000000785.jpg')!,
      (size) => analysisSize(size, yoloxNanoCard),
    );
    const [here, there] = await Promise.all([
      // The server computes the padding too.
      createSession({ model, card: yoloxNanoCard, ...cpu, isPadded: true }),
      open(url()),
    ]);
    const local = await here.run([picture]);
    const remote = await there.run([picture]);
    await Promise.all([here.close(), there.close()]);
    expect(remote.detections[0]).toHaveLength(local.detections[0]!.length);
    remote.detections[0]!.forEach((found, index) => {
      const same = local.detections[0]![index]!;
      expect(found.label).toBe(same.label);
      expect(found.score).toBeCloseTo(same.score, 4);
      expect(found.box.x).toBeCloseTo(same.box.x, 4);
      expect(found.box.width).toBeCloseTo(same.box.width, 4);
    });
    console.log(
      `${_}: ${remote.inferMs.toFixed(0)} ms, of which ${remote.transferMs.toFixed(1)} ms on the way (here ${local.inferMs.toFixed(0)} ms)`,
    );
  });

  it.each([
    ['another size', {}, { ...yoloxNanoCard, input: { width: 320, height: 320 } }, 'MODEL_003'],
    ['JPEGs, which it does not take', { encoding: 'jpeg' }, yoloxNanoCard, 'MODEL_003'],
    ['a model that is not there', { model: 'absent' }, yoloxNanoCard, 'MODEL_001'],
  ])('refuses %s', async (_, more, card, code) => {
    await expect(open(server.httpUrl, more, card)).rejects.toMatchObject({ code });
  });

  it('refuses at once while the server is dead, and goes on when it is back', async () => {
    const picture = await readPicture(
      sharedPath('images/coco_val2017_128/000000000785.jpg')!,
      (size) => analysisSize(size, yoloxNanoCard),
    );
    const [http, grpc] = [await open(server.httpUrl), await open(server.grpcUrl)];
    const outcome = (session: Session) =>
      session.run([picture]).then(
        () => 'answered',
        (error: unknown) => (error as { code: string }).code,
      );
    expect(await outcome(http)).toBe('answered');
    await server.kill();
    await expect(outcome(http)).resolves.toBe('SYS_001');
    await expect(outcome(grpc)).resolves.toBe('SYS_001');
    const startedMs = performance.now();
    for (let run = 0; run < 100; run++) await outcome(http);
    console.log(`100 runs refused in ${(performance.now() - startedMs).toFixed(0)} ms`);
    await server.start();
    for (const session of [http, grpc]) {
      await until(
        () => outcome(session),
        (what) => what === 'answered',
        120_000,
      );
      await session.close();
    }
  }, 400_000);
});

it('a server that cannot be reached is named when the model is opened', async () => {
  await expect(open('http://127.0.0.1:9')).rejects.toMatchObject({
    code: 'SYS_001',
    message: expect.stringContaining('127.0.0.1:9') as string,
  });
});
