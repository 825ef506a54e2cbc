/**
 * The link inside the window: the preload's `window.station`, and a message port for pictures.
 */
import { StationError } from '#contract/error.ts';
import type { PreviewRequest } from '#contract/preview.ts';
import { openPreviewKind, previewPortKind, type WindowApi } from '#contract/window-api.ts';
import { createCell } from '../lib/cell.ts';
import { parseError, parseOutput } from './answer.ts';
import type { Connection, StationLink } from './station-link.ts';
import { createTopicListeners } from './topic-listeners.ts';

/** What is needed of the page's window. */
export type PageWindow = Pick<Window, 'addEventListener' | 'removeEventListener' | 'postMessage'>;

export function createWindowLink(api: WindowApi, page: PageWindow): StationLink {
  const connection = createCell<Connection>({ state: 'open' });
  const stops = new Map<string, () => void>();
  const listeners = createTopicListeners(() => {
    const wanted = new Set<string>(listeners.topics());
    for (const [topic, stop] of stops) {
      if (wanted.has(topic)) continue;
      stop();
      stops.delete(topic);
    }
    for (const topic of wanted) {
      if (!stops.has(topic)) {
        stops.set(
          topic,
          api.listen(topic, (event) => listeners.emit(topic, event)),
        );
      }
    }
  });

  return {
    connection,
    async call(name, input, options = {}) {
      const { signal, onProgress } = options;
      if (signal?.aborted === true) throw new StationError('REQ_004', 'The request was cancelled.');
      let stopWatching = () => {};
      const answer = await api.call(name, input, {
        ...(onProgress === undefined ? {} : { onProgress }),
        onStarted(cancel) {
          if (signal === undefined) return;
          if (signal.aborted) {
            cancel();
            return;
          }
          // Without the event, which cannot cross to the preload.
          const onAbort = () => cancel();
          signal.addEventListener('abort', onAbort);
          stopWatching = () => signal.removeEventListener('abort', onAbort);
        },
      });
      stopWatching();
      if ('error' in answer)
        throw parseError(answer.error, `The station could not answer ${name}.`);
      return parseOutput(name, answer.ok);
    },
    listen: (topic, listener) => listeners.add(topic, listener),
    openPreview(handlers) {
      let port: MessagePort | null = null;
      let waiting: PreviewRequest | null = null;
      const take = (message: MessageEvent<unknown>) => {
        const [received] = message.ports;
        if (!isPortMessage(message.data) || received === undefined) return;
        page.removeEventListener('message', take);
        port = received;
        port.addEventListener('message', (event: MessageEvent<unknown>) => {
          if (event.data instanceof Uint8Array) handlers.onBytes(event.data);
        });
        port.addEventListener('close', () => handlers.onClosed());
        port.start();
        handlers.onOpen();
        if (waiting !== null) port.postMessage(waiting);
      };
      page.addEventListener('message', take);
      page.postMessage({ kind: openPreviewKind }, '*');
      return {
        request(wanted) {
          if (port === null) waiting = wanted;
          else port.postMessage(wanted);
        },
        close() {
          page.removeEventListener('message', take);
          port?.close();
        },
      };
    },
    // The window's events come from its own station and flow from the first listener on: there is never a gap.
    onOpened: () => () => {},
    stationNow: () => Date.now(),
    close() {
      for (const stop of stops.values()) stop();
      stops.clear();
    },
  };
}

function isPortMessage(data: unknown): boolean {
  return (
    typeof data === 'object' && data !== null && 'kind' in data && data.kind === previewPortKind
  );
}
