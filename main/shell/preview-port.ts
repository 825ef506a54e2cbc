/**
 * Live pictures for a window: one port per page, requests in, one packed picture per message out.
 */
import { ipcMain, MessageChannelMain } from 'electron';
import type { MessagePortMain } from 'electron';
import type { ByteStream, Door } from '#contract/door.ts';
import { PreviewRequest } from '#contract/preview.ts';
import type { Logger } from '#engine/base/log.ts';
import { channels } from '#contract/window-channels.ts';
import type { Connections } from './connections.ts';
import type { SenderCheck } from './ipc.ts';

export interface PreviewPortOptions {
  readonly connections: Connections;
  readonly isOurs: SenderCheck;
  readonly log: Logger;
}

/** Hands a port to each page that asks for one; a second wish of the same page gets a port of its own. */
export function servePreviewPorts({ connections, isOurs, log }: PreviewPortOptions): void {
  ipcMain.on(channels.openPreview, (event) => {
    if (!isOurs(event)) return;
    const connection = connections.of(event.sender);
    const { port1, port2 } = new MessageChannelMain();
    connection.onClose(() => port1.close());
    carry(port1, connection.door, log);
    event.sender.postMessage(channels.previewPort, null, [port2]);
  });
}

/** Opens the stream with the first request, replaces the request with every later one. */
function carry(port: MessagePortMain, door: Door, log: Logger): void {
  let stream: ByteStream | null = null;
  const open = (request: PreviewRequest): ByteStream =>
    door.stream(
      'preview.watch',
      request,
      (bytes) => port.postMessage(bytes),
      () => port.close(),
    );

  port.on('message', ({ data }) => {
    const request = PreviewRequest.safeParse(data);
    if (!request.success) {
      log.warn('a page asked for pictures in a way that cannot be read', {
        reason: request.error.message,
      });
      return;
    }
    try {
      if (stream === null) stream = open(request.data);
      else stream.update(request.data);
    } catch (error) {
      log.warn('a page gets no pictures', { reason: String(error) });
      port.close();
    }
  });
  port.on('close', () => {
    stream?.close();
    stream = null;
  });
  port.start();
}
