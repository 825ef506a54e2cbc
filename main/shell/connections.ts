/**
 * One door per loaded page: opened by its first message, closed when the page reloads, crashes or goes.
 */
import type { WebContents } from 'electron';
import type { Door } from '#contract/door.ts';
import type { Logger } from '#engine/base/log.ts';

export interface Connection {
  readonly door: Door;
  /** Called once, before the door is closed. */
  onClose(listener: () => void): void;
}

export interface Connections {
  /** The connection of the page that is loaded there now. */
  of(contents: WebContents): Connection;
  close(): Promise<void>;
}

export function createConnections(openDoor: () => Door, log: Logger): Connections {
  const open = new Map<WebContents, { connection: Connection; close: () => Promise<void> }>();
  const watched = new WeakSet<WebContents>();

  async function drop(contents: WebContents): Promise<void> {
    const entry = open.get(contents);
    open.delete(contents);
    await entry?.close();
  }

  function watch(contents: WebContents): void {
    if (watched.has(contents)) return;
    watched.add(contents);
    const dropSoon = (): void => {
      drop(contents).catch((error: unknown) =>
        log.error('a page did not close its door', { error: String(error) }),
      );
    };
    contents.on('destroyed', dropSoon);
    contents.on('render-process-gone', dropSoon);
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) dropSoon();
    });
  }

  return {
    of(contents) {
      const known = open.get(contents);
      if (known !== undefined) return known.connection;
      watch(contents);
      const door = openDoor();
      const closing: (() => void)[] = [];
      const connection: Connection = { door, onClose: (listener) => closing.push(listener) };
      open.set(contents, {
        connection,
        async close() {
          for (const listener of closing) listener();
          await door.close();
        },
      });
      return connection;
    },
    async close() {
      await Promise.all([...open.keys()].map(drop));
    },
  };
}
