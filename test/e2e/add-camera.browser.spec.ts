/**
 * A camera that speaks ONVIF is found, added and counting, by what a person does at the page and nothing else.
 */
import { expect, test } from 'playwright/test';
import { startOnvifCamera } from '#test/onvif-camera.ts';
import { hasRtspServer, rtspServerMissing, startRtspServer } from '#test/rtsp-server.ts';
import { sharedPath } from '#test/shared.ts';
import { hasModel } from './steps/folders.ts';
import { startHeadless } from './steps/headless.ts';
import { closeLater, closeLeftOvers } from './steps/left-overs.ts';
import { collectComplaints, createOperator } from './steps/operator.ts';

const street = sharedPath('videos/mot15_tud-stadtmitte.mp4');
const login = { user: 'joe', password: 'geheim!' };
/** On a machine that does seven other things; the run prints how long it took. */
const countLimitMs = 150_000;

test.afterEach(closeLeftOvers);

test('a camera is found on the network and counts', async ({ page }) => {
  test.skip(!hasModel, 'there is no model to count with');
  test.skip(!hasRtspServer || street === null, rtspServerMissing);
  const server = await startRtspServer(street ?? '', { login: `${login.user}:${login.password}` });
  closeLater(() => server.kill());
  const camera = await startOnvifCamera({
    ...{ name: 'Street_corner', login },
    streams: [
      {
        token: 'main',
        uri: 'rtsp://192.0.2.77/main',
        codec: 'H264',
        width: 1920,
        height: 1080,
        fps: 25,
      },
      { token: 'sub', uri: server.url, codec: 'H264', width: 640, height: 480, fps: 25 },
    ],
  });
  closeLater(() => camera.close());
  const station = await startHeadless('--demo', 'off');
  const complaints = collectComplaints(page);
  const operator = createOperator(page);
  await page.goto(station.url);
  const add = page.getByRole('button', { name: 'Add camera' }).first();
  await expect(add).toBeVisible();

  const startedAt = performance.now();
  await add.click();
  const form = page.getByRole('dialog');
  await form.getByRole('button', { name: 'Search the network' }).click();
  const found = form.getByRole('button', {
    name: new RegExp(`Street corner.*${new URL(camera.address).hostname}`),
  });
  await found.click();

  await test.step('a wrong password is said as such', async () => {
    await form.getByRole('textbox', { name: 'User', exact: true }).fill(login.user);
    await form.getByLabel('Password', { exact: true }).fill('guess');
    await page.keyboard.press('Enter');
    await expect(form.getByText('CAM_002')).toBeVisible();
  });
  await form.getByLabel('Password', { exact: true }).fill(login.password);
  await page.keyboard.press('Enter');
  await expect(form.getByRole('button', { name: /^sub stream/, pressed: true })).toBeVisible();
  await expect(form.getByRole('img', { name: 'Still picture' })).toBeVisible();
  await operator.savePicture(test.info(), 'found');
  await expect(form.getByRole('textbox', { name: 'Name' })).toHaveValue('Street corner');
  await form.getByRole('button', { name: 'Add and draw its line' }).click();

  const editor = page.getByRole('application', { name: 'Picture of Street corner' });
  const box = (await editor.boundingBox())!;
  await page.mouse.click(box.x + box.width * 0.5, box.y + box.height * 0.1);
  await page.mouse.dblclick(box.x + box.width * 0.5, box.y + box.height * 0.98);
  await page.getByRole('form', { name: 'New line' }).getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(() => operator.countToday(), { timeout: countLimitMs, intervals: [200] })
    .toBeGreaterThan(0);
  const tookMs = performance.now() - startedAt;
  console.log(`      from the first click to the first count: ${(tookMs / 1000).toFixed(1)} s`);
  await operator.savePicture(test.info(), 'counting');
  test.info().annotations.push({ type: 'seconds', description: (tookMs / 1000).toFixed(1) });
  // The only complaint is the browser's own about the answer to the wrong password.
  expect(complaints.filter((text) => !text.includes('status of 502'))).toEqual([]);
  expect(await station.close()).toBe(0);
});
