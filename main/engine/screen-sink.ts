/**
 * The channels that every station has: a note and a sound on each page that is open.
 */
import { AlertMetric } from '#contract/alert.ts';
import { saidBy } from '#contract/station-sentence.ts';
import type { AlertSink } from './alerting/alert-notice.ts';
import type { Emitter } from './base/emitter.ts';
import type { EventMap } from './site.ts';

/** Emits `alertNotice` for the channels `desktop` and `sound`; a sound is made only when something begins or goes further. */
export function createScreenSink(events: Emitter<EventMap>): AlertSink {
  return {
    send(notice, channels) {
      const { alertId, phase, severity, metric, subject, cameraId, at } = notice;
      const isShown = channels.includes('desktop');
      const isNews = phase !== 'acknowledged' && phase !== 'resolved';
      const isHeard = channels.includes('sound') && isNews;
      if (!isShown && !isHeard) return;
      events.emit('alertNotice', {
        ...{ alertId, phase, severity, metric: AlertMetric.parse(metric), subject, cameraId },
        ...{ ...saidBy(notice), at, isShown, isHeard },
      });
    },
  };
}
