/**
 * What a station on a desktop does besides its window: tray, notes about alerts, and a PC that does not fall asleep while
 * cameras count.
 */
import { app, BrowserWindow, Notification, powerSaveBlocker } from 'electron';
import type { Door } from '#contract/door.ts';
import type { Logger } from '#engine/base/log.ts';
import { noteOf } from './alert-note.ts';
import { openTray } from './tray.ts';
import { languageOf, type Today } from './tray-words.ts';

export interface DesktopOptions {
  readonly door: Door;
  readonly iconFolder: string;
  readonly log: Logger;
  /** Shows the window at a part of the page, `#/alerts` */
  readonly onShow: (route: string | null) => void;
}

const refreshMs = 10_000;

/** Whether the window may be closed while counting goes on: only where a tray leads back to it. */
export interface Desktop {
  readonly hasTray: boolean;
  close(): void;
}

export function openDesktop({ door, iconFolder, log, onShow }: DesktopOptions): Desktop {
  const language = languageOf(app.getLocale());
  const tray = openTray({ iconFolder, language, log, onShow: () => onShow(null) });
  const blocker = createSleepBlocker();

  const stopNotices = door.listen('alertNotice', (notice) => {
    const note = noteOf(notice, language);
    const isSeen = BrowserWindow.getAllWindows().some((window) => window.isFocused());
    if (note === null || isSeen || !Notification.isSupported()) return;
    const shown = new Notification(note);
    shown.on('click', () => onShow('#/alerts'));
    shown.show();
  });

  async function refresh(): Promise<void> {
    const today = await readToday(door);
    blocker.set((today.cameras ?? []).some(({ capture }) => capture.state === 'live'));
    tray?.show(today);
  }
  const look = (): void => {
    refresh().catch((error: unknown) =>
      log.debug('the tray has no news', { error: String(error) }),
    );
  };
  const timer = setInterval(look, refreshMs);
  look();

  return {
    hasTray: tray !== null,
    close() {
      clearInterval(timer);
      stopNotices();
      blocker.set(false);
      tray?.close();
    },
  };
}

/** As far as whoever is signed in at the window may see it. */
async function readToday(door: Door): Promise<Today> {
  const now = new Date();
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const range = { from: midnight, to: now.getTime() + 1 };
  const [tallies, cameras, alerts] = await Promise.all([
    door.call('tally.query', range).catch(() => null),
    door.call('camera.list', {}).catch(() => null),
    door.call('alert.list', { state: 'open' }).catch(() => []),
  ]);
  return {
    counts: tallies && {
      in: tallies.reduce((sum, tally) => sum + tally.in, 0),
      out: tallies.reduce((sum, tally) => sum + tally.out, 0),
    },
    cameras,
    firingAlerts: alerts.filter(({ state }) => state === 'firing').length,
  };
}

function createSleepBlocker(): { set(isWanted: boolean): void } {
  let id: number | null = null;
  return {
    set(isWanted) {
      if (isWanted === (id !== null)) return;
      if (id === null) {
        id = powerSaveBlocker.start('prevent-app-suspension');
        return;
      }
      powerSaveBlocker.stop(id);
      id = null;
    },
  };
}
