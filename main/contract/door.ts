/**
 * The one door to a station: whoever drives it (window, browser, command line, test) sees only this.
 */
import type { EventOf, Topic } from './events.ts';
import type { CallName, InputOf, OutputOf, StreamName } from './procedures.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Called with 0…1 and a short text while a long call runs */
  readonly onProgress?: (share: number, text: string) => void;
}

export interface ByteStream {
  /** Replaces the request while the stream is open */
  update(input: unknown): void;
  close(): void;
}

export interface Door {
  /** Asks for one thing. Rejects with a StationError. */
  call<N extends CallName>(name: N, input: InputOf<N>, options?: CallOptions): Promise<OutputOf<N>>;
  /** Listens to a topic; returns how to stop. */
  listen<T extends Topic>(topic: T, listener: (event: EventOf<T>) => void): () => void;
  /** Opens a stream of bytes. `onClosed` tells that the other side ended it. */
  stream<N extends StreamName>(
    name: N,
    input: InputOf<N>,
    onBytes: (bytes: Uint8Array) => void,
    onClosed?: () => void,
  ): ByteStream;
  close(): Promise<void>;
}
