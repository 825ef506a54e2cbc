/**
 * A challenger looks on while a camera is counted, and breaks down in every way: the arm is named, and the worker that counts
 * goes on as if nobody had looked. Real processes, real networks, a real clip as a camera.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asOnCard } from '#contract/experiment-arm.ts';
import { ArmFailure } from '#engine/experiment-run.ts';
import { judgeShadow } from '#engine/judge-shadow.ts';
import { stretchOf } from '#engine/shadow-run.ts';
import { ffmpegPath } from '#test/clips.ts';
import { hasShared, sharedMissing } from '#test/shared.ts';
import { armOf, openShadowedCamera, type ShadowedCamera } from '#test/shadowed-camera.ts';
import { until } from '#test/station-process.ts';

const limitMs = 300_000;
const canRun = hasShared && ffmpegPath !== null;
const around = { cameraId: 'street', lengthMs: 12_000 };
let street: ShadowedCamera;

beforeAll(async () => {
  if (!canRun) return;
  street = await openShadowedCamera();
  await until(() => street.counted.frames, Boolean, limitMs);
}, limitMs);

afterAll(async () => {
  if (canRun) await street.close();
}, limitMs);

/** The worker is the one that it was, and counts. */
async function expectLive(): Promise<void> {
  const { counted, losses, fleet } = street;
  const before = { ...counted };
  await until(
    () => counted,
    ({ frames, records }) => frames > before.frames + 5 && records > before.records,
    limitMs,
  );
  expect(losses).toEqual([]);
  expect(fleet.workers().map(({ restarts }) => restarts)).toEqual([0]);
}

describe.skipIf(!canRun)(
  `a challenger that looks on (${hasShared ? 'PETS09-S2L1' : sharedMissing})`,
  { timeout: limitMs },
  () => {
    it('is the same network: it counts the same on the same frames, with the same boxes', async () => {
      const found = await street.shadow(street.champion, 12_000);
      const { frames, pairs, minutes } = stretchOf(found, 'street');
      expect(frames.a).toBeGreaterThan(0);
      expect(frames.a).toBe(frames.b);
      expect(pairs.filter(({ kind }) => kind !== 'both')).toEqual([]);
      const sum = (value: (minute: (typeof minutes)[number]) => number, arm: 'a' | 'b') =>
        minutes.filter((each) => each.arm === arm).reduce((total, each) => total + value(each), 0);
      expect(sum(({ expected }) => expected, 'b')).toBeGreaterThan(0);
      expect(sum(({ matched }) => matched, 'b')).toBe(sum(({ expected }) => expected, 'b'));
      expect(sum(({ detections }) => detections, 'b')).toBe(
        sum(({ detections }) => detections, 'a'),
      );
      await expectLive();
    });

    it('looks at each second frame, and both are counted on what each looks at', async () => {
      const half = { ...street.champion, settings: { ...asOnCard, eachNth: 2 } };
      const { frames, runs, missed, minutes } = await street.shadow(half, 12_000);
      const leftOut = frames - runs;
      expect(runs).toBeGreaterThan(0);
      expect(Math.abs(leftOut - runs - missed.dropped)).toBeLessThanOrEqual(1);
      const looked = (arm: 'a' | 'b') =>
        minutes.filter((each) => each.arm === arm).reduce((sum, each) => sum + each.frames, 0);
      expect([looked('a'), looked('b')]).toEqual([frames, runs]);
      await expectLive();
    });

    it('sees nothing of a camera on which another model counts', async () => {
      const other = armOf(street.champion.model.path, 'c'.repeat(64));
      const found = await street.shadow(street.champion, 3_000, other);
      expect(found.missed.foreign).toBeGreaterThan(0);
      expect(() => judgeShadow(found, { cameraId: 'street', lengthMs: 3_000 })).toThrow(
        /Another model than A counts/,
      );
    });

    it('is killed: the arm is named, and the camera is counted on', async () => {
      const before = street.challenger();
      const looking = street.shadow(street.champion, limitMs);
      looking.catch(() => undefined);
      const started = await until(
        () => street.challenger(),
        (now) => now !== before,
        limitMs,
      );
      const pid = await until(() => started?.pid, Boolean, limitMs);
      process.kill(pid!, 'SIGKILL');
      await expect(looking).rejects.toThrow(/B broke down: Its process ended with exit code 137/);
      await expect(looking).rejects.toBeInstanceOf(ArmFailure);
      await expectLive();
    });

    it('hangs: it is ended, the arm is named, and the camera is counted on', async () => {
      const looking = street.shadow(street.spoiled('hanging'), limitMs);
      await expect(looking).rejects.toThrow(/B broke down: A run of the network did not end/);
      await expectLive();
    });

    it('fails on every picture: the arm is named', async () => {
      const found = await street.shadow(street.spoiled('nan'), 5_000);
      expect(found.failures).toBe(found.runs);
      const judge = () => judgeShadow({ ...found, runs: 10, failures: 10 }, around);
      expect(judge).toThrow(/B broke down: It failed on 100 % of the pictures: .*NaN/);
      await expectLive();
    });

    it('is far slower: it is left behind, the arm is named, and the camera is counted on', async () => {
      const found = await street.shadow(street.spoiled('slow'), around.lengthMs);
      expect(found.missed.dropped).toBeGreaterThan(found.runs);
      expect(() => judgeShadow(found, around)).toThrow(/B broke down: It is too slow/);
      await expectLive();
    });
  },
);
