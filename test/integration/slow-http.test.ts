/**
 * A client that sends its request a byte at a time holds its connection no longer than the limits allow.
 */
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { accessRig } from '#test/access-rig.ts';
import { serve } from '#server/serve.ts';

const limits = { headersMs: 300, requestMs: 600 };

async function served(): Promise<{ host: string; port: number }> {
  const rig = await accessRig();
  const server = await serve(rig.station, {
    ...{ host: '127.0.0.1', port: 0, hostNames: '', tls: 'off', tlsCertificate: '', tlsKey: '' },
    ...{ pageFolder: null, dataFolder: rig.folder, limits },
  });
  onTestFinished(async () => {
    await server.close();
    await rig.close();
  });
  const { hostname, port } = new URL(server.url);
  return { host: hostname, port: Number(port) };
}

describe('a slow request', () => {
  it.each([
    ['in its head', 'POST /api/v1/call/session.get HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: '],
    [
      'in its body',
      'POST /api/v1/call/session.get HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n',
    ],
  ])('is ended %s with its code', { timeout: 120_000 }, async (_, start) => {
    const { host, port } = await served();
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, host);
      let text = '';
      socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
      socket.on('error', () => undefined);
      socket.write(start);
      const drip = setInterval(() => socket.write('a'), 50);
      socket.on('close', () => {
        clearInterval(drip);
        resolve(text);
      });
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"REQ_007"');
  });
});
