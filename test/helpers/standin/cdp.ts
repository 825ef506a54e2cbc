/**
 * The smallest client of Chromium's DevTools protocol: commands, events and sessions over one WebSocket.
 */
import { EventEmitter } from 'node:events';

export interface CdpSession {
  /** Sends a command; rejects with what Chromium says against it. */
  send<T = unknown>(method: string, parameters?: object): Promise<T>;
  /** Events by their method: `on('Page.loadEventFired', …)`. */
  readonly events: EventEmitter;
}

export interface Cdp extends CdpSession {
  /** A session with one target, made by Target.attachToTarget with `flatten`. */
  session(sessionId: string): CdpSession;
  close(): void;
}

interface Reply {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export async function connectCdp(url: string): Promise<Cdp> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', reject, { once: true });
  });
  const pending = new Map<number, (reply: Reply) => void>();
  const emitters = new Map<string, EventEmitter>();
  let lastId = 0;

  socket.addEventListener('message', ({ data }) => {
    const reply = JSON.parse(data as string) as Reply;
    if (reply.id === undefined) {
      emitters.get(reply.sessionId ?? '')?.emit(reply.method!, reply.params);
    } else {
      pending.get(reply.id)?.(reply);
      pending.delete(reply.id);
    }
  });
  socket.addEventListener('close', () => {
    for (const settle of pending.values()) settle({ error: { message: 'Chromium is gone' } });
    pending.clear();
  });

  function session(sessionId: string): CdpSession {
    const events = emitters.get(sessionId) ?? new EventEmitter();
    emitters.set(sessionId, events);
    return {
      events,
      send: <T>(method: string, parameters: object = {}) =>
        new Promise<T>((resolve, reject) => {
          if (socket.readyState !== WebSocket.OPEN) {
            reject(new Error(`${method}: Chromium is gone`));
            return;
          }
          lastId += 1;
          const id = lastId;
          pending.set(id, ({ result, error }) => {
            if (error === undefined) resolve(result as T);
            else reject(new Error(`${method}: ${error.message}`));
          });
          const target = sessionId === '' ? {} : { sessionId };
          socket.send(JSON.stringify({ id, method, params: parameters, ...target }));
        }),
    };
  }
  return { ...session(''), session, close: () => socket.close() };
}
