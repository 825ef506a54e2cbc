/**
 * The ledger under fire: clips are played into it while workers and stations are killed, a live camera is followed through
 * kills, a picture is frozen, and a network camera stands still. `npm run -s test:ledger`
 *
 *   node test/bench/ledger.ts [--kills 200] [--live-kills 10] [--freeze 37] [--seed 1]
 *
 * Prints progress on stderr and a JSON summary; ends with 1 when something was lost, doubled or not declared.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { killsOf, playKilled, type PlayLedger, playThrough } from '#test/killed-play.ts';
import { watchFrozen, watchKilled, watchStalled } from '#test/killed-live.ts';
import { randomOf } from '#test/random.ts';
import { hasRtspServer, rtspServerMissing } from '#test/rtsp-server.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { cleanUp, scratchFolder } from '#test/station-process.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    'live-kills': { type: 'string', default: '10' },
    freeze: { type: 'string', default: '37' },
    seed: { type: 'string', default: '1' },
  },
});
/** Most that a camera on the same machine needs to be counted again once it is back. */
const reconnectSeconds = 10;
const clip = sharedPath('videos/mot15_pets09-s2l1.mp4') ?? '';
const model = sharedPath('models/yolox_nano.onnx') ?? '';

try {
  if (!hasShared) throw new Error(sharedMissing);
  const kills = Number(values.kills);
  const replay = kills === 0 ? null : await testReplay(kills);
  const live = hasRtspServer ? await testLive(Number(values['live-kills'])) : null;
  const frozen = await testFrozen(Number(values.freeze));
  const stalled = hasRtspServer ? await testStalled(Number(values.freeze)) : null;
  if (!hasRtspServer) say(`live camera left out: ${rtspServerMissing}`);
  console.log(
    JSON.stringify({ seed: values.seed, replay, live, frozen, stalled, load: os.loadavg()[0] }),
  );
  const isGood =
    (replay === null || replay.missing + replay.doubled + replay.differentPlays === 0) &&
    (live === null || live.lost + live.doubled + live.outsideObserved === 0) &&
    Math.abs(live?.undeclaredSeconds ?? 0) < 1 &&
    (frozen === null || Math.abs(frozen.gapSeconds - frozen.frozenSeconds) <= 1) &&
    (stalled === null || isDeclared(stalled));
  process.exitCode = isGood ? 0 : 1;
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

async function testLive(kills: number) {
  if (kills === 0) return null;
  const { even: random } = randomOf(`live ${values.seed}`);
  const onKill = (): void => say('live: one kill');
  const result = await watchKilled(
    { clip, model, dataFolder: scratchFolder() },
    { kills, random, onKill },
  );
  say(`live: ${JSON.stringify(result)}`);
  return result;
}

async function testFrozen(frozenSeconds: number) {
  if (frozenSeconds === 0) return null;
  const gapSeconds = await watchFrozen({ clip, model, dataFolder: scratchFolder() }, frozenSeconds);
  say(`frozen for ${frozenSeconds} s: a gap of ${gapSeconds} s`);
  return { frozenSeconds, gapSeconds };
}

async function testStalled(stalledSeconds: number) {
  if (stalledSeconds === 0) return null;
  const gapSeconds = await watchStalled(
    { clip, model, dataFolder: scratchFolder() },
    stalledSeconds,
  );
  say(`network camera stood still for ${stalledSeconds} s: a gap of ${gapSeconds} s`);
  return { stalledSeconds, gapSeconds };
}

/** All of it is a gap, and with it the time until the camera is connected again, which is not observed either. */
function isDeclared({
  stalledSeconds,
  gapSeconds,
}: {
  stalledSeconds: number;
  gapSeconds: number;
}) {
  return gapSeconds >= stalledSeconds - 1 && gapSeconds <= stalledSeconds + reconnectSeconds;
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
