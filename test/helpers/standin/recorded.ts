/**
 * The rest of Electron: what a headless machine cannot show is recorded and answered harmlessly. A test reads
 * `globalThis.standinCalls` and may replace a member, as it would with Electron's own.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:http';
import { protocol } from './protocol.ts';

interface RecordedCall {
  readonly name: string;
  readonly values: readonly unknown[];
}

const calls: RecordedCall[] = [];
Object.defineProperty(globalThis, 'standinCalls', { value: calls });

/** A function that records its call and answers `answer`. */
function recorded<T>(name: string, answer: T): (...values: unknown[]) => T {
  return (...values) => {
    calls.push({ name, values });
    return answer;
  };
}

class Session extends EventEmitter {
  readonly protocol = protocol;
  readonly webRequest = {
    onHeadersReceived: recorded('webRequest.onHeadersReceived', undefined),
    onBeforeRequest: recorded('webRequest.onBeforeRequest', undefined),
  };
  setPermissionRequestHandler = recorded('session.setPermissionRequestHandler', undefined);
  setPermissionCheckHandler = recorded('session.setPermissionCheckHandler', undefined);
  setDevicePermissionHandler = recorded('session.setDevicePermissionHandler', undefined);
  clearCache = recorded('session.clearCache', Promise.resolve());
}
const defaultSession = new Session();
export const session = { defaultSession, fromPartition: () => defaultSession };

const nothingChosen = { canceled: true, filePaths: [] };
export const dialog = {
  showOpenDialog: recorded('dialog.showOpenDialog', Promise.resolve(nothingChosen)),
  showSaveDialog: recorded('dialog.showSaveDialog', Promise.resolve({ canceled: true })),
  showMessageBox: recorded(
    'dialog.showMessageBox',
    Promise.resolve({ response: 0, checkboxChecked: false }),
  ),
  showErrorBox: recorded('dialog.showErrorBox', undefined),
};
export const shell = {
  openExternal: recorded('shell.openExternal', Promise.resolve()),
  openPath: recorded('shell.openPath', Promise.resolve('')),
  showItemInFolder: recorded('shell.showItemInFolder', undefined),
};
export const clipboard = {
  writeText: recorded('clipboard.writeText', undefined),
  readText: () => '',
};
export const globalShortcut = { register: () => true, unregisterAll: () => undefined };
export const crashReporter = { start: recorded('crashReporter.start', undefined) };
export const powerSaveBlocker = {
  start: recorded('powerSaveBlocker.start', 1),
  stop: recorded('powerSaveBlocker.stop', undefined),
  isStarted: () => true,
};
export const powerMonitor = new EventEmitter();
export const nativeTheme = Object.assign(new EventEmitter(), {
  shouldUseDarkColors: true,
  themeSource: 'system',
});
export const safeStorage = {
  isAsyncEncryptionAvailable: () => Promise.resolve(false),
  encryptStringAsync: (text: string) => Promise.resolve(Buffer.from(text)),
  decryptStringAsync: (bytes: Buffer) =>
    Promise.resolve({ result: bytes.toString(), shouldReEncrypt: false }),
};
export const net = {
  fetch: globalThis.fetch,
  isOnline: () => true,
  /** Electron's own has the shape of Node's, and a session besides. */
  request: ({ session: _session, ...options }: RequestOptions & { readonly session?: unknown }) =>
    Object.assign(request(options), { followRedirect: () => undefined }),
};
export const autoUpdater = Object.assign(new EventEmitter(), {
  setFeedURL: recorded('autoUpdater.setFeedURL', undefined),
  checkForUpdates: recorded('autoUpdater.checkForUpdates', undefined),
  quitAndInstall: recorded('autoUpdater.quitAndInstall', undefined),
});

const display = {
  id: 1,
  bounds: { x: 0, y: 0, width: 1920, height: 1080 },
  workArea: { x: 0, y: 0, width: 1920, height: 1040 },
  workAreaSize: { width: 1920, height: 1040 },
  scaleFactor: 1,
};
export const screen = Object.assign(new EventEmitter(), {
  getPrimaryDisplay: () => display,
  getAllDisplays: () => [display],
  getDisplayMatching: () => display,
});

export interface MenuEntry {
  readonly id?: string;
  readonly label?: string;
  readonly role?: string;
  readonly submenu?: readonly MenuEntry[];
}
let applicationMenu: Menu | null = null;
export class Menu {
  items: MenuEntry[] = [];
  static buildFromTemplate(template: readonly MenuEntry[]): Menu {
    return Object.assign(new Menu(), { items: [...template] });
  }
  static setApplicationMenu(menu: Menu | null): void {
    applicationMenu = menu;
  }
  static getApplicationMenu(): Menu | null {
    return applicationMenu;
  }
  append(entry: MenuEntry): void {
    this.items.push(entry);
  }
  getMenuItemById(id: string): MenuEntry | null {
    return this.items.find((entry) => entry.id === id) ?? null;
  }
  popup = recorded('Menu.popup', undefined);
}

export class Tray extends EventEmitter {
  setToolTip = recorded('Tray.setToolTip', undefined);
  setContextMenu = recorded('Tray.setContextMenu', undefined);
  setImage = recorded('Tray.setImage', undefined);
  setTitle = recorded('Tray.setTitle', undefined);
  destroy = recorded('Tray.destroy', undefined);
}

/** Every note that was made, so that a test can click on it. */
const notes: Notification[] = [];
Object.defineProperty(globalThis, 'standinNotes', { value: notes });

export class Notification extends EventEmitter {
  static isSupported = (): boolean => true;
  readonly #options: object;
  constructor(options: object) {
    super();
    this.#options = options;
    notes.push(this);
  }
  show(): void {
    calls.push({ name: 'Notification.show', values: [this.#options] });
    setImmediate(() => this.emit('show', {}));
  }
  close(): void {
    this.emit('close', {});
  }
}

export const nativeImage = {
  createFromPath: (path: string) => ({ isEmpty: () => false, toPNG: () => readFileSync(path) }),
  createFromBuffer: (bytes: Buffer) => ({ isEmpty: () => false, toPNG: () => bytes }),
  createEmpty: () => ({ isEmpty: () => true, toPNG: () => Buffer.alloc(0) }),
};
