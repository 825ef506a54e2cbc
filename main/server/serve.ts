/**
 * Listens: HTTP for calls, events and the page; one WebSocket per view for live pictures.
 */
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import type { Duplex } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { StationConfig } from '#contract/config.ts';
import { errorCodes, StationError } from '#contract/error.ts';
import type { ByteStream } from '#contract/door.ts';
import { includesRole } from '#contract/access.ts';
import type { Identity } from '#engine/access/access.ts';
import { onRightsLost } from '#engine/create-door.ts';
import type { Station } from '#engine/station.ts';
import { isLoopback, readCredentials } from './credentials.ts';
import { refuseForeignHeaders } from './guards.ts';
import { createHttpApp } from './http-app.ts';
import { certificateFor } from './tls.ts';

/** A view that does not take its pictures gets fewer, not later ones. */
const maxBufferedBytes = 1_000_000;
const maxRequestBytes = 64_000;
/** A connection that does not say what it wants within this time is closed. */
const headersLimitMs = 10_000;
/** A request that is not whole within this time is closed. */
const requestLimitMs = 60_000;
/**
 * A connection that rests is closed after so long: later than clients and proxies close theirs (60 s at most), so that
 * none sends a request into a connection that the station has just closed. With Node's 5 s a main thread that stood still
 * for some seconds closed connections whose next request had already come.
 */
const restLimitMs = 72_000;
/** How often it is looked which connections have passed a limit */
const lookEveryMs = 5_000;
const maxConnections = 1_000;

export interface ServeOptions extends Pick<
  StationConfig,
  'host' | 'port' | 'hostNames' | 'tls' | 'tlsCertificate' | 'tlsKey'
> {
  readonly pageFolder: string | null;
  /** Where a certificate of the station's own is kept */
  readonly dataFolder: string;
  /** For tests: how long head and body of a request may take, ms */
  readonly limits?: { readonly headersMs: number; readonly requestMs: number };
}

export interface RunningServer {
  /** Address for a person's browser */
  readonly url: string;
  /** SHA-256 of the certificate, for the person who compares it; null without TLS */
  readonly fingerprint: string | null;
  close(): Promise<void>;
}

/**
 * @throws StationError SYS_004 when the port is in use, the address is not of this machine, the certificate cannot be
 *   used, or the station would be open to the network without an admin
 */
export async function serve(station: Station, options: ServeOptions): Promise<RunningServer> {
  const hostNames = (): string[] => namesOf(options.host, options.hostNames);
  refuseWithoutAdmin(options.host, () => station.access.isOpen());
  const certificate = await certificateFor(options, options.dataFolder, hostNames());
  const app = createHttpApp({
    station,
    pageFolder: options.pageFolder,
    hostNames,
    isSecure: certificate !== null,
  });
  const { headersMs, requestMs } = options.limits ?? {
    headersMs: headersLimitMs,
    requestMs: requestLimitMs,
  };
  const limits = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: restLimitMs,
    connectionsCheckingInterval: Math.min(lookEveryMs, headersMs),
  };
  const server = createAdaptorServer(
    certificate === null
      ? { fetch: app.fetch, createServer: createHttpServer, serverOptions: limits }
      : {
          fetch: app.fetch,
          createServer: createHttpsServer,
          serverOptions: { ...limits, key: certificate.key, cert: certificate.cert },
        },
  ) as Server;
  server.maxConnections = maxConnections;
  server.on('clientError', answerUnreadable);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxRequestBytes });
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    try {
      const identity = admitPreview(station, request, hostNames());
      sockets.handleUpgrade(request, socket, head, (ws) => watchPreview(ws, station, identity));
    } catch (error) {
      const { status } = errorCodes[StationError.from(error, 'REQ_001').code];
      socket.end(`HTTP/1.1 ${String(status)} Refused\r\nConnection: close\r\n\r\n`);
    }
  });
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const name = isAnyAddress(options.host) ? '127.0.0.1' : options.host;
  return {
    url: `${certificate === null ? 'http' : 'https'}://${name.includes(':') ? `[${name}]` : name}:${String(port)}`,
    fingerprint: certificate?.fingerprint ?? null,
    async close() {
      for (const ws of sockets.clients) ws.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What cannot be read as a request gets its code as well, where the connection still takes it. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { code, message } = unreadable(error.code ?? '');
  const body = JSON.stringify({ error: { code, message } });
  socket.end(
    `HTTP/1.1 ${String(errorCodes[code].status)} Refused\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`,
  );
}

function unreadable(cause: string): StationError {
  if (cause === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new StationError('REQ_007', 'The request did not come whole in time: send it faster.');
  }
  if (cause === 'HPE_HEADER_OVERFLOW' || cause === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') {
    return new StationError('REQ_005', 'The headers of the request are larger than 16 kB.');
  }
  return new StationError('REQ_001', `This is no HTTP request that can be read (${cause}).`);
}

/**
 * Without users whoever reaches the station is taken for its owner: that must be nobody but this PC.
 * @throws StationError SYS_004
 */
export function refuseWithoutAdmin(host: string, isOpen: () => boolean): void {
  if (isLoopback(host) || !isOpen()) return;
  throw new StationError(
    'SYS_004',
    `The station cannot be opened to the network (--host ${host}) before it has an admin: start it without --host and make one on its page, or run "tallywatch user add NAME --role admin".`,
    { path: 'host' },
  );
}

/** The names under which a browser may reach this station: loopback, and all of this PC's when it is open to the network. */
function namesOf(host: string, more: string): string[] {
  const others = more
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const known = ['localhost', '127.0.0.1', '[::1]', ...others];
  if (!isAnyAddress(host)) {
    return [host.includes(':') ? `[${host}]` : host.toLowerCase(), ...known];
  }
  const addresses = Object.values(os.networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));
  const name = os.hostname().toLowerCase();
  return [...new Set([name, `${name}.local`, ...addresses, ...known])];
}

function isAnyAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** @throws StationError when the request is not for the preview, comes from a foreign page, or nobody is signed in */
function admitPreview(
  station: Station,
  request: IncomingMessage,
  hostNames: readonly string[],
): Identity {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  refuseForeignHeaders(
    {
      host: header('host'),
      origin: header('origin'),
      fetchSite: header('sec-fetch-site'),
    },
    hostNames,
  );
  if (request.url?.split('?')[0] !== '/api/v1/preview') {
    throw new StationError('REQ_002', 'There is no such socket.');
  }
  const identity = station.access.identify(
    readCredentials({ header, remoteAddress: request.socket.remoteAddress }),
  );
  if (!includesRole(identity.caller().role, 'viewer')) {
    throw new StationError('ACC_001', 'Sign in first.');
  }
  return identity;
}

function watchPreview(ws: WebSocket, station: Station, identity: Identity): void {
  let stream: ByteStream | null = null;
  const sink = {
    onBytes: (bytes: Uint8Array) => {
      if (ws.bufferedAmount < maxBufferedBytes) ws.send(bytes);
    },
    onClosed: () => ws.close(1001),
  };
  const unwatch = onRightsLost({ identity, access: station.access }, () =>
    ws.close(1008, 'ACC_001 signed out'),
  );
  ws.on('message', (data) => {
    try {
      const request: unknown = JSON.parse((data as Buffer).toString('utf8'));
      if (stream) stream.update(request);
      else {
        const caller = identity.caller();
        stream = station.router.open('preview.watch', request, { caller, sink });
      }
    } catch (error) {
      const { code, message } = StationError.from(error, 'REQ_001');
      ws.close(1008, Buffer.from(`${code} ${message}`).subarray(0, 120).toString());
    }
  });
  ws.on('close', () => {
    unwatch();
    stream?.close();
  });
  ws.on('error', () => ws.terminate());
}

function listen(
  server: Server,
  { host, port }: Pick<ServeOptions, 'host' | 'port'>,
): Promise<void> {
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
