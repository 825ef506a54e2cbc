/**
 * A mail server on this PC that keeps what it is sent.
 */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { onTestFinished } from 'vitest';
import type { ChannelSettings } from '#contract/notification.ts';

export interface Mail {
  readonly to: string[];
  /** As it came over the wire */
  readonly text: string;
}

/** Listens on a port that stays the same when it is stopped and started; it takes `guard` with the password `mail secret`. */
export async function mailServer() {
  const mails: Mail[] = [];
  let port = 0;
  let server: SMTPServer | null = null;
  const start = async () => {
    const starting = new SMTPServer({
      authMethods: ['PLAIN', 'LOGIN'],
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: ({ username, password }, _session, done) => {
        if (username === 'guard' && password === 'mail secret') done(null, { user: username });
        else done(new Error(`wrong password ${String(password)}`));
      },
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          mails.push({
            to: session.envelope.rcptTo.map(({ address }) => address),
            text: Buffer.concat(chunks).toString(),
          });
          done();
        });
      },
    });
    starting.on('error', () => undefined);
    server = starting;
    await new Promise<void>((resolve) => starting.listen(port, '127.0.0.1', resolve));
    port = (starting.server.address() as AddressInfo).port;
  };
  const stop = async () => {
    const stopping = server;
    server = null;
    if (stopping === null) return;
    await new Promise<void>((resolve) => stopping.close(resolve));
  };
  await start();
  onTestFinished(stop);
  return { mails, port, start, stop };
}

/** A channel to it, without encryption. */
export function smtpSettings(port: number): Extract<ChannelSettings, { kind: 'smtp' }> {
  return {
    kind: 'smtp',
    ...{ host: '127.0.0.1', port, tls: 'none', user: 'guard' },
    ...{ from: 'station@example.com', to: ['a@example.com', 'b@example.com'] },
  };
}
