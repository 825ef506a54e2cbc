/**
 * What the page knows of its station: the same few verbs whether it runs in the window or in a browser.
 */
import type { CallOptions } from '#contract/door.ts';
import type { EventOf, Topic } from '#contract/events.ts';
import type { PreviewRequest } from '#contract/preview.ts';
import type { CallName, InputOf, OutputOf } from '#contract/procedures.ts';
import type { Readable } from '../lib/cell.ts';

/** Times are Unix ms on this machine's clock. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  | { readonly state: 'lost'; readonly since: number };

export interface PreviewChannel {
  /** Says which pictures are wanted from now on. */
  request(request: PreviewRequest): void;
  close(): void;
}

export interface PreviewHandlers {
  readonly onOpen: () => void;
  readonly onBytes: (bytes: Uint8Array) => void;
  /** The other side ended it, or it could not be opened; not called after `close()` */
  readonly onClosed: () => void;
}

export interface StationLink {
  /** Asks for one thing. Rejects with a StationError. */
  call<N extends CallName>(name: N, input: InputOf<N>, options?: CallOptions): Promise<OutputOf<N>>;
  /** Listens to a topic; returns how to stop. Survives reconnects. */
  listen<T extends Topic>(topic: T, listener: (event: EventOf<T>) => void): () => void;
  openPreview(handlers: PreviewHandlers): PreviewChannel;
  readonly connection: Readable<Connection>;
  /** Calls `listener` when events begin to flow, first and after each gap: what was read before may be out of date. */
  onOpened(listener: () => void): () => void;
  /** Unix time in ms on the station's clock. */
  stationNow(): number;
  close(): void;
}
