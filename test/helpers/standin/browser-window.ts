/**
 * `BrowserWindow` and its `webContents`.
 */
import { EventEmitter } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from './app.ts';
import { ipcMain } from './ipc-main.ts';
import type { MessagePortMain } from './message-port.ts';
import { openPage } from './page.ts';
import type { Page } from './page.ts';
import type { FromPage } from './page-preload.ts';
import { fromChromium } from './protocol.ts';
import { session } from './recorded.ts';
import { isStoppedBy } from './stoppable.ts';

interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  readonly show?: boolean;
  readonly title?: string;
  readonly webPreferences?: { readonly preload?: string };
}

const crashedExitCode = 5;
let lastId = 0;

export class WebContents extends EventEmitter {
  readonly id = (lastId += 1);
  readonly session = session.defaultSession;
  /** The page, once Chromium has made it; everything waits for it. */
  readonly page: Promise<Page>;
  readonly #window: BrowserWindow;
  readonly #ports = new Map<number, ReturnType<MessagePortMain['transfer']>>();
  readonly #frame = { parent: null, url: '', origin: '' };
  #ready: Page | null = null;
  #isDestroyed = false;

  constructor(window: BrowserWindow, preload: string | null) {
    super();
    this.#window = window;
    this.page = openPage(preload).then((page) => this.#connect(page));
  }

  #connect(page: Page): Page {
    this.#ready = page;
    page.events.on('message', (message) => void this.#receive(message));
    page.events.on('navigation', () => {
      this.#closePorts();
      this.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    });
    page.events.on('dom', () => this.emit('dom-ready', {}));
    page.events.on('load', () => this.emit('did-finish-load', {}));
    page.events.on('console', (message) =>
      this.emit('console-message', { level: 'info', message }),
    );
    page.events.on('crash', () => {
      this.#closePorts();
      const details = { reason: 'crashed', exitCode: crashedExitCode };
      this.emit('render-process-gone', {}, details);
      app.emit('render-process-gone', {}, this, details);
    });
    page.events.on('closed', () => this.#window.gone());
    return page;
  }

  get window(): BrowserWindow {
    return this.#window;
  }

  get targetId(): string | undefined {
    return this.#ready?.targetId;
  }

  get mainFrame(): object {
    const url = this.getURL();
    return Object.assign(this.#frame, { url, origin: /^[^/]*\/\/[^/]*/.exec(url)?.[0] ?? '' });
  }

  async #receive(message: FromPage): Promise<void> {
    const event = {
      sender: this,
      senderFrame: this.mainFrame,
      processId: 1,
      frameId: 1,
      ports: [],
      reply: (channel: string, ...values: unknown[]) => this.send(channel, ...values),
    };
    if (message.kind === 'port') this.#ports.get(message.port)?.fromOwner(message.data);
    else if (message.kind === 'port-closed') this.#ports.get(message.port)?.ownerClosed();
    else if (message.kind === 'open') this.#askToOpen(fromChromium(message.url));
    else if (message.kind === 'send') ipcMain.emit(message.channel, event, ...message.values);
    else {
      const { id, channel, values } = message;
      try {
        const value = await ipcMain.invoke(channel, event, values);
        this.#ready?.tell({ kind: 'invoked', id, value });
      } catch (error) {
        this.#ready?.tell({ kind: 'invoked', id, error: String(error) });
      }
    }
  }

  /** The stand-in opens nothing itself: an app that allows it would wait for what never comes. */
  #askToOpen(url: string): void {
    const answer = this.windowOpenHandler?.({ url }) as { action?: string } | undefined;
    if (answer?.action !== 'deny') throw new Error(`The stand-in cannot open ${url} as a child`);
  }

  #closePorts(): void {
    for (const port of this.#ports.values()) port.ownerClosed();
    this.#ports.clear();
  }

  send(channel: string, ...values: unknown[]): void {
    this.#ready?.tell({ kind: 'event', channel, values, ports: [] });
  }

  postMessage(channel: string, value: unknown, transfer: readonly MessagePortMain[] = []): void {
    const ports = transfer.map((port) => {
      const ends = port.transfer({
        post: (data) => this.#ready?.tell({ kind: 'port', port: port.id, data }),
        close: () => this.#ready?.tell({ kind: 'port-closed', port: port.id }),
      });
      this.#ports.set(port.id, ends);
      return port.id;
    });
    this.#ready?.tell({ kind: 'event', channel, values: [value], ports });
  }

  getURL(): string {
    return fromChromium(this.#ready?.url() ?? '');
  }

  async loadURL(url: string): Promise<void> {
    await (await this.page).load(url);
  }

  async executeJavaScript(code: string): Promise<unknown> {
    return (await this.page).evaluate(code);
  }

  async capturePage(): Promise<object> {
    const png = await (await this.page).screenshot();
    return { toPNG: () => png, isEmpty: () => png.length === 0 };
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  destroyed(): void {
    this.#isDestroyed = true;
    this.#closePorts();
    this.emit('destroyed');
  }

  reload(): void {
    this.#ready?.reload();
  }

  forcefullyCrashRenderer(): void {
    this.#ready?.crash();
  }

  close(): void {
    this.#window.close();
  }

  /** What the app answers to a page that wants to open a window; a test may ask it, too. */
  windowOpenHandler: ((details: { url: string }) => unknown) | null = null;
  setWindowOpenHandler(handler: (details: { url: string }) => unknown): void {
    this.windowOpenHandler = handler;
  }
  setZoomFactor(): void {}
  openDevTools(): void {}
}

export class BrowserWindow extends EventEmitter {
  static getAllWindows(): BrowserWindow[] {
    return [...app.windows] as BrowserWindow[];
  }
  static getFocusedWindow(): BrowserWindow | null {
    return this.getAllWindows()[0] ?? null;
  }
  static fromWebContents(contents: WebContents | undefined): BrowserWindow | null {
    return contents?.window ?? null;
  }
  static fromId(id: number): BrowserWindow | null {
    return this.getAllWindows().find((window) => window.id === id) ?? null;
  }

  readonly id = (lastId += 1);
  readonly webContents: WebContents;
  #title: string;
  #bounds: { x: number; y: number; width: number; height: number };
  #isVisible: boolean;
  #isFullScreen = false;
  #isMinimized = false;
  #isDestroyed = false;

  constructor(options: WindowOptions = {}) {
    super();
    this.#title = options.title ?? '';
    this.#isVisible = options.show !== false;
    this.#bounds = { x: 0, y: 0, width: options.width ?? 800, height: options.height ?? 600 };
    app.windows.add(this);
    this.webContents = new WebContents(this, options.webPreferences?.preload ?? null);
    this.webContents.once('dom-ready', () => this.emit('ready-to-show'));
    void this.#resize();
    app.emit('web-contents-created', {}, this.webContents);
    app.emit('browser-window-created', {}, this);
  }

  async #resize(): Promise<void> {
    await (await this.webContents.page).resize(this.#bounds.width, this.#bounds.height);
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.loadURL(url);
  }
  async loadFile(file: string): Promise<void> {
    await this.loadURL(pathToFileURL(path.resolve(app.getAppPath(), file)).href);
  }

  /** Asks the listeners, then destroys. */
  close(): void {
    if (!isStoppedBy(this, 'close')) this.destroy();
  }
  destroy(): void {
    void this.webContents.page.then((page) => page.close());
    this.gone();
  }
  /** Chromium has closed the page, by our wish or by its own. */
  gone(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    app.windows.delete(this);
    this.webContents.destroyed();
    this.emit('closed');
    if (app.windows.size > 0 || app.isQuitting) return;
    if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed');
    else app.quit();
  }

  show(): void {
    this.#isVisible = true;
    this.emit('show');
  }
  hide(): void {
    this.#isVisible = false;
    this.emit('hide');
  }
  focus(): void {
    this.emit('focus');
  }
  minimize(): void {
    this.#isMinimized = true;
    this.emit('minimize');
  }
  restore(): void {
    this.#isMinimized = false;
    this.emit('restore');
  }
  isDestroyed = (): boolean => this.#isDestroyed;
  isVisible = (): boolean => this.#isVisible;
  isMinimized = (): boolean => this.#isMinimized;
  isMaximized = (): boolean => false;
  isFocused = (): boolean => true;
  isFullScreen = (): boolean => this.#isFullScreen;
  setFullScreen(isFull: boolean): void {
    this.#isFullScreen = isFull;
  }
  setTitle(title: string): void {
    this.#title = title;
  }
  getTitle = (): string => this.#title;
  getBounds = (): object => ({ ...this.#bounds });
  setBounds(bounds: Partial<{ x: number; y: number; width: number; height: number }>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
    void this.#resize();
  }
  getNormalBounds = (): object => this.getBounds();
  getSize = (): number[] => [this.#bounds.width, this.#bounds.height];
  setMenu(): void {}
  removeMenu(): void {}
  maximize(): void {}
  flashFrame(): void {}
}

export const webContents = {
  getAllWebContents: (): WebContents[] =>
    BrowserWindow.getAllWindows().map((window) => window.webContents),
  fromId: (id: number): WebContents | undefined =>
    webContents.getAllWebContents().find((contents) => contents.id === id),
  fromDevToolsTargetId: (targetId: string): WebContents | undefined =>
    webContents.getAllWebContents().find((contents) => contents.targetId === targetId),
};
