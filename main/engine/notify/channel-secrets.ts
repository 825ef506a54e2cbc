/**
 * The one place where secrets of channels go into the store and come out of it.
 */
import type { ChannelDefinition } from '#contract/notification.ts';
import type { NotifyStore } from './notify-store.ts';

/** Turns a secret into what may lie on the disk, and back. */
export interface Seal {
  seal(text: string): string;
  open(sealed: string): string;
}

/** As the station keeps its other secrets: readable in the database, whose folder is the station's alone. */
export const plainSeal: Seal = { seal: (text) => text, open: (sealed) => sealed };

/** A channel with its secret, for those who send. It never leaves the engine. */
export interface OpenChannel {
  readonly definition: ChannelDefinition;
  /** Empty where none is set */
  readonly secret: string;
  readonly dropped: number;
}

export interface ChannelBook {
  list(): Promise<OpenChannel[]>;
  save(definition: ChannelDefinition, secret: string): Promise<void>;
}

/** Rejects as the store does. */
export function createChannelBook(store: Pick<NotifyStore, 'channels'>, seal: Seal): ChannelBook {
  return {
    async list() {
      return (await store.channels.list()).map(({ definition, secret, dropped }) => ({
        ...{ definition, dropped },
        secret: secret === null ? '' : seal.open(secret),
      }));
    },
    save: (definition, secret) =>
      store.channels.save({ definition, secret: secret === '' ? null : seal.seal(secret) }),
  };
}
