/**
 * The worker's end of its message channel, whichever host forked it: Electron's utility process or plain Node.
 */

export interface ParentChannel {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The station is gone. */
  onClosed(listener: () => void): void;
  /** Resolves when what was posted has left this process. */
  flushed(): Promise<void>;
}

/** Electron's `process.parentPort`, of which only this much is used */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

export function connectParent(): ParentChannel {
  const port = (process as unknown as { parentPort?: ParentPort }).parentPort;
  return port ? overPort(port) : overIpc();
}

function overPort(port: ParentPort): ParentChannel {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', (event) => listener(event.data)),
    // Electron ends its utility processes with the app.
    onClosed: (listener) => process.on('disconnect', listener),
    flushed: () => new Promise((resolve) => setTimeout(resolve, 50)),
  };
}

function overIpc(): ParentChannel {
  let last: Promise<void> = Promise.resolve();
  return {
    post(message) {
      if (!process.connected) return;
      last = new Promise((resolve) => {
        process.send?.(message, undefined, {}, () => resolve());
      });
    },
    onMessage: (listener) => process.on('message', listener),
    onClosed: (listener) => process.on('disconnect', listener),
    flushed: () => last,
  };
}
