/**
 * The arrows of the architecture hold: contract ← engine ← server, shell, command line; stages do not know each other.
 */
import { globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { stages, wrongImports } from '#test/arrows.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

function sourceFiles(): string[] {
  return globSync('{main,preload,renderer}/**/*.{ts,tsx}', { cwd: root })
    .map((file) => file.replaceAll(path.sep, '/'))
    .sort();
}

describe('imports', () => {
  it('follow the arrows in every file', () => {
    const files = sourceFiles();
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap((file) => wrongImports(file, read(file)))).toEqual([]);
  });

  it('resolve without paths or aliases of tsc and vite', () => {
    const configs = [
      'tsconfig.json',
      ...['main', 'preload', 'renderer', 'test'].map((folder) => `${folder}/tsconfig.json`),
    ];
    const withPaths = configs.filter((file) => /"(paths|baseUrl)"/.test(read(file)));
    expect(withPaths).toEqual([]);
    expect(read('electron.vite.config.ts')).not.toContain('alias');
    expect(read('test/vitest.config.ts')).not.toContain('alias');
  });

  it('know every stage of the engine', () => {
    const others = ['base', 'services'];
    const unknown = readdirSync(path.join(root, 'main/engine'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !others.includes(entry.name))
      .filter((entry) => !stages.some((stage) => stage === entry.name));
    expect(unknown.map((entry) => entry.name)).toEqual([]);
  });
});

describe('a wrong import is found', () => {
  it.each([
    ['Electron in the engine', 'main/engine/station.ts', `import { app } from 'electron';`],
    ['Electron in the HTTP door', 'main/server/serve.ts', `const { app } = require('electron');`],
    ['Electron in the page', 'renderer/main.tsx', `import('electron/renderer');`],
    ['a sibling stage', 'main/engine/tracking/kalman.ts', `import '#engine/counting/line.ts';`],
    ['a sibling stage by a short way', 'main/engine/store/rows.ts', `import '../access/role.ts';`],
    ['a type of a sibling', 'main/engine/models/card.ts', `let a: import('../store/rows.ts').Row;`],
    ['who connects the stages', 'main/engine/capture/x.ts', `export * from '../station.ts';`],
    ['the engine in the contract', 'main/contract/camera.ts', `import '#engine/base/clock.ts';`],
    ['a library in the contract', 'main/contract/camera.ts', `import { Hono } from 'hono';`],
    ['a door in the engine', 'main/engine/router.ts', `import type { A } from '#server/serve.ts';`],
    ['one door in the other', 'main/server/serve.ts', `import '#shell/ipc.ts';`],
    ['the engine in the page', 'renderer/views/live.tsx', `import '#engine/base/clock.ts';`],
    ['Node in the page', 'renderer/views/live.tsx', `import { readFileSync } from 'node:fs';`],
    ['a library in the preload', 'preload/index.ts', `import { z } from 'zod';`],
    ['tests in the product', 'main/engine/site.ts', `import '#test/shared.ts';`],
    ['Node without its prefix', 'main/engine/site.ts', `import fs from 'fs';`],
    ['a climb', 'main/engine/capture/simulated/a.ts', `import '../../base/clock.ts';`],
    ['a file outside the layers', 'lib/a.ts', ``],
  ])('%s', (...[, file, text]) => {
    expect(wrongImports(file, text)).toHaveLength(1);
  });

  it.each([
    ['a library in the engine', 'main/engine/router.ts', `import { z } from 'zod';`],
    ['what every stage may have', 'main/engine/store/a.ts', `import '#engine/base/clock.ts';`],
    [
      'the contract in the page',
      'renderer/main.tsx',
      `import '#contract/door.ts'; import React from 'react';`,
    ],
    ['Electron in its shell', 'main/shell/window.ts', `import { app } from 'electron';`],
  ])('but not %s', (...[, file, text]) => {
    expect(wrongImports(file, text)).toEqual([]);
  });
});
