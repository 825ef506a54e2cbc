/**
 * The ledger under fire: clips are played into it while workers and stations are killed, a live camera is followed through
 * kills, and a stream is frozen. `npm run -s test:ledger`
 *
 *   node test/bench/ledger.ts [--kills 200] [--live-kills 10] [--freeze 37] [--seed 1]
 *
 * Prints progress on stderr and a JSON summary; ends with 1 when something was lost, doubled or not declared.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { killsOf, playKilled, type PlayLedger, playThrough } from '#test/killed-play.ts';
import { randomOf } from '#test/random.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { cleanUp, scratchFolder } from '#test/station-process.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
  },
});
const clip = sharedPath('videos/mot15_pets09-s2l1.mp4') ?? '';
const model = sharedPath('models/yolox_nano.onnx') ?? '';

try {
  if (!hasShared) throw new Error(sharedMissing);
  const replay = await testReplay(Number(values.kills));
  console.log(JSON.stringify({ seed: values.seed, replay, load: os.loadavg()[0] }));
  process.exitCode = replay.missing + replay.doubled + replay.differentPlays === 0 ? 0 : 1;
} finally {
  cleanUp();
}

/** Plays a clip again and again until so many kills are done; each play must count what the undisturbed one did. */
async function testReplay(kills: number) {
  const startedMs = performance.now();
  const whole = await playThrough({ clip, model, id: 'whole' }, scratchFolder());
  say(`undisturbed: ${whole.crossings.length} crossings, ${whole.observedSeconds} s observed`);
  const done = { station: 0, worker: 0, startingWorker: 0 };
  const total = { plays: 0, missing: 0, doubled: 0, differentPlays: 0 };
  while (killsOf(done) < kills) {
    total.plays += 1;
    const { even: random } = randomOf(`ledger ${values.seed} ${total.plays}`);
    const onKill = (): void => {
      if (killsOf(done) % 10 === 0) say(`${killsOf(done)} kills`);
    };
    const plan = { random, kills, done, onKill };
    const killed = await playKilled({ clip, model, id: 'killed' }, scratchFolder(), plan);
    const { missing, doubled } = compare(whole, killed);
    total.missing += missing;
    total.doubled += doubled;
    if (JSON.stringify(killed) !== JSON.stringify(whole)) total.differentPlays += 1;
    say(
      `play ${total.plays}: ${killed.crossings.length} crossings, ${missing} missing, ${doubled} too many`,
    );
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  return { kills: done, ...total, crossings: whole.crossings.length, seconds };
}

function compare(whole: PlayLedger, killed: PlayLedger): { missing: number; doubled: number } {
  const wanted = new Set(whole.crossings);
  const found = new Set(killed.crossings);
  return {
    missing: whole.crossings.filter((row) => !found.has(row)).length,
    doubled: killed.crossings.length - killed.crossings.filter((row) => wanted.has(row)).length,
  };
}

function say(text: string): void {
  console.error(text);
}
