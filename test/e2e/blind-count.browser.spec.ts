/**
 * A blind count from the recording to the certificate: a station counts a real film and records it, a guard counts drawn clips of
 * it on the page without seeing what the station counted, and the interval on every count follows from the comparison.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import type { Direction } from '#contract/counting.ts';
import { ffmpegPath } from '#test/clips.ts';
import { createClient } from '#test/client.ts';
import { sharedPath } from '#test/shared.ts';
import { countClip, type TrueCrossing } from './steps/blind-guard.ts';
import { makeDataFolder, removeDataFolder } from './steps/folders.ts';
import { startHeadless } from './steps/headless.ts';
import { readFilm } from './steps/known-film.ts';
import { closeLater, closeLeftOvers } from './steps/left-overs.ts';
import { collectComplaints, createOperator } from './steps/operator.ts';

const clip = sharedPath('videos/mot15_pets09-s2l1.mp4');
/** The detector that comes with the station is made for its simulated cameras. */
const model = sharedPath('models/yolox_nano.onnx');
const truthFile = sharedPath('gt/crossings_from_gt.json');
/** The film has 7 frames a second, and is played twice as fast: that many people take half the time. */
const framesPerSecond = 14;
const clips = 4;
const clipSeconds = 10;
const cameraId = 'square';
const lineId = 'middle';

/** Crossings of the vertical line in the middle, of the people that the authors of the film have marked. */
function trueCrossings(file: string): TrueCrossing[] {
  const all = JSON.parse(readFileSync(file, 'utf8')) as {
    sequences: Record<string, { line: number[][]; events_raw: [number, number, '+' | '-'][] }[]>;
  };
  const ofLine = all.sequences['PETS09-S2L1']?.find(({ line }) => line[0]?.[0] === 384);
  // Frames are numbered from 1 there. The line leads down the picture, so that its left, "in", is on the right of the picture.
  const directions: Record<'+' | '-', Direction> = { '+': 'out', '-': 'in' };
  return (ofLine?.events_raw ?? []).map(([frame, , sign]) => ({
    frame: frame - 1,
    direction: directions[sign],
  }));
}

/** The film at twice its speed, with its frames as they are. */
function playFaster(): string {
  const folder = makeDataFolder();
  closeLater(() => {
    removeDataFolder(folder);
    return Promise.resolve();
  });
  const film = path.join(folder, 'square.mp4');
  execFileSync(ffmpegPath!, ['-v', 'error', '-itsscale', '0.5', '-i', clip!, '-c', 'copy', film]);
  return film;
}

test.afterEach(closeLeftOvers);

test('a guard counts clips of a recording blind, and the counts get an interval of their own', async ({
  page,
}) => {
  test.skip(ffmpegPath === null, 'needs ffmpeg');
  test.skip(
    [clip, truthFile, model].includes(null),
    'needs film, truth and model of the shared material',
  );
  test.setTimeout(900_000);
  const source = playFaster();
  const film = readFilm(ffmpegPath!, source, framesPerSecond);
  const crossings = trueCrossings(truthFile!);
  expect(crossings).toHaveLength(31);
  const station = await startHeadless('--demo', 'off', '--model', model!);
  const complaints = collectComplaints(page);
  const client = createClient({ url: station.url });
  await client.call('camera.add', {
    id: cameraId,
    name: 'Square',
    source,
    fps: framesPerSecond,
    isLooped: true,
  });
  await client.call('line.save', {
    ...{ id: lineId, cameraId, name: 'Middle', labels: ['person'] },
    points: [
      { x: 0.5, y: 0 },
      { x: 0.5, y: 1 },
    ],
  });
  await client.call('recording.set', { cameraId, isOn: true });
  const beganAt = Date.now();
  const tally = async () => {
    const from = beganAt - 60_000;
    const all = { lineId, from, to: Date.now(), bucket: 'all' } as const;
    const [one] = await client.call('tally.query', all);
    return one!;
  };

  const operator = createOperator(page);
  await page.goto(station.url);
  await operator.open('Trust');
  await page.getByRole('button', { name: 'Count clips' }).click();
  await page.getByRole('textbox', { name: 'Clips' }).fill(String(clips));
  await page.getByRole('textbox', { name: 'Seconds each' }).fill(String(clipSeconds));
  const clipOf = (number: number) =>
    page.getByRole('heading', { name: `Clip ${String(number)} of ${String(clips)}` });
  await test.step('waits until enough is recorded', async () => {
    // The page refuses, says how much there is, and what to do.
    await expect(async () => {
      await page.getByRole('button', { name: 'Draw', exact: true }).click();
      await expect(clipOf(1)).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 400_000, intervals: [5_000] });
  });
  const before = await tally();
  expect(before).toMatchObject({ basis: 'not-audited', certificateId: null });
  const marks: number[][] = [];
  for (let number = 1; number <= clips; number += 1) {
    await expect(clipOf(number)).toBeVisible();
    if (number === 2) await operator.savePicture(test.info(), 'clip');
    marks.push(await countClip(page, { film, crossings }));
  }
  await expect(page.getByRole('button', { name: 'Issue certificate' })).toBeVisible();
  await operator.savePicture(test.info(), 'second-look');
  await page.getByRole('button', { name: 'Issue certificate' }).click();
  await expect(page.getByRole('heading', { name: 'Certificate 1' })).toBeVisible();
  await operator.savePicture(test.info(), 'certificate');

  const [certificate] = await client.call('certificate.list', {});
  const { recall, precision } = certificate!.both;
  const { trueEvents, stationEvents } = certificate!;
  process.stdout.write(
    `blind count: true ${JSON.stringify(trueEvents)}, station ${JSON.stringify(stationEvents)}, ` +
      `recall ${JSON.stringify(recall)}, precision ${JSON.stringify(precision)}\n`,
  );
  // What is marked in the two seconds before and after a clip does not count, unless its partner lies within.
  const inside = marks.flat().filter((at) => at >= 2 && at < 2 + clipSeconds).length;
  const atEnds = marks
    .flat()
    .filter((at) => [2, 2 + clipSeconds].some((end) => Math.abs(at - end) <= 1)).length;
  expect(Math.abs(trueEvents.in + trueEvents.out - inside)).toBeLessThanOrEqual(atEnds);
  expect(certificate).toMatchObject({ counted: clips, drawn: clips, clipSeconds, changes: [] });
  // Marks and counts fit in time and direction: a shift of more than a second, or turned directions, would leave next to none.
  expect(recall!.value).toBeGreaterThan(0.5);
  expect(precision!.value).toBeGreaterThan(0.5);
  expect(recall!.low).toBeLessThan(recall!.value);

  const after = await tally();
  expect(after).toMatchObject({ basis: 'audited', certificateId: certificate!.id });
  const widthOf = ({ low, high }: typeof after) => high.in + high.out - low.in - low.out;
  expect(widthOf(after) / (after.in + after.out)).not.toBe(
    widthOf(before) / (before.in + before.out),
  );
  await operator.open('Trust');
  await expect(page.getByRole('link', { name: /^Certificate 1 of / }).first()).toBeVisible();
  await operator.savePicture(test.info(), 'trust');
  // A refusal to draw too early is written to the console by the browser itself.
  expect(complaints.filter((text) => !text.includes('status of 409'))).toEqual([]);
  expect(await station.close()).toBe(0);
});
