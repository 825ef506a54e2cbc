/**
 * `protocol.handle` for Chromium, which knows no schemes of ours: scheme://host/ becomes http://host.scheme.localhost/
 * on a loopback port, an origin of its own that counts as secure.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Handler = (request: Request) => Response | Promise<Response>;

const handlers = new Map<string, Handler>();
let port: Promise<number> | null = null;

export const protocol = {
  registerSchemesAsPrivileged: () => undefined,
  handle: (scheme: string, handler: Handler) => void handlers.set(scheme, handler),
  unhandle: (scheme: string) => void handlers.delete(scheme),
  isProtocolHandled: (scheme: string) => handlers.has(scheme),
};

/** The address that Chromium loads for an address of the app. */
export async function toChromium(url: string): Promise<string> {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)(.*)$/.exec(url);
  if (match === null || !handlers.has(match[1]!)) return url;
  port ??= listen();
  return `http://${match[2]!}.${match[1]!}.localhost:${await port}${match[3] === '' ? '/' : match[3]!}`;
}

/** The address that the app knows for an address of Chromium. */
export function fromChromium(url: string): string {
  return url.replace(/^http:\/\/([^/]*)\.([a-z][a-z0-9+-]*)\.localhost:\d+/, '$2://$1');
}

function listen(): Promise<number> {
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  server.unref();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = fromChromium(`http://${request.headers.host ?? ''}${request.url ?? '/'}`);
  const handler = handlers.get(url.split(':')[0]!);
  if (handler === undefined) {
    response.writeHead(404).end();
    return;
  }
  const answer = await handler(new Request(url, { method: request.method ?? 'GET' }));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
}
