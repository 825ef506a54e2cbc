/**
 * The sound of an alert, and the switch that mutes it on this screen.
 */
import { createCell, type Readable } from './cell.ts';

const storageKey = 'tallywatch.alarm-muted';
/** Two short tones, a fifth apart */
const tonesHz = [660, 990];
const toneS = 0.22;
const volume = 0.2;

export interface Alarm {
  readonly isMuted: Readable<boolean>;
  mute(isMuted: boolean): void;
  /** Sounds once, unless muted. A browser that nobody has clicked in stays silent. */
  sound(): void;
}

/** Remembers the switch in the page's storage. */
export function createAlarm(page: Window): Alarm {
  const isMuted = createCell(page.localStorage.getItem(storageKey) === 'yes');
  let audio: AudioContext | null = null;
  return {
    isMuted,
    mute(next) {
      isMuted.set(next);
      page.localStorage.setItem(storageKey, next ? 'yes' : 'no');
    },
    sound() {
      if (isMuted.get()) return;
      audio ??= new AudioContext();
      const context = audio;
      // Refused until somebody has clicked: the note on the page is there all the same.
      context.resume().catch(() => undefined);
      tonesHz.forEach((frequency, index) => {
        const gain = new GainNode(context, { gain: volume });
        const tone = new OscillatorNode(context, { frequency });
        tone.connect(gain).connect(context.destination);
        tone.start(context.currentTime + index * toneS);
        tone.stop(context.currentTime + (index + 1) * toneS);
      });
    },
  };
}
