/**
 * Loaded first in every utility process: replaces Node's own channel by `process.parentPort`, as Electron has it.
 */
import { EventEmitter } from 'node:events';
import { isMainThread } from 'node:worker_threads';
import './register.ts';

// Threads inherit the flags of their process, this file among them; the port belongs to the process.
if (isMainThread) installParentPort();

function installParentPort(): void {
  const send = process.send!.bind(process);
  // Electron's utility processes have no such function; code that relies on it must fail here too.
  Object.defineProperty(process, 'send', { value: undefined });
  const port = new EventEmitter();
  const waiting: unknown[] = [];

  process.on('message', (data) => {
    if (port.listenerCount('message') > 0) port.emit('message', { data, ports: [] });
    else waiting.push(data);
  });
  port.on('newListener', (name) => {
    if (name !== 'message') return;
    setImmediate(() => {
      for (const data of waiting.splice(0)) port.emit('message', { data, ports: [] });
    });
  });
  Object.defineProperty(process, 'parentPort', {
    value: Object.assign(port, {
      postMessage: (data: object) => send(data),
      start: () => undefined,
    }),
  });
}
