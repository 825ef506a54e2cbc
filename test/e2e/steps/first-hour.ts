/**
 * The first hour of a person with the station, the same at every door.
 */
import { expect, type Page, test, type TestInfo } from 'playwright/test';
import { hasModel } from './folders.ts';
import { collectComplaints, createOperator } from './operator.ts';

const plaza = { name: 'Plaza', source: 'simulated://plaza?people=12&seed=7&fps=10' };
const road = { name: 'Road', source: 'simulated://road?vehicles=6&seed=3&fps=10' };
const gate = { name: 'Gate', from: [0.5, 0.02], to: [0.5, 0.98] } as const;
/** Somebody walks through the middle of the plaza every few seconds; on a busy machine that may take a while. */
const countLimitMs = 90_000;

export async function spendFirstHour(page: Page, info: TestInfo): Promise<void> {
  const complaints = collectComplaints(page);
  const operator = createOperator(page);

  await test.step('the empty station says what to do', async () => {
    await expect(page.getByRole('button', { name: 'Add camera' })).toBeVisible();
    await operator.savePicture(info, 'empty');
  });
  await test.step('two cameras are tested and added', async () => {
    await operator.addCamera(plaza);
    await operator.addCamera(road);
    await operator.savePicture(info, 'cameras');
  });
  await test.step('their pictures live on the wall', async () => {
    await operator.open('Live');
    await operator.seePicture(plaza.name);
    await operator.seePicture(road.name);
    await operator.savePicture(info, 'wall');
  });
  await test.step('a line is drawn', async () => {
    await operator.drawLine(plaza.name, gate);
    await operator.savePicture(info, 'line');
  });
  await test.step('its counts rise', async () => {
    // Without a model cameras are shown and nothing is counted.
    if (!hasModel) return;
    const before = await operator.countOf(gate.name);
    await expect
      .poll(() => operator.countOf(gate.name), { timeout: countLimitMs })
      .toBeGreaterThan(before);
    await expect(
      page.getByRole('region', { name: 'Crossings' }).getByRole('listitem'),
    ).not.toHaveCount(0);
    await operator.savePicture(info, 'counts');
  });
  await test.step('health is shown', async () => {
    await operator.open('Health');
    await expect(page.getByRole('heading', { name: 'Health' })).toBeVisible();
    await expect(page.getByText('Loading…')).toHaveCount(0);
    await operator.savePicture(info, 'health');
  });
  await test.step('the page complained about nothing', () => {
    expect(complaints).toEqual([]);
  });
}
