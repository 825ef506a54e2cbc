/**
 * What a sandboxed preload finds: `require('electron')` with ipcRenderer and contextBridge, nothing else. Injected by
 * its source into the preload's own world.
 */
import type { Codec } from './codec.ts';
import type { Bridge } from './page-bridge.ts';

/** From the page to the main process. */
export type FromPage =
  | {
      readonly kind: 'invoke';
      readonly id: number;
      readonly channel: string;
      readonly values: unknown[];
    }
  | { readonly kind: 'send'; readonly channel: string; readonly values: unknown[] }
  | { readonly kind: 'port'; readonly port: number; readonly data: unknown }
  | { readonly kind: 'port-closed'; readonly port: number }
  | { readonly kind: 'open'; readonly url: string };

/** From the main process to the page. */
export type ToPage =
  | {
      readonly kind: 'invoked';
      readonly id: number;
      readonly value?: unknown;
      readonly error?: string;
    }
  | {
      readonly kind: 'event';
      readonly channel: string;
      readonly values: unknown[];
      readonly ports: number[];
    }
  | { readonly kind: 'port'; readonly port: number; readonly data: unknown }
  | { readonly kind: 'port-closed'; readonly port: number };

interface Parts {
  readonly bridge: Bridge;
  readonly codec: Codec;
  /** Name of the function that Chromium gives to this world alone */
  readonly hostName: string;
  readonly platform: string;
  /** What a port of the page says when it is closed: Chromium itself tells nobody */
  readonly lastWords: string;
  /** Name of the event by which the page says what it wants to open */
  readonly openEvent: string;
}

interface PreloadGlobals {
  readonly require: (name: string) => unknown;
  readonly process: object;
}

/** Page side: makes every port say its last words. */
export function announceClosedPorts(lastWords: string): void {
  const prototype = MessagePort.prototype;
  const close = Reflect.get<MessagePort, 'close'>(prototype, 'close');
  prototype.close = function () {
    this.postMessage(lastWords);
    close.call(this);
  };
}

/** Page side: what would open a window only says so, because it is the app that decides. */
export function announceOpened(openEvent: string): void {
  const announce = (address: string): boolean =>
    window.dispatchEvent(
      new CustomEvent(openEvent, { detail: new URL(address, location.href).href }),
    );
  window.open = (address = '') => {
    announce(String(address));
    return null;
  };
  window.addEventListener('click', (event) => {
    const link =
      event.target instanceof Element ? event.target.closest('a[target="_blank"]') : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented) return;
    event.preventDefault();
    announce(link.href);
  });
}

/** Returns the globals of the preload; the main process speaks to it through `window.standinReceive` of this world. */
export function installPreload({
  bridge,
  codec,
  hostName,
  platform,
  lastWords,
  openEvent,
}: Parts): PreloadGlobals {
  type Listener = (event: object, ...values: unknown[]) => void;
  const globals = window as unknown as Record<string, (text: string) => void>;
  const host = globals[hostName]!;
  const tell = (message: FromPage): void => host(codec.encode(message));
  const listeners = new Map<string, Listener[]>();
  const invoked = new Map<number, (answer: { value?: unknown; error?: string }) => void>();
  const ports = new Map<number, MessagePort>();
  let lastId = 0;

  function remove(channel: string, listener: Listener): void {
    listeners.set(
      channel,
      (listeners.get(channel) ?? []).filter((other) => other !== listener),
    );
  }
  function add(channel: string, listener: Listener): void {
    listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
  }

  /** The page's end of a port whose other end is in the main process. */
  function openPort(id: number): MessagePort {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === lastWords) tell({ kind: 'port-closed', port: id });
      else tell({ kind: 'port', port: id, data });
    };
    ports.set(id, port1);
    return port2;
  }

  window.addEventListener(openEvent, (event) =>
    tell({ kind: 'open', url: (event as CustomEvent<string>).detail }),
  );

  globals['standinReceive'] = (text) => {
    const message = codec.decode(text) as ToPage;
    if (message.kind === 'invoked') {
      invoked.get(message.id)?.(message);
      invoked.delete(message.id);
    } else if (message.kind === 'event') {
      const event = { sender: ipcRenderer, ports: message.ports.map(openPort) };
      for (const listener of listeners.get(message.channel) ?? [])
        listener(event, ...message.values);
    } else if (message.kind === 'port') ports.get(message.port)?.postMessage(message.data);
    else ports.get(message.port)?.close();
  };

  const ipcRenderer = {
    on: add,
    addListener: add,
    off: remove,
    removeListener: remove,
    removeAllListeners: (channel: string) => void listeners.delete(channel),
    once(channel: string, listener: Listener) {
      const own: Listener = (...given) => {
        remove(channel, own);
        listener(...given);
      };
      add(channel, own);
    },
    send: (channel: string, ...values: unknown[]) => tell({ kind: 'send', channel, values }),
    invoke: (channel: string, ...values: unknown[]) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        const id = lastId;
        invoked.set(id, ({ value, error }) => {
          if (error === undefined) resolve(value);
          else reject(new Error(`Error invoking remote method '${channel}': ${error}`));
        });
        tell({ kind: 'invoke', id, channel, values });
      }),
  };
  const electron = {
    ipcRenderer,
    contextBridge: { exposeInMainWorld: bridge.expose },
    webFrame: { setZoomFactor: () => undefined },
    webUtils: { getPathForFile: () => '' },
  };
  return {
    require(name) {
      if (name === 'electron' || name === 'electron/renderer') return electron;
      throw new Error(`module not found: ${name}`);
    },
    process: { platform, versions: {}, env: {}, argv: [], type: 'renderer', sandboxed: true },
  };
}
