/**
 * A guard who counts the clips of a blind count on the page: knows what is true from the film, never from the station.
 */
import { expect, type Locator, type Page } from 'playwright/test';
import type { Direction } from '#contract/counting.ts';
import { type KnownFilm, momentsIn, type Shown, small } from './known-film.ts';

export interface TrueCrossing {
  /** Number of the frame in the film, from 0 */
  readonly frame: number;
  readonly direction: Direction;
}

export interface KnownTruth {
  readonly film: KnownFilm;
  readonly crossings: readonly TrueCrossing[];
}

const keys: Readonly<Record<Direction, string>> = { in: 'i', out: 'o' };
/** The guard looks at so many pictures to know where in the film it is. */
const glances = 9;
/** A clip is cut in about a second, and on a machine that does seven other things in a minute. */
const cutLimitMs = 240_000;

/** Counts the clip on the page and hands it in. Resolves to the seconds of its film at which something was marked. */
export async function countClip(page: Page, { film, crossings }: KnownTruth): Promise<number[]> {
  const video = page.locator('video');
  await expect
    .poll(() => video.evaluate((it: HTMLVideoElement) => it.readyState), { timeout: cutLimitMs })
    .toBe(4);
  const seconds = await video.evaluate((it: HTMLVideoElement) => it.duration);
  const shown: Shown[] = [];
  for (let glance = 1; glance <= glances; glance += 1) {
    const at = (seconds * glance) / (glances + 1);
    await showAt(video, at);
    shown.push({ at, picture: await look(video) });
  }
  const moments = momentsIn(film, shown, seconds);
  const seen = crossings
    .flatMap(({ frame, direction }) => moments(frame).map((at) => ({ at, direction })))
    .sort((a, b) => a.at - b.at);
  for (const { at, direction } of seen) {
    await showAt(video, at);
    await page.keyboard.press(keys[direction]);
  }
  const marks = page.getByRole('region', { name: 'Your marks' }).locator('li');
  await expect(marks).toHaveCount(seen.length);
  // To its end, from shortly before it.
  await showAt(video, seconds - 0.5);
  await page.keyboard.press(' ');
  const handIn = page.getByRole('button', { name: `Hand in ${String(seen.length)} marks` });
  await expect(handIn).toBeEnabled();
  await handIn.click();
  return seen.map(({ at }) => at);
}

async function showAt(video: Locator, at: number): Promise<void> {
  await video.evaluate(async (it: HTMLVideoElement, seconds) => {
    const there = new Promise((resolve) => {
      it.addEventListener('seeked', resolve, { once: true });
    });
    it.currentTime = seconds;
    await there;
  }, at);
}

/** The picture on the screen, small and grey. */
async function look(video: Locator): Promise<Uint8Array> {
  const grey = await video.evaluate((it: HTMLVideoElement, { width, height }) => {
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no canvas to look through');
    context.imageSmoothingQuality = 'high';
    context.drawImage(it, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return Array.from({ length: width * height }, (_, at) => {
      const [red = 0, green = 0, blue = 0] = data.subarray(4 * at, 4 * at + 3);
      return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
    });
  }, small);
  return Uint8Array.from(grey);
}
