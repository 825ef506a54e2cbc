/**
 * `app`: starts Chromium, tells when it is ready, ends everything in Electron's order.
 */
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  unwatchFile,
  watchFile,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startChromium } from './chromium.ts';
import type { Chromium } from './chromium.ts';
import { isStoppedBy } from './stoppable.ts';

/** A window, as far as the app must know it. */
interface Closable {
  close(): void;
}

/** After this long an app that was asked to end is ended. */
const exitLimitMs = 2_000;
const secondInstancePollMs = 100;

class App extends EventEmitter {
  name = 'Electron';
  /** STANDIN_PACKAGED says that the app was installed; it then has its version from STANDIN_VERSION. */
  readonly isPackaged = process.env['STANDIN_PACKAGED'] === '1';
  readonly windows = new Set<Closable>();
  readonly commandLine = {
    appendSwitch: (name: string, value?: string) => void this.#switches.set(name, value ?? ''),
    appendArgument: () => undefined,
    hasSwitch: (name: string) => this.#switches.has(name),
    getSwitchValue: (name: string) => this.#switches.get(name) ?? '',
  };

  readonly #switches = new Map<string, string>();
  readonly #paths = new Map<string, string>();
  readonly #ready: Promise<void>;
  #chromium: Chromium | null = null;
  #isQuitting = false;
  #isEnding = false;
  #next: { readonly execPath?: string; readonly args?: readonly string[] } | null = null;

  constructor() {
    super();
    this.#ready = new Promise((resolve) => setImmediate(resolve)).then(() => this.#start());
    this.#ready.catch((error: unknown) => {
      process.stderr.write(`The stand-in has no Chromium: ${String(error)}\n`);
      process.exit(70);
    });
  }

  /** STANDIN_WINDOWLESS is for apps that open none: they are ready without Chromium. */
  async #start(): Promise<void> {
    if (process.env['STANDIN_WINDOWLESS'] === '1') {
      this.emit('ready', {}, {});
      return;
    }
    const given = [...this.#switches].map(([name, value]) => `--${name}${value && `=${value}`}`);
    this.#chromium = await startChromium(given.filter((flag) => !flag.includes('able-features')));
    this.emit('ready', {}, {});
  }

  /** The browser; only after the app is ready. */
  get chromium(): Chromium {
    if (this.#chromium === null) throw new Error('Cannot create BrowserWindow before app is ready');
    return this.#chromium;
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  isReady(): boolean {
    return this.#chromium !== null;
  }

  get isQuitting(): boolean {
    return this.#isQuitting;
  }

  getAppPath(): string {
    return process.env['STANDIN_APP_PATH'] ?? process.cwd();
  }

  getVersion(): string {
    const given = process.env['STANDIN_VERSION'];
    if (given !== undefined) return given;
    const text = readFileSync(path.join(this.getAppPath(), 'package.json'), 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  }

  getName(): string {
    return this.name;
  }

  setName(name: string): void {
    this.name = name;
  }

  getLocale(): string {
    return 'en-US';
  }

  /** Folders of the user lie below a temporary folder unless the app set them. */
  getPath(name: string): string {
    const known = this.#paths.get(name);
    if (known !== undefined) return known;
    if (name === 'exe') return process.execPath;
    if (name === 'temp') return os.tmpdir();
    const folder = mkdtempSync(path.join(os.tmpdir(), `standin-${name}-`));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    this.#paths.set(name, folder);
    return folder;
  }

  setPath(name: string, folder: string): void {
    mkdirSync(folder, { recursive: true });
    this.#paths.set(name, folder);
  }

  /** The lock is a file with the pid of its holder; a second instance leaves its arguments beside it. */
  requestSingleInstanceLock(): boolean {
    const folder = this.getPath('userData');
    const lock = path.join(folder, 'standin.lock');
    const call = path.join(folder, 'standin.second');
    if (isAlive(readOrEmpty(lock))) {
      writeFileSync(call, JSON.stringify({ argv: process.argv, cwd: process.cwd() }));
      return false;
    }
    writeFileSync(lock, String(process.pid));
    watchFile(call, { interval: secondInstancePollMs, persistent: false }, () => {
      const text = readOrEmpty(call);
      if (text === '') return;
      const { argv, cwd } = JSON.parse(text) as { argv: string[]; cwd: string };
      rmSync(call);
      this.emit('second-instance', {}, argv, cwd, {});
    });
    process.once('exit', () => {
      unwatchFile(call);
      rmSync(lock, { force: true });
    });
    return true;
  }

  /** Electron's order: before-quit, each window's close, will-quit, quit; each of the first three may stop it. */
  quit(): void {
    if (this.#isQuitting || isStoppedBy(this, 'before-quit')) return;
    this.#isQuitting = true;
    for (const window of [...this.windows]) window.close();
    if (this.windows.size > 0 || isStoppedBy(this, 'will-quit')) {
      this.#isQuitting = false;
      return;
    }
    this.exit(0);
  }

  exit(code = 0): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#isQuitting = true;
    this.emit('quit', {}, code);
    setTimeout(() => this.#end(code), exitLimitMs).unref();
    void (this.#chromium?.close() ?? Promise.resolve()).then(() => this.#end(code));
  }

  #end(code: number): never {
    const { execPath, args } = this.#next ?? {};
    if (execPath !== undefined)
      spawn(execPath, args ?? [], { detached: true, stdio: 'ignore' }).unref();
    process.exit(code);
  }

  /** As Electron: started when this one has ended. */
  relaunch(next: { readonly execPath?: string; readonly args?: readonly string[] } = {}): void {
    this.#next = { execPath: process.execPath, args: process.argv.slice(1), ...next };
  }

  focus(): void {}
  setAppUserModelId(): void {}
  getLoginItemSettings(): object {
    return { openAtLogin: false };
  }
  setLoginItemSettings(): void {}
  setAsDefaultProtocolClient(): boolean {
    return true;
  }
  enableSandbox(): void {}
  releaseSingleInstanceLock(): void {
    rmSync(path.join(this.getPath('userData'), 'standin.lock'), { force: true });
  }
  getAppMetrics(): readonly object[] {
    return [];
  }
}

export const app = new App();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: string): boolean {
  if (pid === '') return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
}
