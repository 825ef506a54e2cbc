import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { envName, flagName, loadConfig } from '#engine/load-config.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'config-'));

let files = 0;

function fileWith(text: string): string {
  const file = path.join(folder, `config-${String(files++)}.json`);
  writeFileSync(file, text);
  return file;
}

function refusal(sources: Partial<Parameters<typeof loadConfig>[0]>): string {
  try {
    loadConfig({ file: null, env: {}, flags: {}, ...sources });
  } catch (error) {
    if (error instanceof StationError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('settings', () => {
  it('take the flag before the environment before the file', () => {
    const file = fileWith('{ "port": 1000, "host": "::1", "workers": 3 }');
    const env = { TALLYWATCH_PORT: '2000', TALLYWATCH_WORKERS: '4' };
    const config = loadConfig({ file, env, flags: { port: '3000' } });
    expect([config.port, config.workers, config.host]).toEqual([3000, 4, '::1']);
  });

  it('have defaults for everything', () => {
    const config = loadConfig({ file: null, env: { XDG_DATA_HOME: '/data' }, flags: {} });
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8790, logLevel: 'info' });
  });

  it('name their variable and their flag', () => {
    expect([envName('dataFolder'), flagName('dataFolder')]).toEqual([
      'TALLYWATCH_DATA_FOLDER',
      '--data-folder',
    ]);
  });

  it.each([
    ['a flag that is no number', { flags: { port: 'many' } }, '--port is wrong'],
    ['a variable out of range', { env: { TALLYWATCH_PORT: '70000' } }, 'TALLYWATCH_PORT is wrong'],
    ['a wrong field in the file', { file: fileWith('{ "prot": 1 }') }, '"prot" in'],
    ['a file that is no JSON', { file: fileWith('{ port: }') }, 'is not JSON'],
    ['a file that is a list', { file: fileWith('[]') }, 'must hold one JSON object'],
    ['a file that is not there', { file: '/nowhere/config.json' }, 'cannot be read'],
  ])('refuse %s with its place', (_, sources, expected) => {
    const text = refusal(sources);
    expect(text).toContain('SYS_004');
    expect(text).toContain(expected);
  });
});
