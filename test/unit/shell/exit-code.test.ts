import { describe, expect, it } from 'vitest';
import { toExitCode } from '#shell/exit-code.ts';

describe('exit code of a utility process', () => {
  it.each([
    ['a clean exit', 0, 'linux', 0],
    ['an exit of our own', 1, 'linux', 1],
    ['another exit of our own', 70, 'linux', 70],
    ['SIGKILL', 9, 'linux', 137],
    ['SIGSEGV', 11, 'linux', 139],
    ['SIGSEGV with a core', 139, 'linux', 139],
    ['SIGABRT with a core', 134, 'linux', 134],
    ['an exit as waitpid gives it', 3 * 256, 'linux', 3],
    ['an access violation of Windows', 0xc0000005, 'win32', 0xc0000005],
  ] as const)('%s', (...[, code, platform, expected]) => {
    expect(toExitCode(code, platform)).toBe(expected);
  });
});
