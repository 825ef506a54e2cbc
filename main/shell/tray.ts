/**
 * The mark in the tray: how counting goes at a glance, and the way back to the window.
 */
import path from 'node:path';
import { app, Menu, nativeImage, Tray } from 'electron';
import type { Logger } from '#engine/base/log.ts';
import { setStartAtLogin, startsAtLogin } from './login-start.ts';
import { type Language, menuWords, type Mood, moodOf, type Today, trayText } from './tray-words.ts';

export interface StationTray {
  show(today: Today): void;
  close(): void;
}

export interface TrayOptions {
  readonly iconFolder: string;
  readonly language: Language;
  readonly log: Logger;
  readonly onShow: () => void;
}

/** null where the system has no tray. */
export function openTray(options: TrayOptions): StationTray | null {
  const { iconFolder, language, log, onShow } = options;
  const iconOf = (mood: Mood) =>
    nativeImage.createFromPath(path.join(iconFolder, `tray-${mood}.png`));
  let tray: Tray;
  try {
    tray = new Tray(iconOf('counting'));
  } catch (error) {
    log.warn('there is no tray', { error: String(error) });
    return null;
  }
  let mood: Mood = 'counting';
  const words = menuWords(language);
  tray.setToolTip('Tallywatch');
  tray.on('click', onShow);
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: words.show, click: onShow },
      {
        label: words.atLogin,
        type: 'checkbox',
        checked: startsAtLogin(),
        click: ({ checked }) => {
          try {
            setStartAtLogin(checked);
          } catch (error) {
            log.warn('the start at login was not set', { error: String(error) });
          }
        },
      },
      { type: 'separator' },
      { label: words.quit, click: () => app.quit() },
    ]),
  );
  return {
    show(today) {
      tray.setToolTip(trayText(today, language));
      const next = moodOf(today);
      if (next === mood) return;
      mood = next;
      tray.setImage(iconOf(mood));
    },
    close: () => tray.destroy(),
  };
}
