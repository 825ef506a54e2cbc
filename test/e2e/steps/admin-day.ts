/**
 * An admin's day, the same at every door: a camera of a real RTSP server and its line, another model and back, a comparison
 * of both, the counts on paper, a user; and in the evening a receipt for everything that was counted.
 */
import { expect, test } from 'playwright/test';
import { hasRtspServer, rtspServerMissing, startRtspServer } from '#test/rtsp-server.ts';
import { sharedPath } from '#test/shared.ts';
import { busyMs, createAdmin } from './admin.ts';
import type { StationDoor } from './door.ts';
import { hasModel, otherModel } from './folders.ts';
import { closeLater } from './left-overs.ts';
import { createOperator } from './operator.ts';
import { addUser, makeFirstAdmin, openApiPage } from './people.ts';
import { openReceipts, readReceipt, showAll } from './receipts.ts';

const street = sharedPath('videos/mot15_tud-stadtmitte.mp4');
const line = { name: 'Corner', from: [0.5, 0.1], to: [0.5, 0.98] } as const;

/** Skips the test where something is missing that the day needs. */
export function skipWithoutAdminDay(): void {
  test.skip(!hasModel || otherModel === null, 'needs two models, in ../shared/data/models');
  test.skip(!hasRtspServer || street === null, rtspServerMissing);
}

/** The page is at an empty station, which has nobody who could sign in. */
export async function spendAdminDay(door: StationDoor): Promise<void> {
  const { page } = door;
  const info = test.info();
  const server = await startRtspServer(street!);
  const endServer = closeLater(() => server.kill());
  const operator = createOperator(page);
  const admin = createAdmin(page, operator);
  const seeMoreThan = (count: number) =>
    expect
      .poll(() => operator.countToday(), { timeout: busyMs, intervals: [200] })
      .toBeGreaterThan(count);
  await makeFirstAdmin(page, { name: 'chief', password: 'three green doors' });

  await test.step('adds a camera, draws its line, and sees it count', async () => {
    const startedAt = performance.now();
    await operator.addCamera({ name: 'Street', source: server.url });
    await operator.drawLine('Street', line);
    await seeMoreThan(0);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`      from the first click to the first count: ${seconds} s`);
    info.annotations.push({ type: 'seconds', description: seconds });
  });
  await test.step('imports a model, counts with it, and goes back', async () => {
    await admin.importModel({ file: otherModel!, name: 'second' });
    await admin.countWith('second', 'Trying it out for a day');
    await operator.savePicture(info, 'swapped');
    await operator.open('Live');
    await seeMoreThan(0);
    // One may have been on its way while the model changed.
    await seeMoreThan((await operator.countToday()) + 1);
    await admin.rollBack();
  });
  await test.step('compares both on the same pictures', async () => {
    await admin.compareWith({ name: 'Old or new', model: 'second', camera: 'Street' });
    await operator.savePicture(info, 'compared');
  });
  await test.step('adds a user', async () => {
    await addUser(page, { name: 'minh', password: 'four quiet lamps', role: 'Viewer' });
  });
  await test.step('reads how another program would ask', async () => {
    const api = await openApiPage(page);
    await expect(api.getByRole('heading', { name: 'Tallywatch API' })).toBeVisible();
    await createOperator(api).savePicture(info, 'api');
    await api.close();
  });
  await test.step('switches the camera off and saves the counts', async () => {
    await admin.switchOff('Street');
    const seePaper = () => operator.savePicture(info, 'paper');
    expect(await admin.saveReport(seePaper)).toMatch(/^%PDF/);
    expect(await admin.saveCounts('CSV')).toContain(line.name);
  });
  await test.step('finds a receipt for everything that was counted', async () => {
    const saved = await admin.saveCounts('All crossings');
    await operator.open('Live');
    let explained = 0;
    for (const direction of ['in', 'out'] as const) {
      const { count, receipts } = await openReceipts(page, direction);
      await showAll(page, receipts, count);
      explained += count;
      await readReceipt(page, receipts.first(), async (paper) => {
        await expect(paper.getByText(/^It (stayed|was so far|was not seen)/)).toBeVisible();
        await expect(paper.getByText(`${line.name}, drawing 1`)).toBeVisible();
        await operator.savePicture(info, `receipt-${direction}`);
      });
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    const [, ...rows] = saved.trimEnd().split('\r\n');
    expect(explained).toBe(rows.length);
    // Both models have counted, and each crossing keeps which.
    expect(new Set(rows.map((row) => row.split(',').at(-2))).size).toBe(2);
  });
  expect(door.complaints()).toEqual([]);
  await endServer();
}
