/**
 * `npm test`: types, unit, integration, fault, build and end to end, each where its tools are there; says what was
 * skipped and how to get it, and ends with the line `N passed, N failed`.
 *
 * Flags: `--lint` adds the linter, `--only types,unit` runs these steps alone.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import '../main/require-node.cjs';
import { canRunElectron, howToGetElectron } from '#test/standin/pick.ts';
import { chromiumPath } from '#test/standin/chromium.ts';

const root = path.resolve(import.meta.dirname, '..');
const reports = path.join(root, 'test-results');
const minuteMs = 60_000;

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Step {
  readonly name: string;
  /** Command lines of scripts in node_modules, run one after the other */
  readonly commands: readonly (readonly string[])[];
  readonly limitMs: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Reads the counts from the report that the step wrote; without it the step counts as one */
  readonly report?: { readonly file: string; readonly read: (text: string) => Counts };
  /** What is missing and how to get it; null when the step can run */
  readonly missing?: string | null;
}

const { values: flags } = parseArgs({
  options: { lint: { type: 'boolean', default: false }, only: { type: 'string' } },
});

const ffmpegMissing =
  spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0
    ? null
    : 'ffmpeg is not on PATH: apt-get install ffmpeg, or https://ffmpeg.org/download.html';
const chromiumMissing = existsSync(chromiumPath)
  ? null
  : `there is no ${chromiumPath}: apt-get install chromium, or set STANDIN_CHROMIUM`;

const lint: Step = {
  name: 'lint',
  commands: [
    ['eslint/bin/eslint.js', '.'],
    ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  ],
  limitMs: 12 * minuteMs,
  // It holds the types of all four projects at once.
  env: { NODE_OPTIONS: '--max-old-space-size=8192' },
};
const steps: readonly Step[] = [
  ...(flags.lint ? [lint] : []),
  {
    name: 'types',
    commands: ['main', 'preload', 'renderer', 'test'].map((part) => [
      'typescript/bin/tsc',
      '-p',
      part,
    ]),
    limitMs: 5 * minuteMs,
  },
  vitest('unit', null),
  vitest('integration', ffmpegMissing),
  vitest('fault', ffmpegMissing),
  {
    name: 'build',
    commands: [['electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn']],
    limitMs: 3 * minuteMs,
  },
  playwright('browser', chromiumMissing),
  playwright('electron', canRunElectron() ? null : howToGetElectron),
];

/** These take one core each and wait for nobody, so that the linter runs beside them. */
const besideLint = ['types', 'unit'];
const wanted = [lint.name, ...(flags.only?.split(',') ?? steps.map(({ name }) => name))];
const rows: { readonly name: string; readonly counts: Counts; readonly seconds: number }[] = [];
const skipped: string[] = [];
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports);
const chosen = steps.filter(({ name }) => wanted.includes(name));
const isQuick = ({ name }: Step): boolean => besideLint.includes(name);
await Promise.all([
  inTurn(chosen.filter((step) => step === lint)),
  inTurn(chosen.filter((step) => isQuick(step))),
]);
await inTurn(chosen.filter((step) => step !== lint && !isQuick(step)));
summarise();

async function inTurn(some: readonly Step[]): Promise<void> {
  for (const step of some) {
    if (step.missing != null) {
      skipped.push(`${step.name}: ${step.missing}`);
      continue;
    }
    console.log(`\n── ${step.name}`);
    const startedAt = performance.now();
    const counts = await run(step);
    rows.push({ name: step.name, counts, seconds: (performance.now() - startedAt) / 1000 });
  }
}

/** One project of vitest with a report beside the lines on the terminal. */
function vitest(name: string, missing: string | null): Step {
  const file = path.join(reports, `${name}.json`);
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`];
  const config = ['--config', 'test/vitest.config.ts', '--project', name, '--passWithNoTests'];
  return {
    name,
    commands: [['vitest/vitest.mjs', 'run', ...config, ...reporters]],
    limitMs: 30 * minuteMs,
    missing,
    report: { file, read: readVitest },
  };
}

/** One project of Playwright. */
function playwright(name: string, missing: string | null): Step {
  const file = path.join(reports, `${name}.json`);
  const config = ['--config', 'test/playwright.config.ts', '--project', name];
  return {
    name,
    commands: [['playwright/cli.js', 'test', ...config, '--reporter=list,json']],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file },
    limitMs: 30 * minuteMs,
    missing,
    report: { file, read: readPlaywright },
  };
}

async function run({ commands, limitMs, env = {}, report }: Step): Promise<Counts> {
  let isGood = true;
  for (const command of commands) isGood = (await runScript(command, limitMs, env)) && isGood;
  if (report === undefined) return { passed: Number(isGood), failed: Number(!isGood), skipped: 0 };
  const none = { passed: 0, failed: 0, skipped: 0 };
  const counts = existsSync(report.file) ? report.read(readFileSync(report.file, 'utf8')) : none;
  // A step may fail without a failing test: a file that does not load, a crash, its time limit.
  return isGood || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function runScript(
  [script = '', ...args]: readonly string[],
  limitMs: number,
  env: Readonly<Record<string, string>>,
): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(root, 'node_modules', script), ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    child.once('exit', (code, signal) => {
      if (signal !== null) console.log(`ended after ${limitMs / minuteMs} minutes`);
      resolve(code === 0);
    });
  });
}

function readVitest(text: string): Counts {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    text,
  ) as Record<string, number>;
  return {
    passed: numPassedTests ?? 0,
    failed: numFailedTests ?? 0,
    skipped: (numPendingTests ?? 0) + (numTodoTests ?? 0),
  };
}

function readPlaywright(text: string): Counts {
  const { stats } = JSON.parse(text) as {
    stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  };
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
}

function summarise(): void {
  console.log('');
  for (const { name, counts, seconds } of rows) {
    const { passed, failed, skipped: left } = counts;
    console.log(
      `${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed` +
        ` ${String(left).padStart(4)} skipped ${seconds.toFixed(0).padStart(5)} s`,
    );
  }
  for (const line of skipped) console.log(`skipped ${line}`);
  const sum = (key: keyof Counts): number =>
    rows.reduce((total, row) => total + row.counts[key], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
}
