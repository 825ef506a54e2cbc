/**
 * `npm run verify:site`: runs on the PC of a site what cannot be run where the program is made, and writes one file to send back.
 * It runs after the build, on throw-away stations: nothing is changed on the real one.
 *
 * `-- --only doctor,tune` runs these steps alone, `--out FILE` names the file.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { productVersion } from '#server/product.ts';
import { canRunElectron, howToGetElectron, pickElectron } from '#test/standin/pick.ts';
import { cleanUp, startStation, until } from '#test/station-process.ts';
import {
  judgeDoctor,
  judgeDrill,
  judgeTests,
  judgeTuning,
  type Judged,
  type StepResult,
} from './verify-site/steps.ts';

const root = path.resolve(import.meta.dirname, '..');
const minuteMs = 60_000;
const model = 'tallywatch-embedded';
const scratch = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-verify-'));

const steps: Readonly<Record<string, () => Promise<Judged>>> = {
  tests,
  doctor: async () => judgeDoctor((await tallywatch('doctor', ['--json'], 5)).output),
  tune,
  drill: async () => judgeDrill((await tallywatch('drill', ['--json'], 15)).output),
};

const { values } = parseArgs({ options: { only: { type: 'string' }, out: { type: 'string' } } });
const wanted = values.only?.split(',') ?? Object.keys(steps);
const unknown = wanted.find((name) => !(name in steps));
if (unknown === undefined) {
  try {
    await verify();
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
} else {
  console.error(`There is no step ${unknown}; choose of ${Object.keys(steps).join(', ')}.`);
  process.exitCode = 1;
}

async function verify(): Promise<void> {
  const results: StepResult[] = [];
  for (const [name, run] of Object.entries(steps)) {
    if (!wanted.includes(name)) continue;
    console.log(`── ${name}`);
    const startedAt = performance.now();
    const judged = await run().catch(failure);
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    results.push({ name, seconds, ...judged });
    console.log(`${judged.outcome} in ${String(seconds)} s: ${judged.summary}`);
  }
  const file = path.resolve(values.out ?? 'verify-site.json');
  const report = { at: new Date().toISOString(), ...aboutThisPc(), steps: results };
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`Send back ${file}`);
  process.exitCode = results.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

function failure(error: unknown): Judged {
  const { message } = error as Error;
  return { outcome: 'failed', summary: message, data: null };
}

/** What the figures are of; no names of people, networks or cameras. */
function aboutThisPc(): object {
  return {
    version: productVersion(root),
    system: `${os.platform()} ${os.release()} ${os.arch()}`,
    processor: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    node: process.version,
    electron: canRunElectron() ? pickElectron().kind : 'none',
  };
}

/** The end-to-end tests, in the window of real Electron where it is there. */
async function tests(): Promise<Judged> {
  if (!canRunElectron()) return { outcome: 'skipped', summary: howToGetElectron, data: null };
  const { kind } = pickElectron();
  const file = path.join(scratch, 'tests.json');
  const cli = path.join(root, 'node_modules/playwright/cli.js');
  const args = ['test', '--config', 'test/playwright.config.ts', '--reporter=list,json'];
  await run([cli, ...args], {
    limitMs: 30 * minuteMs,
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file },
  });
  if (!existsSync(file)) throw new Error('The tests did not end by themselves.');
  return judgeTests(readFileSync(file, 'utf8'), driven[kind]);
}

/** On the pictures of the simulated site. */
async function tune(): Promise<Judged> {
  const station = await startStation({ flags: ['--demo', 'auto'] });
  try {
    await until(
      () => station.call('camera.list', {}),
      (cameras) => cameras.length > 0 && cameras.every(({ capture }) => capture.state === 'live'),
      2 * minuteMs,
    );
    const args = ['tune', model, '--data-folder', station.dataFolder, '--json'];
    return judgeTuning((await tallywatch('models', args, 15)).output);
  } finally {
    await station.stop();
    cleanUp();
  }
}

const driven = {
  electron: 'they drove real Electron.',
  'stand-in':
    'they drove the stand-in, not real Electron: run "npx install-electron" at a PC with a screen, then this again.',
} as const;

/** A command of the command line, with what it printed. */
function tallywatch(command: string, args: readonly string[], minutes: number): Promise<Ended> {
  const preload = path.join(root, 'main/require-node.cjs');
  const line = ['-r', preload, path.join(root, 'main/cli.ts'), command, ...args];
  return run(line, { limitMs: minutes * minuteMs, env: {}, isKept: true });
}

interface Ended {
  readonly output: string;
}

interface RunOptions {
  readonly limitMs: number;
  readonly env: Readonly<Record<string, string>>;
  /** Whether the output is for this program, not for the terminal */
  readonly isKept?: boolean;
}

/** Rejects when a program whose output is kept printed none. */
function run(
  line: readonly string[],
  { limitMs, env, isKept = false }: RunOptions,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, line, {
      cwd: root,
      stdio: ['ignore', isKept ? 'pipe' : 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    child.stdout?.on('data', (part: Buffer) => (output += part.toString()));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (!isKept || output !== '') resolve({ output });
      else if (signal === null)
        reject(new Error(`It ended with ${String(code)} and said nothing.`));
      else reject(new Error(`It did not end within ${String(limitMs / minuteMs)} minutes.`));
    });
  });
}
