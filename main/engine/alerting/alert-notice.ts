/**
 * Who takes what is told about an alert to people.
 */
import type { AlertNotice } from '#contract/alert-notice.ts';

/** Takes notices to channels, by their ids. Never throws and never waits: what cannot be delivered is its own matter. */
export interface AlertSink {
  send(notice: AlertNotice, channels: readonly string[]): void;
}
