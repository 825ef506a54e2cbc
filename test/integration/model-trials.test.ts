/**
 * Bad versions of a good detector, through the real doors of a station: a rehearsal keeps them from counting, and where it is
 * skipped they are taken back by themselves while a clip is played, without one crossing lost.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '#contract/model.ts';
import { ffmpegPath } from '#test/clips.ts';
import { beginPlay, hasEnded, type PlayLedger, readPlay } from '#test/killed-play.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { spoiledModel, type Spoiling } from '#test/spoiled-models.ts';
import {
  cleanUp,
  scratchFolder,
  startStation,
  type StationProcess,
  until,
} from '#test/station-process.ts';

const limitMs = 900_000;
const canRun = hasShared && ffmpegPath !== null;
/** All kinds take seven minutes, and some need a PC that has time to spare. */
const wantsAll = process.env['TALLYWATCH_ALL_TRIALS'] === '1';
const usual = new Set<Spoiling>(['blind', 'nan', 'crashing']);
const why = 'needs TALLYWATCH_ALL_TRIALS=1';

let station: StationProcess;
let good: Model;
let plain: PlayLedger;
const bad = new Map<Spoiling, Model>();

const nano = (): string => sharedPath('models/yolox_nano.onnx')!;
const clip = (): string => sharedPath('videos/mot15_pets09-s2l1.mp4')!;

async function importSpoiled(spoiling: Spoiling): Promise<Model> {
  const file = path.join(scratchFolder(), `${spoiling}.onnx`);
  writeFileSync(file, spoiledModel(readFileSync(nano()), spoiling));
  return station.call('model.import', { path: file });
}

/** 60 frames of a street with many people, as a golden clip with a line. */
function addGoldenClip(dataFolder: string): void {
  const folder = path.join(dataFolder, 'golden');
  mkdirSync(folder, { recursive: true });
  const video = sharedPath('videos/mot15_tud-stadtmitte.mp4')!;
  const cut = ['-loglevel', 'error', '-i', video, '-frames:v', '60'];
  execFileSync(ffmpegPath!, [...cut, path.join(folder, 'street.mp4')]);
  const points = [
    [0.5, 0.01],
    [0.5, 0.99],
  ];
  const lines = { lines: [{ id: 'middle', points }] };
  writeFileSync(path.join(folder, 'street.lines.json'), JSON.stringify(lines));
}

/** Which of two versions has seen a crossing depends on when the bad one was taken back. */
function withoutModel(text: string): string {
  return text.replace(/"modelDigest":"[0-9a-f]+"/, '');
}

async function championOf(of: StationProcess): Promise<string | undefined> {
  return (await of.call('model.list', {})).find(({ isChampion }) => isChampion)?.digest;
}

beforeAll(async () => {
  if (!canRun) return;
  const flags = ['--model', nano(), '--workers', '1', '--inference-threads', '2'];
  station = await startStation({ flags });
  addGoldenClip(station.dataFolder);
  good = (await station.call('model.list', {})).find(({ isChampion }) => isChampion)!;
  for (const spoiling of ['blind', 'nan', 'crashing', 'hanging', 'slow', 'greedy'] as const) {
    bad.set(spoiling, await importSpoiled(spoiling));
  }
}, limitMs);
afterAll(cleanUp);

describe.skipIf(!canRun)(
  `a rehearsal (${hasShared ? 'real clip' : sharedMissing})`,
  { timeout: limitMs },
  () => {
    it('lets the same network under another name count, and keeps its report', async () => {
      const twin = await station.call('model.import', { path: nano(), name: 'twin' });
      const { id, report } = await station.call('model.rehearse', { digest: twin.digest });
      expect(report).toMatchObject({
        ...{ digest: twin.digest, champion: good.digest, isPassed: true, reasons: [] },
        clips: [{ name: 'street.mp4', source: 'golden' }],
      });
      const [street] = report.clips;
      expect(street!.expectedBoxes).toBeGreaterThan(100);
      expect(street!.matchedBoxes).toBe(street!.expectedBoxes);
      expect(street!.challenger?.crossings).toEqual(street!.champion.crossings);
      const kept = await station.call('model.rehearsals', { digest: twin.digest });
      expect(kept).toMatchObject([{ id, report: { isPassed: true } }]);
    });

    it.for<[Spoiling, RegExp]>([
      ['blind', /it finds \d+ % of what the model that counts finds/],
      ['nan', /It broke down on street\.mp4: .*NaN/],
      ['crashing', /It broke down on street\.mp4: /],
      ['hanging', /It broke down on street\.mp4: .*a run of the network did not end within \d+/i],
      ['slow', /a frame takes \d+ ms, where \d+ ms is the limit/],
      ['greedy', /It takes \d+ MB of memory more|Its memory grew/],
    ])('keeps a %s version from counting and says why', async ([spoiling, reason], { skip }) => {
      skip(!wantsAll && !usual.has(spoiling), why);
      const { digest } = bad.get(spoiling)!;
      await expect(station.call('model.activate', { digest })).rejects.toMatchObject({
        code: 'MODEL_004',
        message: expect.stringMatching(reason) as string,
      });
      expect(await championOf(station)).toBe(good.digest);
      const [newest] = await station.call('model.rehearsals', { digest });
      expect(newest?.report.isPassed).toBe(false);
    });
  },
);

describe.skipIf(!canRun)(
  `a bad version that counts unrehearsed (${hasShared ? 'real clip' : sharedMissing})`,
  { timeout: limitMs },
  () => {
    beforeAll(async () => {
      const id = 'plain';
      await beginPlay(station, { id, clip: clip(), model: nano() });
      await until(() => hasEnded(station, id), Boolean, limitMs);
      plain = await readPlay(station, id);
    }, limitMs);

    it.for<[Spoiling, RegExp]>([
      ['nan', /failed on \d+ % of the frames/],
      ['crashing', /failed on \d+ % of the frames/],
      ['hanging', /a run did not end within/],
      // On a busy PC a slow run looks like one that never ends.
      ['slow', /for a frame, and more than|a run did not end within/],
      ['greedy', /memory grew by/],
    ])(
      '%s: is taken back by itself, and no crossing is lost',
      async ([spoiling, reason], { skip }) => {
        skip(!wantsAll && !usual.has(spoiling), why);
        const { digest } = bad.get(spoiling)!;
        await beginPlay(station, { id: spoiling, clip: clip(), model: nano() });
        await until(
          () => station.call('crossing.list', { cameraId: spoiling, limit: 1 }),
          (rows) => rows.length > 0,
          limitMs,
        );
        const skipRehearsal = 'the test wants it to count';
        await station.call('model.activate', { digest, skipRehearsal });
        const [trial] = await until(
          () => station.call('model.trials', {}),
          ([newest]) => newest?.digest === digest && newest.state !== 'watching',
          limitMs,
        );
        expect(trial).toMatchObject({
          ...{ state: 'rolled-back', former: good.digest },
          reason: expect.stringMatching(reason) as string,
        });
        expect(await championOf(station)).toBe(good.digest);
        const [back, forth] = await station.call('model.history', {});
        expect([back, forth]).toMatchObject([
          { cause: 'guardrail', by: 'station', digest: good.digest, reason: trial!.reason },
          { cause: 'chosen', digest, skipReason: skipRehearsal },
        ]);
        await until(() => hasEnded(station, spoiling), Boolean, limitMs);
        const { crossings } = await readPlay(station, spoiling);
        expect(crossings.map(withoutModel)).toEqual(plain.crossings.map(withoutModel));
      },
    );

    it('blind: is taken back, because the one before sees more on the same frames', async () => {
      const { digest } = bad.get('blind')!;
      await beginPlay(station, { id: 'blind', clip: clip(), model: nano() });
      await until(
        () => station.call('crossing.list', { cameraId: 'blind', limit: 1 }),
        (rows) => rows.length > 0,
        limitMs,
      );
      const skipRehearsal = 'the test wants it to count';
      await station.call('model.activate', { digest, skipRehearsal });
      const [trial] = await until(
        () => station.call('model.trials', {}),
        ([newest]) => newest?.digest === digest && newest.state !== 'watching',
        limitMs,
      );
      expect(trial).toMatchObject({ state: 'rolled-back' });
      expect(trial!.reason).toMatch(/finds only \d+ % of what the model before finds/);
      await until(() => hasEnded(station, 'blind'), Boolean, limitMs);
      const boundaries = await station.call('tally.boundaries', {
        ...{ from: 0, to: 4_102_444_800_000, cameraId: 'blind' },
      });
      expect(boundaries.map(({ digest: next, former }) => [former, next])).toEqual([
        [good.digest, digest],
        [digest, good.digest],
      ]);
      expect(boundaries[1]!.at).toBeGreaterThan(boundaries[0]!.at);
    });
  },
);
