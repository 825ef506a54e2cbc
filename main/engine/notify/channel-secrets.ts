/**
 * The one place where secrets of channels go into the store and come out of it.
 */
import { StationError } from '#contract/error.ts';
import type { ChannelDefinition } from '#contract/notification.ts';
import type { NotifyStore } from './notify-store.ts';

/** Turns a secret into what may lie on the disk, and back. */
export interface Seal {
  seal(text: string): string;
  open(sealed: string): string;
}

/** A channel with its secret, for those who send. It never leaves the engine. */
export interface OpenChannel {
  readonly definition: ChannelDefinition;
  /** Empty where none is set, and where it cannot be read */
  readonly secret: string;
  /** Why the secret that is set cannot be read; null when it can */
  readonly lost: StationError | null;
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
        ...openedBy(seal, secret),
      }));
    },
    save: (definition, secret) =>
      store.channels.save({ definition, secret: secret === '' ? null : seal.seal(secret) }),
  };
}

/** One channel whose key is missing must not keep the others, or the station, from starting. */
function openedBy(seal: Seal, sealed: string | null): Pick<OpenChannel, 'secret' | 'lost'> {
  if (sealed === null) return { secret: '', lost: null };
  try {
    return { secret: seal.open(sealed), lost: null };
  } catch (error) {
    return { secret: '', lost: StationError.from(error, 'SYS_005') };
  }
}
