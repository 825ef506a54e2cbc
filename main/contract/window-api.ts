/**
 * What the page finds as `window.station`, and the two messages that hand it a port for live pictures.
 *
 * An Electron context bridge strips the class and the fields of a thrown error, so an answer is a value of two shapes
 * and the page's client makes a StationError of the second.
 */
import type { ErrorBody } from './error.ts';

export type CallAnswer = { readonly ok: unknown } | { readonly error: ErrorBody };

export interface CallHooks {
  /** Called with 0…1 and a short text while a long call runs */
  readonly onProgress?: (share: number, text: string) => void;
  /** Receives the function that cancels this call */
  readonly onStarted?: (cancel: () => void) => void;
}

export interface WindowApi {
  /** Asks for one row of the table of procedures. Never rejects. */
  call(name: string, input: unknown, hooks?: CallHooks): Promise<CallAnswer>;
  /** Listens to one topic of the table of events; returns how to stop. */
  listen(topic: string, listener: (event: unknown) => void): () => void;
}

/** The page posts this to its own window to ask for a port. */
export const openPreviewKind = 'tallywatch:open-preview';

/**
 * The preload posts this to the page's window, with one MessagePort transferred. On that port the page sends
 * PreviewRequest objects and receives one Uint8Array per picture (see preview.ts).
 */
export const previewPortKind = 'tallywatch:preview-port';
