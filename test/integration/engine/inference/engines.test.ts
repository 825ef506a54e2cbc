/**
 * Engines as real processes: the example that comes with the station, and ones that lie, crash and hang.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openProcessBackend } from '#engine/inference/engines/process-backend.ts';
import { checkConformance } from '#engine/inference/engines/conformance.ts';
import { startEngine } from '#engine/inference/engines/engine-process.ts';
import { readEngineFile } from '#engine/inference/engines/model-files.ts';
import { createSession } from '#engine/inference/session.ts';
import { until } from '#test/station-process.ts';

const enginesFolder = path.resolve(import.meta.dirname, '../../../../resources/engines');
const folder = mkdtempSync(path.join(os.tmpdir(), 'engines-'));
const hasPython = spawnSync('python3', ['--version']).status === 0;
const missing = hasPython ? 'real processes' : 'needs python3: apt-get install python3';
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** An engine of the test: the example with some of its lines replaced. */
async function engineOf(change: string, startSeconds = 60) {
  const name = `e${String(Math.random()).slice(2)}`;
  writeFileSync(
    path.join(folder, `${name}.py`),
    `import sys, os, time, struct\nsys.path.insert(0, ${JSON.stringify(enginesFolder)})\n` +
      `import tallywatch_engine\nserve = tallywatch_engine.serve\n` +
      `def patched(card, run, engine, **more):\n${change.replaceAll(/^/gm, '    ')}\n    serve(card, run, engine, **more)\n` +
      `tallywatch_engine.serve = patched\nimport example_engine\n`,
  );
  const file = path.join(folder, `${name}.json`);
  const command = ['python3', `{here}/${name}.py`];
  writeFileSync(file, JSON.stringify({ kind: 'engine', command, startSeconds }));
  return readEngineFile(file);
}

async function example() {
  const file = path.join(folder, 'example.json');
  const command = ['python3', '{engines}/example_engine.py'];
  writeFileSync(file, JSON.stringify({ kind: 'engine', command, startSeconds: 60 }));
  return readEngineFile(file);
}

describe.skipIf(!hasPython)(`engines (${missing})`, () => {
  it('the example passes every check', async () => {
    const checks = await checkConformance({ engine: await example(), enginesFolder });
    expect(checks.filter(({ isPassed }) => !isPassed)).toEqual([]);
    expect(checks.map(({ name }) => name)).toEqual([
      'handshake',
      'health',
      'grey picture',
      'same picture, same answer',
      'two questions at once',
      'end',
    ]);
  });

  it('the example finds the bright thing of a picture through a session', async () => {
    const engine = await example();
    const started = await startEngine({ engine, enginesFolder });
    const { card } = started.ready;
    await started.close();
    const model = path.join(folder, 'example.json');
    const session = await createSession({
      model,
      card,
      enginesFolder,
      provider: 'cpu',
      intraOpThreads: 1,
    });
    const size = { width: 64, height: 48 };
    const pixels = new Uint8Array(64 * 48 * 3);
    for (let plane = 0; plane < 3; plane++) {
      for (let y = 12; y < 24; y++)
        pixels.fill(255, plane * 3072 + y * 64 + 16, plane * 3072 + y * 64 + 32);
    }
    const result = await session.run([
      { pixels, layout: { picture: { width: 640, height: 480 }, analysis: size } },
    ]);
    await session.close();
    expect(result.detections).toMatchObject([
      [
        {
          box: { x: 0.25, y: 0.25, width: 0.25, height: 0.25 },
          score: expect.closeTo(0.9, 5) as number,
          label: 'person',
        },
      ],
    ]);
    expect(result.transferMs).toBe(0);
  });

  it.each([
    [
      'of its shapes',
      `_run = run\nrun = lambda *a: [("rows", "float32", (1, 5, 6), _run(*a)[0][3])]`,
      'grey picture',
      'says one thing',
    ],
    ['of its head', `card = dict(card, head="yolov8")`, 'grey picture', 'do not fit the head'],
    ['of its batch', `more["batch_size"] = None`, 'two pictures', 'no picture 1'],
    [
      'about the same picture',
      `n = [0]\ndef run(*a):\n    n[0] += 1\n    return [("rows", "float32", (1, 1, 6), struct.pack("<6f", 1, 1, 9, 9, 0.5 + 0.1 * (n[0] % 3), 0))]`,
      'same picture, same answer',
      'number 4',
    ],
    [
      'with NaN',
      `run = lambda *a: [("rows", "float32", (1, 1, 6), struct.pack("<6f", *[float("nan")] * 6))]`,
      'grey picture',
      'not detections',
    ],
    [
      'in its card',
      `card = dict(card, input={"width": -1, "height": 2})`,
      'handshake',
      'card.input.width',
    ],
    ['on stdout', `os.write(1, b"hello, I am an engine\\n")`, 'handshake', 'stderr'],
    [
      'by dying',
      `print("no graphics card", file=sys.stderr); sys.exit(3)`,
      'handshake',
      'no graphics card',
    ],
    [
      'by refusing',
      `tallywatch_engine.refuse("no licence"); sys.exit(1)`,
      'handshake',
      'no licence',
    ],
  ])('one that lies %s is found', async (_, change, check, said) => {
    const checks = await checkConformance({ engine: await engineOf(change), enginesFolder });
    const failed = checks.filter(({ isPassed }) => !isPassed);
    expect(failed[0]).toMatchObject({
      name: check,
      detail: expect.stringContaining(said) as string,
    });
  });

  it('one that never gets ready is given up', async () => {
    const engine = await engineOf('time.sleep(60)', 0.5);
    await expect(startEngine({ engine, enginesFolder })).rejects.toMatchObject({
      code: 'MODEL_002',
      message: expect.stringContaining('did not say that it is ready') as string,
    });
  });

  it('one that is killed is started again, and one with another card is refused', async () => {
    const engine = await example();
    const started = await startEngine({ engine, enginesFolder });
    const { card } = started.ready;
    await started.close();
    const backend = await openProcessBackend({ engine, card, enginesFolder });
    const input = new Uint8Array(64 * 48 * 3);
    await backend.run(input, 1);
    spawnSync('pkill', ['-9', '-P', String(process.pid), '-f', 'example_engine.py']);
    const codes = await until(
      () =>
        backend.run(input, 1).then(
          () => 'answered',
          (error: unknown) => (error as { code: string }).code,
        ),
      (outcome) => outcome !== 'answered',
      60_000,
    );
    expect(codes).toBe('SYS_001');
    await until(
      () =>
        backend.run(input, 1).then(
          () => true,
          () => false,
        ),
      (isAnswered) => isAnswered,
      60_000,
    );
    await backend.close();
    await expect(
      openProcessBackend({ engine, card: { ...card, classes: ['dog'] }, enginesFolder }),
    ).rejects.toMatchObject({ code: 'MODEL_003' });
  });

  it('one that hangs is ended and the run refused', async () => {
    const engine = await engineOf(
      `_run = run\nn = [0]\ndef run(*a):\n    n[0] += 1\n    if n[0] > 1: time.sleep(600)\n    return _run(*a)`,
    );
    const process = await startEngine({ engine, enginesFolder });
    const input = { dtype: 'uint8', dims: [1, 48, 64, 3], bytes: new Uint8Array(64 * 48 * 3) };
    await process.infer(input, 60_000);
    await expect(process.infer(input, 300)).rejects.toMatchObject({ code: 'INF_002' });
    await process.ended;
    await expect(process.infer(input, 300)).rejects.toMatchObject({ code: 'INF_002' });
  });
});
