/**
 * The door of the window: messages of our own page become calls of a Door, events go back.
 */
import { ipcMain } from 'electron';
import type { IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron';
import { z } from 'zod';
import type { Door } from '#contract/door.ts';
import { StationError } from '#contract/error.ts';
import { events } from '#contract/events.ts';
import type { Topic } from '#contract/events.ts';
import type { CallName } from '#contract/procedures.ts';
import type { CallAnswer } from '#contract/window-api.ts';
import { channels } from '#contract/window-channels.ts';
import type { Connection, Connections } from './connections.ts';

const CallMessage = z.object({ id: z.number().int(), name: z.string(), input: z.unknown() });
const TopicMessage = z.enum(Object.keys(events) as [Topic, ...Topic[]]);

/** Whether a message comes from the main frame of our page. */
export type SenderCheck = (event: IpcMainEvent | IpcMainInvokeEvent) => boolean;

interface PageState {
  readonly calls: Map<number, AbortController>;
  readonly stops: Map<Topic, () => void>;
}

/** Serves calls and events to all windows. */
export function serveIpc(connections: Connections, isOurs: SenderCheck): void {
  const pages = new WeakMap<Connection, PageState>();

  /** The state beside a connection; it ends with it. */
  function stateOf(connection: Connection): PageState {
    const known = pages.get(connection);
    if (known !== undefined) return known;
    const state: PageState = { calls: new Map(), stops: new Map() };
    pages.set(connection, state);
    connection.onClose(() => {
      for (const controller of state.calls.values()) controller.abort();
      for (const stop of state.stops.values()) stop();
    });
    return state;
  }

  ipcMain.handle(channels.call, async (event, raw): Promise<CallAnswer> => {
    if (!isOurs(event)) return { error: refused.toBody() };
    const message = CallMessage.safeParse(raw);
    if (!message.success) return { error: malformed.toBody() };
    const { id, name, input } = message.data;
    const connection = connections.of(event.sender);
    const { calls } = stateOf(connection);
    const controller = new AbortController();
    calls.set(id, controller);
    try {
      const ok = await callByName(
        connection.door,
        { name, input },
        {
          signal: controller.signal,
          onProgress: (share, text) => sendTo(event.sender, channels.progress, id, { share, text }),
        },
      );
      return { ok };
    } catch (error) {
      return { error: StationError.from(error, 'SYS_001').toBody() };
    } finally {
      calls.delete(id);
    }
  });

  ipcMain.on(channels.cancel, (event, raw) => {
    if (!isOurs(event)) return;
    const id = z.number().safeParse(raw);
    if (id.success) stateOf(connections.of(event.sender)).calls.get(id.data)?.abort();
  });

  ipcMain.on(channels.listen, (event, raw) => {
    const topic = TopicMessage.safeParse(raw);
    if (!isOurs(event) || !topic.success) return;
    const { sender } = event;
    const connection = connections.of(sender);
    const { stops } = stateOf(connection);
    if (stops.has(topic.data)) return;
    const stop = connection.door.listen(topic.data, (value) =>
      sendTo(sender, channels.event, topic.data, value),
    );
    stops.set(topic.data, stop);
  });

  ipcMain.on(channels.unlisten, (event, raw) => {
    const topic = TopicMessage.safeParse(raw);
    if (!isOurs(event) || !topic.success) return;
    const { stops } = stateOf(connections.of(event.sender));
    stops.get(topic.data)?.();
    stops.delete(topic.data);
  });
}

const refused = new StationError('ACC_002', 'Only the page of this station may call it.');
const malformed = new StationError('REQ_001', 'The call has not the shape { id, name, input }.');

/** The name and the input are not typed here: the router behind the door refuses what it does not know. */
function callByName(
  door: Door,
  { name, input }: { name: string; input: unknown },
  options: Parameters<Door['call']>[2],
): Promise<unknown> {
  return door.call(name as CallName, input as never, options);
}

function sendTo(contents: WebContents, channel: string, ...values: unknown[]): void {
  if (!contents.isDestroyed()) contents.send(channel, ...values);
}
