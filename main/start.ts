/**
 * `npm start`: builds what is stale, opens the window where Electron can be had, else starts headless; supervises both.
 */
import { fork, spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { createRestartBudget, stationRestarts } from '#engine/base/backoff.ts';
import { systemClock } from '#engine/base/clock.ts';
import { smallHeapEnv, smallHeapFlags } from '#engine/base/small-heap.ts';
import { findElectron } from '#server/start/electron-binary.ts';
import { isStale } from '#server/start/is-stale.ts';
import {
  supervise,
  supervisedVariable,
  type End,
  type Supervised,
} from '#server/start/supervise.ts';

const root = path.resolve(import.meta.dirname, '..');
/** A window that ends this soon never opened: this system lacks what Electron needs. */
const failedStartMs = 10_000;

const flags = process.argv.slice(2).filter((flag) => flag !== '--headless');
const wantsWindow = !process.argv.includes('--headless');
const say = (line: string): void => console.log(line);

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stopping.abort());
}

if (isStale(root)) build();
process.exitCode = (await openWindow()) ?? (await keep(headless())).code;

/** The exit code, or null where there is no window and headless is next. */
async function openWindow(): Promise<number | null> {
  if (!wantsWindow) return null;
  const electron = await findElectron({
    root,
    env: process.env,
    platform: process.platform,
    userId: process.getuid?.() ?? null,
    onFetch: () => say("Fetching Electron's binary …"),
  });
  if ('missing' in electron) {
    say(`No window, because ${electron.missing}: starting headless.`);
    return null;
  }
  const end = await keep(windowed(electron.path), failedStartMs);
  if (end.code === 0 || end.code === 2 || end.ranMs > failedStartMs) return end.code;
  if (stopping.signal.aborted) return end.code;
  say(`No window, because Electron ended at once with ${end.code}: starting headless.`);
  return null;
}

function windowed(electron: string): Supervised {
  return {
    start: () =>
      spawn(electron, [root, ...flags], {
        stdio: 'inherit',
        env: { ...process.env, [supervisedVariable]: '1' },
      }),
    stop: (child) => void child.kill('SIGTERM'),
  };
}

function headless(): Supervised {
  return {
    start: () =>
      fork(path.join(root, 'out/main/headless.js'), flags, {
        stdio: 'inherit',
        execArgv: [...process.execArgv, ...smallHeapFlags],
        env: { ...smallHeapEnv, ...process.env },
      }),
    // By message, because Windows has no signals.
    stop: (child) => {
      if (child.connected) child.send('stop');
    },
  };
}

function keep(process: Supervised, firstRestartMs = 0): Promise<End> {
  const budget = createRestartBudget(stationRestarts.count, stationRestarts.windowMs);
  const startedAt = systemClock.monotonicMs();
  return supervise(process, {
    budget: { take: (nowMs) => nowMs - startedAt >= firstRestartMs && budget.take(nowMs) },
    clock: systemClock,
    say,
    signal: stopping.signal,
  });
}

function build(): void {
  say('Building …');
  const tool = path.join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, 'build'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status === 0) return;
  console.error(`${stdout}${stderr}\nThe build failed; nothing is started.`);
  process.exit(1);
}
