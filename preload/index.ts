/**
 * Gives the page `window.station` and, on request, a port for live pictures; nothing else crosses.
 */
import { contextBridge, ipcRenderer } from 'electron';
import type { IpcRendererEvent } from 'electron';
import { openPreviewKind, previewPortKind } from '#contract/window-api.ts';
import type { CallAnswer, CallHooks, WindowApi } from '#contract/window-api.ts';
import { type CallMessage, channels } from '#contract/window-channels.ts';

const listeners = new Map<string, Set<(event: unknown) => void>>();
const running = new Map<number, CallHooks>();
let lastId = 0;

const api: WindowApi = {
  async call(name, input, hooks = {}) {
    lastId += 1;
    const id = lastId;
    const message: CallMessage = { id, name, input };
    running.set(id, hooks);
    try {
      const answer = ipcRenderer.invoke(channels.call, message);
      // After the call is on its way, so that a cancel given at once comes behind it.
      hooks.onStarted?.(() => ipcRenderer.send(channels.cancel, id));
      return (await answer) as CallAnswer;
    } catch (error) {
      // The main process answers errors as values, so this is an input that cannot be cloned or a station that is gone.
      return {
        error: { code: 'SYS_001', message: `The station did not answer: ${String(error)}` },
      };
    } finally {
      running.delete(id);
    }
  },

  listen(topic, listener) {
    const set = listeners.get(topic) ?? new Set();
    listeners.set(topic, set);
    // A wrapper of its own for each call, so that one function may listen twice.
    const own = (event: unknown): void => listener(event);
    set.add(own);
    if (set.size === 1) ipcRenderer.send(channels.listen, topic);
    return () => {
      if (set.delete(own) && set.size === 0) ipcRenderer.send(channels.unlisten, topic);
    };
  },
};

ipcRenderer.on(channels.event, (_event: IpcRendererEvent, topic: string, event: unknown) => {
  for (const listener of [...(listeners.get(topic) ?? [])]) listener(event);
});

ipcRenderer.on(
  channels.progress,
  (_event: IpcRendererEvent, id: number, progress: { share: number; text: string }) =>
    running.get(id)?.onProgress?.(progress.share, progress.text),
);

window.addEventListener('message', (message: MessageEvent<unknown>) => {
  if (message.source !== window || !isOpenPreview(message.data)) return;
  ipcRenderer.send(channels.openPreview);
});

ipcRenderer.on(channels.previewPort, (event: IpcRendererEvent) =>
  window.postMessage({ kind: previewPortKind }, window.location.origin, event.ports),
);

contextBridge.exposeInMainWorld('station', api);

function isOpenPreview(data: unknown): boolean {
  return (
    typeof data === 'object' && data !== null && 'kind' in data && data.kind === openPreviewKind
  );
}
