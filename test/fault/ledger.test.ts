/**
 * A clip that is played into the ledger while workers and station are killed: what is counted is what an undisturbed play counts.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { playKilled, playThrough } from '#test/killed-play.ts';
import { randomOf } from '#test/random.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { cleanUp, scratchFolder } from '#test/station-process.ts';

const kills = 6;

afterAll(cleanUp);

/** A shorter clip with the same pictures. */
function firstSeconds(clip: string, seconds: number): string {
  const short = path.join(scratchFolder(), 'short.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-i', clip, '-t', String(seconds), '-c', 'copy', short]);
  return short;
}

describe.skipIf(!hasShared)(`a play that is killed (${hasShared ? 'PETS' : sharedMissing})`, () => {
  it(`counts the same after ${kills} kills as without`, async () => {
    const clip = firstSeconds(sharedPath('videos/mot15_pets09-s2l1.mp4')!, 40);
    const model = sharedPath('models/yolox_nano.onnx')!;
    const whole = await playThrough({ clip, model, id: 'whole' }, scratchFolder());
    expect(whole.crossings.length).toBeGreaterThan(10);
    expect(whole.tallied).toBe(whole.crossings.length);
    expect(whole.gaps).toBe(0);

    const done = { station: 0, worker: 0, startingWorker: 0 };
    const random = randomOf('ledger test').even;
    const plan = { random, kills, done, onKill: () => console.log(JSON.stringify(done)) };
    const killed = await playKilled({ clip, model, id: 'killed' }, scratchFolder(), plan);
    expect(done.station + done.worker + done.startingWorker).toBeGreaterThan(1);
    expect(killed).toEqual(whole);
  }, 600_000);
});
