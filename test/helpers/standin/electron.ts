/**
 * The module 'electron' of the stand-in: plain Node as main process, Debian's headless Chromium for the pages.
 *
 * It proves that the built main process, the preload, the workers and the page work together. It does not prove
 * Electron's sandbox, its custom schemes, permissions, menus, tray, notifications, packaging or updates.
 */
import { app } from './app.ts';
import { BrowserWindow, webContents } from './browser-window.ts';
import { ipcMain } from './ipc-main.ts';
import { MessageChannelMain } from './message-port.ts';
import { protocol } from './protocol.ts';
import { utilityProcess } from './utility-process.ts';

export * from './recorded.ts';
export { app, BrowserWindow, ipcMain, MessageChannelMain, protocol, utilityProcess, webContents };
