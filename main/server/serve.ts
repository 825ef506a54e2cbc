/**
 * Listens: HTTP for calls, events and the page; one WebSocket per view for live pictures.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import { createAdaptorServer } from '@hono/node-server';
import { type WebSocket, WebSocketServer } from 'ws';
import { StationError } from '#contract/error.ts';
import type { ByteStream } from '#contract/door.ts';
import type { Caller } from '#engine/router.ts';
import type { Station } from '#engine/station.ts';
import { createHttpApp, refuseForeignHeaders } from './http-app.ts';

/** A view that does not take its pictures gets fewer, not later ones. */
const maxBufferedBytes = 1_000_000;
const maxRequestBytes = 64_000;

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly pageFolder: string | null;
  readonly caller: Caller;
}

export interface RunningServer {
  /** Address for a person's browser */
  readonly url: string;
  close(): Promise<void>;
}

/** @throws StationError SYS_004 when the port is in use or the address is not of this machine */
export async function serve(station: Station, options: ServeOptions): Promise<RunningServer> {
  const hostNames = () => namesOf(options.host);
  const app = createHttpApp({
    station,
    caller: options.caller,
    pageFolder: options.pageFolder,
    hostNames,
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxRequestBytes });
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    if (!isPreviewRequest(request, hostNames())) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => watchPreview(ws, station, options.caller));
  });
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host === '0.0.0.0' ? '127.0.0.1' : options.host}:${String(port)}`,
    async close() {
      for (const ws of sockets.clients) ws.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The names under which a browser may reach this station: loopback, and all of this PC's when it is open to the network. */
function namesOf(host: string): string[] {
  const loopback = ['localhost', '127.0.0.1', '[::1]'];
  const isOpen = host === '0.0.0.0' || host === '::';
  if (!isOpen) return [host.toLowerCase(), ...loopback];
  const addresses = Object.values(os.networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));
  return [os.hostname().toLowerCase(), ...addresses, ...loopback];
}

function isPreviewRequest(request: IncomingMessage, hostNames: readonly string[]): boolean {
  try {
    refuseForeignHeaders({ host: request.headers.host, origin: request.headers.origin }, hostNames);
  } catch {
    return false;
  }
  return request.url?.split('?')[0] === '/api/v1/preview';
}

function watchPreview(ws: WebSocket, station: Station, caller: Caller): void {
  let stream: ByteStream | null = null;
  const sink = {
    onBytes: (bytes: Uint8Array) => {
      if (ws.bufferedAmount < maxBufferedBytes) ws.send(bytes);
    },
    onClosed: () => ws.close(1001),
  };
  ws.on('message', (data) => {
    try {
      const request: unknown = JSON.parse((data as Buffer).toString('utf8'));
      if (stream) stream.update(request);
      else stream = station.router.open('preview.watch', request, { caller, sink });
    } catch (error) {
      const { code, message } = StationError.from(error, 'REQ_001');
      ws.close(1008, `${code} ${message}`.slice(0, 120));
    }
  });
  ws.on('close', () => stream?.close());
  ws.on('error', () => ws.terminate());
}

function listen(server: Server, { host, port }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE'
          ? `Port ${String(port)} is in use: stop the other program or choose another with --port.`
          : `The station cannot listen on ${host}:${String(port)} (${cause.code ?? cause.message}): check --host and --port.`;
      reject(new StationError('SYS_004', why, { cause, path: 'port' }));
    });
    server.listen(port, host, resolve);
  });
}
