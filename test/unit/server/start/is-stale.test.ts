import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isStale } from '#server/start/is-stale.ts';

let root: string;
const results = ['out/main/headless.js', 'out/preload/index.cjs', 'out/renderer/index.html'];

/** Writes a file that was changed at `seconds`, and lets its folders be as old. */
function put(file: string, seconds: number): void {
  const full = path.join(root, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, '');
  for (let at = full; at !== root; at = path.dirname(at)) utimesSync(at, seconds, seconds);
}

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-stale-'));
  for (const file of ['main/engine/a.ts', 'renderer/b.tsx', 'package.json']) put(file, 100);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('a build', () => {
  it('is stale when there is none', () => {
    expect(isStale(root)).toBe(true);
  });
  it('is fresh when all its parts are newer than all sources', () => {
    for (const file of results) put(file, 200);
    expect(isStale(root)).toBe(false);
  });
  it.each([
    ['a deep source changed', 'main/engine/a.ts'],
    ['the lockfile appeared', 'package-lock.json'],
  ])('is stale when %s', (_, file) => {
    for (const result of results) put(result, 200);
    put(file, 300);
    expect(isStale(root)).toBe(true);
  });
  it('is stale when one of its parts is older than a source', () => {
    for (const result of results) put(result, 200);
    put('out/preload/index.cjs', 50);
    expect(isStale(root)).toBe(true);
  });
});
