/**
 * Serves a folder of releases on the site's own network, as the stations' feed of updates; signs the lists in it.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { StationError } from '#contract/error.ts';
import { newFeedKeys, publicKeyOf, signatureEnding, signFeed } from '#engine/update/signed-feed.ts';

/** What a release consists of; nothing else in the folder is given out. */
const releaseFile = /^\/[\w.+ -]+\.(yml|yml\.sig|exe|AppImage|deb|blockmap)$/;
const listFile = /\.yml$/;
const shareLine = /^stagingPercentage:.*\n?/m;

export interface UpdateServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface UpdateServerOptions {
  readonly folder: string;
  readonly host: string;
  /** 0 takes a free one */
  readonly port: number;
  /** Called for each file that was asked for */
  readonly onAsked?: (line: string) => void;
}

/** Rejects with SYS_004 when there is no such folder or the port is taken. */
export async function serveUpdates(options: UpdateServerOptions): Promise<UpdateServer> {
  const { folder, host, port, onAsked = () => undefined } = options;
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new StationError('SYS_004', `There is no folder ${folder} with releases.`);
  }
  const app = new Hono();
  app.use('*', async (context, next) => {
    const { pathname } = new URL(context.req.url);
    if (!releaseFile.test(decodeURIComponent(pathname))) return context.text('no release', 404);
    await next();
    context.header('Cache-Control', 'no-store');
    context.header('X-Content-Type-Options', 'nosniff');
    onAsked(`${String(context.res.status)} ${pathname}`);
    return undefined;
  });
  app.get('*', serveStatic({ root: path.relative(process.cwd(), folder) || '.' }));
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new StationError(
          'SYS_004',
          `The port ${String(port)} cannot be used (${(cause as NodeJS.ErrnoException).code ?? ''}): choose another with --port.`,
          { cause },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${String(address.port)}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Signing {
  /** What stations need in the setting `updateKey` */
  readonly publicKey: string;
  /** Names of the lists that were signed */
  readonly lists: readonly string[];
  readonly isNewKey: boolean;
}

/**
 * Signs every list of a folder with the private key in a file, which is made where it is missing.
 * @param sharePercent to how many of all stations the release is offered; null leaves the lists as they are
 * @throws StationError SYS_004 when the key file is none, REQ_002 when there is nothing to sign
 */
export function signUpdates(
  folder: string,
  { keyFile, sharePercent }: { readonly keyFile: string; readonly sharePercent: number | null },
): Signing {
  const lists = existsSync(folder) ? readdirSync(folder).filter((name) => listFile.test(name)) : [];
  if (lists.length === 0) {
    throw new StationError(
      'REQ_002',
      `There is no list of a release (latest.yml, latest-linux.yml) in ${folder}: build one with "npm run dist".`,
    );
  }
  const isNewKey = !existsSync(keyFile);
  if (isNewKey) writeFileSync(keyFile, newFeedKeys().privatePem, { mode: 0o600, flag: 'wx' });
  const privatePem = readFileSync(keyFile, 'utf8');
  let publicKey: string;
  try {
    publicKey = publicKeyOf(privatePem);
  } catch (cause) {
    throw new StationError('SYS_004', `${keyFile} is no private key.`, { cause });
  }
  for (const name of lists) {
    const file = path.join(folder, name);
    const text = withShare(readFileSync(file, 'utf8'), sharePercent);
    writeFileSync(file, text);
    writeFileSync(`${file}${signatureEnding}`, `${signFeed(text, privatePem)}\n`);
  }
  return { publicKey, lists, isNewKey };
}

function withShare(text: string, sharePercent: number | null): string {
  if (sharePercent === null) return text;
  const rest = text.replace(shareLine, '').replace(/\n?$/, '\n');
  return sharePercent === 100 ? rest : `${rest}stagingPercentage: ${String(sharePercent)}\n`;
}
