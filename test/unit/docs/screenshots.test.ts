/**
 * The pictures in docs/screenshots are those of the pages that are there, and stay small.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { tasks } from '#test/renderer.ts';
import { shots, shotsPage } from '#test/screenshots.ts';

const docs = path.resolve(import.meta.dirname, '../../../docs');
const folder = path.join(docs, 'screenshots');
const files = readdirSync(folder).sort();
const mostBytes = 4_000_000;

describe('screenshots', () => {
  it('show every page in both looks and languages, and nothing else; else run "npm run screenshots"', () => {
    expect(files).toEqual(shots.map(({ name }) => `${name}.webp`).sort());
    for (const task of tasks) {
      for (const look of ['dark-en', 'dark-vi', 'light-en', 'light-vi']) {
        expect(files).toContain(`${task}-${look}.webp`);
      }
    }
  });

  it('are listed on a page', async () => {
    const page = readFileSync(path.join(docs, 'screenshots.md'), 'utf8');
    const options = { ...(await resolveConfig(folder)), parser: 'markdown' };
    expect(page).toBe(await format(shotsPage(), options));
  });

  it('take less than 4 MB together', () => {
    const bytes = files.map((file) => statSync(path.join(folder, file)).size);
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(mostBytes);
  });

  it.each(files)('%s is no empty screen', async (file) => {
    const picture = sharp(path.join(folder, file));
    const { width } = await picture.metadata();
    const { entropy } = await picture.stats();
    expect(width).toBe(1200);
    expect(entropy).toBeGreaterThan(0.1);
  });
});
