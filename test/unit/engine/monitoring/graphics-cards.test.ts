import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGraphicsReader, parseGraphicsCards } from '#engine/monitoring/graphics-cards.ts';
import { start, tempFolder, testClock } from '#test/store.ts';

const mebibyte = 1024 * 1024;
const one = '0, 37, 2048, 143771, 41, NVIDIA H200\n';
const h200 = {
  ...{ index: '0', name: 'NVIDIA H200', busyShare: 0.37, celsius: 41 },
  ...{ memoryUsedBytes: 2048 * mebibyte, memoryBytes: 143_771 * mebibyte },
};

describe('what nvidia-smi prints', () => {
  it.each([
    ['one card', one, [h200]],
    ['the line ends of Windows', one.replace('\n', '\r\n'), [h200]],
    [
      'a card that tells little',
      '1, [N/A], 512, 4096, [Not Supported], Quadro K620\n',
      [
        {
          ...{ index: '1', name: 'Quadro K620', busyShare: null, celsius: null },
          ...{ memoryUsedBytes: 512 * mebibyte, memoryBytes: 4096 * mebibyte },
        },
      ],
    ],
    ['two cards', `${one}${one.replace('0,', '1,')}`, [h200, { ...h200, index: '1' }]],
    ['no card', 'No devices were found\n', []],
    ['a driver that fails', "NVIDIA-SMI has failed because it couldn't communicate\n", []],
    ['nothing', '', []],
  ])('%s', (...[, text, cards]) => expect(parseGraphicsCards(text)).toEqual(cards));
});

describe.skipIf(process.platform === 'win32')('the tool', () => {
  function fakeTool(script: string): { tool: string; calls: () => number } {
    const folder = tempFolder();
    const tool = path.join(folder, 'nvidia-smi');
    const calls = path.join(folder, 'calls');
    writeFileSync(calls, '');
    writeFileSync(tool, `#!/bin/sh\necho "$*" >> "${calls}"\n${script}\n`);
    chmodSync(tool, 0o755);
    return { tool, calls: () => readFileSync(calls, 'utf8').split('\n').length - 1 };
  }

  it('is asked at most each ten seconds', async () => {
    const { tool, calls } = fakeTool(`printf '%s' '${one}'`);
    const clock = testClock();
    const reader = createGraphicsReader(clock, tool);
    expect(await reader.read()).toEqual([h200]);
    clock.set(start + 9_999);
    expect(await reader.read()).toEqual([h200]);
    expect(calls()).toBe(1);
    clock.set(start + 10_000);
    expect(await reader.read()).toEqual([h200]);
    expect(calls()).toBe(2);
  });

  it('that fails is asked again', async () => {
    const { tool, calls } = fakeTool('exit 9');
    const clock = testClock();
    const reader = createGraphicsReader(clock, tool);
    expect(await reader.read()).toEqual([]);
    clock.set(start + 10_000);
    expect(await reader.read()).toEqual([]);
    expect(calls()).toBe(2);
  });

  it('that is not there is not asked again, also when it comes', async () => {
    const { tool, calls } = fakeTool(`printf '%s' '${one}'`);
    const clock = testClock();
    const missing = path.join(tempFolder(), 'nvidia-smi');
    const reader = createGraphicsReader(clock, missing);
    expect(await reader.read()).toEqual([]);
    writeFileSync(missing, readFileSync(tool), { mode: 0o755 });
    clock.set(start + 10_000);
    expect(await reader.read()).toEqual([]);
    expect(calls()).toBe(0);
  });
});
