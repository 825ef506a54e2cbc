/**
 * How the steps of `npm run verify:site` are judged by what their programs print.
 */
import { describe, expect, it } from 'vitest';
import { judgeDoctor, judgeDrill, judgeTests } from '../../../tools/verify-site/steps.ts';

const spec = (title: string, status: string, message?: string): object => ({
  ...{ title, file: 'window.electron.spec.ts' },
  tests: [
    {
      ...{ projectName: 'electron', status },
      results: [{ duration: 1234, ...(message === undefined ? {} : { error: { message } }) }],
    },
  ],
});
const played = (specs: readonly object[], errors: readonly object[] = []): string =>
  JSON.stringify({ suites: [{ specs: [], suites: [{ specs }] }], errors });

describe('the end-to-end tests', () => {
  it.each([
    [
      'all well',
      played([spec('a', 'expected'), spec('b', 'skipped')]),
      ['passed', '1 passed, 0 failed, 1 skipped; really.'],
    ],
    [
      'one that failed',
      played([spec('a', 'expected'), spec('b', 'unexpected', 'no tray')]),
      ['failed', '1 passed, 1 failed, 0 skipped; really.'],
    ],
    ['none at all', played([]), ['failed', '0 passed, 0 failed, 0 skipped; really.']],
    [
      'a file that does not load',
      played([spec('a', 'expected')], [{ message: 'SyntaxError' }]),
      ['failed', '1 passed, 0 failed, 0 skipped; really.'],
    ],
  ])('%s', (_, text, expected) => {
    const { outcome, summary } = judgeTests(text, 'really.');
    expect([outcome, summary]).toEqual(expected);
  });

  it('keep what went wrong', () => {
    const { data } = judgeTests(played([spec('b', 'unexpected', 'no tray')]), '');
    expect(data).toMatchObject({
      tests: [{ test: 'window.electron.spec.ts: b', seconds: 1.2, error: 'no tray' }],
    });
  });
});

describe('the self-test', () => {
  const check = (name: string, state: string, detail: string): object => ({
    ...{ name, state, detail, code: null, tookMs: 1 },
  });
  it('names the providers, and what failed', () => {
    const checks = [
      check('providers', 'passed', 'counts on cuda'),
      check('ffmpeg', 'failed', 'ffmpeg was not found.'),
    ];
    expect(judgeDoctor(JSON.stringify({ ok: false, checks }))).toMatchObject({
      outcome: 'failed',
      summary: 'counts on cuda ffmpeg: ffmpeg was not found.',
    });
  });
});

describe('the drill', () => {
  const exercise = (name: string, state: string): object => ({
    ...{ name, state, detectMs: 1, recoverMs: 2, notObservedSeconds: 0, expectedLost: 0 },
    ...{ detail: 'The camera did not count again.', steps: [] },
  });
  const report = (isPassed: boolean, exercises: readonly object[]): string =>
    JSON.stringify({
      ...{ id: '1', at: 1, endedAt: 2, isPassed, version: '1', machine: 'a PC', switchedOff: [] },
      exercises,
    });
  it.each([
    [
      'all recovered',
      report(true, [exercise('kill-worker', 'passed')]),
      ['passed', '1 of 1 exercises recovered.'],
    ],
    [
      'one did not',
      report(false, [exercise('kill-worker', 'passed'), exercise('fill-disk', 'failed')]),
      ['failed', '1 of 2 exercises recovered. fill-disk: The camera did not count again.'],
    ],
  ])('%s', (_, text, expected) => {
    const { outcome, summary } = judgeDrill(text);
    expect([outcome, summary]).toEqual(expected);
  });
});
