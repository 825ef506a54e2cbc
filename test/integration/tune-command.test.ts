/**
 * `tallywatch models tune` beside a station that runs and without one, on pictures that the built-in detector knows.
 */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainExecution, TuningView } from '#contract/execution.ts';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene } from '#engine/capture/simulated/scene.ts';
import {
  cleanUp,
  scratchFolder,
  startStation,
  type StationProcess,
} from '#test/station-process.ts';

const root = path.resolve(import.meta.dirname, '../..');
const limitMs = 600_000;
let station: StationProcess;
let pictures: string;

beforeAll(async () => {
  station = await startStation({ flags: ['--workers', '1', '--inference-threads', '1'] });
  pictures = path.join(scratchFolder(), 'pictures');
  mkdirSync(pictures);
  const { scene } = parseSimulatedUrl('simulated://plaza?people=30&seed=7', 1);
  const { width, height } = scene;
  const plaza = createScene(scene);
  const planes = new Uint8Array(width * height * 3);
  const packed = new Uint8Array(planes.length);
  for (let frame = 0; frame < 10; frame++) {
    plaza.render(frame * 3, planes);
    for (let pixel = 0; pixel < width * height; pixel++) {
      // A slot holds green, blue, red.
      [2, 0, 1].forEach((plane, channel) => {
        packed[pixel * 3 + channel] = planes[plane * width * height + pixel] ?? 0;
      });
    }
    const picture = sharp(packed, { raw: { width, height, channels: 3 } });
    await picture.png().toFile(path.join(pictures, `${String(frame)}.png`));
  }
}, limitMs);
afterAll(cleanUp);

/** Runs the command on the station's data folder. */
function tune(...args: readonly string[]): Promise<{ failed: boolean; out: string; said: string }> {
  const command = ['-r', path.join(root, 'main/require-node.cjs'), path.join(root, 'main/cli.ts')];
  const all = [...command, 'models', 'tune', ...args, '--data-folder', station.dataFolder];
  return new Promise((resolve) => {
    execFile(process.execPath, all, { maxBuffer: 16e6 }, (error, out, said) =>
      resolve({ failed: error !== null, out, said }),
    );
  });
}

describe('tallywatch models tune', { timeout: limitMs }, () => {
  it('asks the station that runs, which takes pictures of its cameras', async () => {
    const { failed, said } = await tune('champion');
    expect([failed, said]).toEqual([
      true,
      expect.stringContaining('there are 0: switch on a camera'),
    ]);
  });

  it.each([
    ['a model that is not there', ['nobody'], 'MODEL_001'],
    ['a folder with too few pictures', ['champion', '--pictures', root], 'there are 0'],
    ['a folder that is not there', ['champion', '--pictures', '/nowhere'], 'cannot be read'],
  ])('says what is wrong with %s', async (_, args, text) => {
    const { failed, said } = await tune(...args);
    expect([failed, said]).toEqual([true, expect.stringContaining(text)]);
  });

  it('measures without a station what one that is started later uses', async () => {
    await station.stop();
    const alone = await tune('champion');
    expect([alone.failed, alone.said]).toEqual([true, expect.stringContaining('--pictures')]);

    const { out, said } = await tune('champion', '--pictures', pictures, '--json');
    // How far it is stands on a terminal only.
    expect(said).not.toContain('%');
    const view = TuningView.parse(JSON.parse(out));
    expect(view).toMatchObject({ isCurrent: true, broken: null, pictures: 10 });
    expect(view.trials[0]).toMatchObject({ outcome: 'agrees', execution: plainExecution });
    expect(view.order.at(-1)).toEqual(plainExecution);

    station = await startStation({ dataFolder: station.dataFolder });
    const [kept] = await station.call('model.tunings', {});
    expect(kept).toEqual(view);
  });
});
