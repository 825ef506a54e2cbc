import { describe, expect, it } from 'vitest';
import { pickFlags } from '#shell/station-flags.ts';

const known = ['--port', '--demo'];

describe('flags of the station', () => {
  it.each([
    ['stand with their values', ['electron', '.', '--port', '80'], ['--port', '80']],
    ['may carry their value', ['electron', '.', '--port=80'], ['--port=80']],
    ['are told from those of Chromium', ['--no-sandbox', '--demo', 'x', '--gpu'], ['--demo', 'x']],
    ['keep a missing value missing', ['--port', '--demo', 'x'], ['--port', '--demo', 'x']],
    ['are told from longer names', ['--ports', '80', '--portable=1'], []],
  ])('%s', (_, args, expected) => {
    expect(pickFlags(args, known)).toEqual(expected);
  });
});
