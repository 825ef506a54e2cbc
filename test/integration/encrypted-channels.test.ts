/**
 * Mail and MQTT over TLS with the servers of Debian, whose certificates an authority of the site has signed: what it vouches for
 * gets the message, everything else gets nothing and is named.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { ChannelSettings } from '#contract/notification.ts';
import { makeAuthority, type ServerCertificate } from '#test/certificates.ts';
import { endProcess } from '#test/end-process.ts';
import { aChannel, notifyRig } from '#test/notify-rig.ts';
import { cleanUp, scratchFolder, until } from '#test/station-process.ts';

const python = '/usr/bin/python3';
const canRun = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).error === undefined;
const hasMail = spawnSync(python, ['-c', 'import aiosmtpd'], { stdio: 'ignore' }).status === 0;
const hasBroker = canRun('mosquitto', '-h') && canRun('openssl', 'version');
/** A busy PC takes long to start a program */
const startLimitMs = 60_000;

afterAll(cleanUp);

const site = makeAuthority(scratchFolder());
const stranger = makeAuthority(scratchFolder());
const good = site.sign('good', 'IP:127.0.0.1');
const elsewhere = site.sign('elsewhere', 'DNS:elsewhere.example');

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a server and waits until it listens; it ends with the test. */
async function startServer(port: number, command: string, args: readonly string[]): Promise<void> {
  const child: ChildProcess = spawn(command, args, { stdio: 'ignore' });
  onTestFinished(() => endProcess(child));
  const listens = () =>
    new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
  await until(listens, (isListening) => isListening, startLimitMs);
}

async function sendThrough(settings: ChannelSettings): Promise<unknown> {
  const rig = await notifyRig({ timeoutMs: 30_000 });
  await rig.notifier.save(aChannel(settings), '');
  return rig.notifier.test(settings.kind).then(
    () => 'delivered',
    (error: unknown) => error,
  );
}

/** What becomes of a message, by who vouches for whom. */
const stories: readonly (readonly [
  string,
  ServerCertificate,
  string | undefined,
  string | null,
])[] = [
  ['signed by the authority that the channel names', good, site.certificate, null],
  ['signed by another authority', good, stranger.certificate, 'unable to'],
  ['signed by an authority that the PC does not know', good, undefined, 'unable to'],
  ['of another host', elsewhere, site.certificate, 'altnames'],
];

function expectRefused(answer: unknown, reason: string): void {
  expect(answer).toMatchObject({ code: 'MSG_001' });
  const { message } = answer as Error;
  expect(message).toContain('has a certificate that is not trusted');
  expect(message).toContain(reason);
  expect(message).toContain('Enter the certificate of the authority');
}

describe.skipIf(!hasMail)(
  'a mail server (apt-get install python3-aiosmtpd) with a certificate',
  () => {
    async function mailServer({ cert, key }: ServerCertificate, tls: 'tls' | 'starttls') {
      const port = await freePort();
      const folder = scratchFolder();
      const box = path.join(folder, 'box');
      const files =
        tls === 'tls'
          ? ['--smtpscert', cert, '--smtpskey', key]
          : ['--tlscert', cert, '--tlskey', key];
      await startServer(port, python, [
        ...['-m', 'aiosmtpd', '-n', '-l', `127.0.0.1:${String(port)}`, ...files],
        ...['-c', 'aiosmtpd.handlers.Mailbox', box],
      ]);
      const read = (): string[] =>
        readdirSync(path.join(box, 'new')).map((name) =>
          readFileSync(path.join(box, 'new', name), 'utf8'),
        );
      return { port, read };
    }

    it.each(
      stories.flatMap(
        (story) =>
          [
            ['tls', ...story],
            ['starttls', ...story],
          ] as const,
      ),
    )('by %s, %s', async (tls, _, certificate, authority, reason) => {
      const server = await mailServer(certificate, tls);
      const answer = await sendThrough({
        ...{ kind: 'smtp', host: '127.0.0.1', port: server.port, tls, user: '' },
        ...{ from: 'station@example.com', to: ['guard@example.com'] },
        ...(authority === undefined ? {} : { authority }),
      });
      if (reason === null) {
        expect(answer).toBe('delivered');
        expect(server.read()).toMatchObject([expect.stringContaining('To: guard@example.com')]);
      } else {
        expectRefused(answer, reason);
        expect(server.read()).toEqual([]);
      }
    });
  },
);

describe.skipIf(!hasBroker)('a broker (apt-get install mosquitto) with a certificate', () => {
  async function broker({ cert, key }: ServerCertificate) {
    const port = await freePort();
    const folder = scratchFolder();
    const config = path.join(folder, 'mosquitto.conf');
    const lines = [
      `listener ${String(port)} 127.0.0.1`,
      `certfile ${cert}`,
      `keyfile ${key}`,
      'allow_anonymous true',
      'user root',
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    await startServer(port, 'mosquitto', ['-c', config]);
    return `mqtts://127.0.0.1:${String(port)}`;
  }

  it.each(stories)('%s', async (_, certificate, authority, reason) => {
    const url = await broker(certificate);
    // Somebody who does not mind listens to what arrives.
    const listener = await connectAsync(url, { rejectUnauthorized: false });
    const arrived: string[] = [];
    listener.on('message', (topic) => arrived.push(topic));
    await listener.subscribeAsync('#', { qos: 1 });
    const answer = await sendThrough({
      ...{ kind: 'mqtt', url, topic: 'site/{phase}', qos: 1, isRetained: false, user: '' },
      ...(authority === undefined ? {} : { authority }),
    });
    if (reason === null) {
      expect(answer).toBe('delivered');
      await until(
        () => arrived,
        (all) => all.length > 0,
        startLimitMs,
      );
    } else {
      expectRefused(answer, reason);
    }
    expect(arrived).toEqual(reason === null ? ['site/test'] : []);
    await listener.endAsync();
  });
});

it.each([
  ['a certificate', site.certificate, true],
  ['two of them', site.certificate + stranger.certificate, true],
  ['a key', readFileSync(good.key, 'utf8'), false],
  ['another text', 'trust me', false],
])('takes %s for an authority: %#', (_, authority, isTaken) => {
  const settings = { kind: 'mqtt', url: 'mqtts://broker', authority };
  expect(ChannelSettings.safeParse(settings).success).toBe(isTaken);
});
