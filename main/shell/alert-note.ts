/**
 * An alert as a note of the system, for whoever does not look at the window.
 */
import type { EventOf } from '#contract/events.ts';
import { commonWords, generalWords, metricWords } from '#engine/notify/words.ts';
import type { Language } from './tray-words.ts';

export interface Note {
  readonly title: string;
  readonly body: string;
  /** Whether the system may hold it up or hide it */
  readonly urgency: 'normal' | 'critical';
}

/** null for what is no news to somebody who is not there: somebody has taken it, or the page does not show it either. */
export function noteOf(notice: EventOf<'alertNotice'>, language: Language): Note | null {
  const { phase, severity, metric, subject, detail, isShown } = notice;
  if (!isShown || phase === 'acknowledged') return null;
  const words = (metricWords[metric] ?? generalWords)[language];
  const title = [commonWords[language].phase[phase], words.title].join(': ');
  const isOver = phase === 'resolved';
  const said = isOver ? '' : (words.sentence ?? detail);
  return {
    title,
    body: [subject, said].filter((part) => part !== null && part !== '').join(' · '),
    urgency: severity === 'critical' && !isOver ? 'critical' : 'normal',
  };
}
