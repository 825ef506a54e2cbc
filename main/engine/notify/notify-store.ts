/**
 * What notifications need of the store.
 */
import type { ChannelDefinition, Notification, NotificationQuery } from '#contract/notification.ts';

export interface NewRow extends Pick<
  Notification,
  'channelId' | 'alertId' | 'phase' | 'severity' | 'metric' | 'cameraId' | 'key' | 'createdAt'
> {
  /** The whole notice as JSON */
  readonly notice: string;
}

export interface WaitingRow extends Notification {
  readonly notice: string;
}

export interface TryOutcome extends Pick<
  Notification,
  'id' | 'key' | 'state' | 'nextTryAt' | 'doneAt' | 'error'
> {
  /** Whether it was sent at all, and not only given up */
  readonly isTried: boolean;
}

/** All reject with a StationError when the database cannot be used. */
export interface NotifyStore {
  readonly channels: {
    list(): Promise<
      {
        readonly definition: ChannelDefinition;
        readonly secret: string | null;
        readonly dropped: number;
      }[]
    >;
    save(channel: {
      readonly definition: ChannelDefinition;
      readonly secret: string | null;
    }): Promise<void>;
    remove(id: string): Promise<void>;
  };
  readonly notifications: {
    list(query: NotificationQuery): Promise<Notification[]>;
    waiting(channelId: string): Promise<WaitingRow[]>;
    counts(): Promise<{ channelId: string; waiting: number }[]>;
    add(rows: readonly NewRow[]): Promise<void>;
    recordTry(outcome: TryOutcome): Promise<void>;
    hasten(channelId: string): Promise<void>;
  };
}
