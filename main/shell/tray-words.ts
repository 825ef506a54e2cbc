/**
 * What the tray says: today's count and how the cameras do, in one line, and a mark for it.
 */
import type { Camera } from '#contract/camera.ts';

export type Mood = 'counting' | 'attention' | 'stopped';
export type Language = 'en' | 'vi';

export interface Today {
  /** null when whoever sits here may not see it */
  readonly counts: { readonly in: number; readonly out: number } | null;
  readonly cameras: readonly Pick<Camera, 'isEnabled' | 'capture'>[] | null;
  readonly firingAlerts: number;
}

/** `attention` when an enabled camera has no picture or an alert fires; `stopped` when no camera is to count. */
export function moodOf({ cameras, firingAlerts }: Today): Mood {
  const wanted = (cameras ?? []).filter(({ isEnabled }) => isEnabled);
  if (firingAlerts > 0) return 'attention';
  if (wanted.length === 0) return cameras === null ? 'counting' : 'stopped';
  return wanted.every(({ capture }) => capture.state === 'live') ? 'counting' : 'attention';
}

/** At most 127 characters, which is what Windows shows. */
export function trayText(today: Today, language: Language): string {
  const words = texts[language];
  const parts = ['Tallywatch'];
  if (today.counts !== null) parts.push(words.counts(today.counts));
  if (today.cameras !== null) {
    const wanted = today.cameras.filter(({ isEnabled }) => isEnabled);
    const live = wanted.filter(({ capture }) => capture.state === 'live').length;
    parts.push(words.cameras(live, wanted.length));
  }
  if (today.firingAlerts > 0) parts.push(words.alerts(today.firingAlerts));
  return parts.join(' · ').slice(0, 127);
}

export interface MenuWords {
  readonly show: string;
  readonly atLogin: string;
  readonly quit: string;
}

export function menuWords(language: Language): MenuWords {
  return texts[language].menu;
}

/** The language of the tray and of notes, by the tag of the system's. */
export function languageOf(locale: string): Language {
  return locale.toLowerCase().startsWith('vi') ? 'vi' : 'en';
}

const texts = {
  en: {
    counts: (sum: { in: number; out: number }) => `today ${sum.in} in, ${sum.out} out`,
    cameras: (live: number, all: number) => `${live} of ${all} cameras live`,
    alerts: (count: number) => `${count} ${count === 1 ? 'alert' : 'alerts'}`,
    menu: {
      show: 'Show the window',
      atLogin: 'Start with this PC',
      quit: 'Stop counting and quit',
    },
  },
  vi: {
    counts: (sum: { in: number; out: number }) => `hôm nay ${sum.in} vào, ${sum.out} ra`,
    cameras: (live: number, all: number) => `${live}/${all} camera có hình`,
    alerts: (count: number) => `${count} cảnh báo`,
    menu: { show: 'Hiện cửa sổ', atLogin: 'Chạy cùng máy tính', quit: 'Dừng đếm và thoát' },
  },
} as const;
