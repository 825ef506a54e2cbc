import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { concealer } from '#engine/notify/conceal.ts';
import { aChannel, aNotice, notifyRig } from '#test/notify-rig.ts';

const smtp = {
  ...({ kind: 'smtp', host: 'mail.example', port: 25, tls: 'none', user: 'guard' } as const),
  ...{ from: 'a@example.com', to: ['b@example.com'] },
};
const token = 'qZ8rT1kLmN0pXwYv';

describe('what a receiver says', () => {
  it.each([
    ['as it is', `535 unknown password pass word/1`],
    ['in an address', `no such path /pass%20word%2F1`],
    ['in JSON', JSON.stringify({ got: 'pass word/1' })],
    ['in AUTH PLAIN', Buffer.from('\0guard\0pass word/1').toString('base64')],
    ['in basic authentication', Buffer.from('guard:pass word/1').toString('base64')],
    ['up to its middle, where the answer broke off', 'unknown password pass wo'],
  ])('shows no secret %s', (_, said) => {
    const shown = concealer('pass word/1', smtp)(said);
    expect(shown).toContain('***');
    for (const spelling of ['pass wo', 'pass%20wo', 'Z3VhcmQ', 'AGd1YXJk']) {
      expect(shown).not.toContain(spelling);
    }
  });

  it('keeps every other word', () => {
    const said = '550 5.1.1 no such user here';
    expect(concealer('pass word/1', smtp)(said)).toBe(said);
    expect(concealer('', smtp)(said)).toBe(said);
    expect(concealer('no', smtp)(said)).toBe(said);
  });

  it('shows neither the path nor a key of the address that was posted to', () => {
    const conceal = concealer(`https://hooks.example/services/T0/B0/${token}`, { kind: 'slack' });
    expect(conceal(`no team at /services/T0/B0/${token}`)).toBe('no team at ***');
    expect(conceal(`key ${token} is unknown`)).toBe('key *** is unknown');
    const own = concealer('', { kind: 'webhook', url: `https://a.example/in?key=${token}` });
    expect(own(`404 for POST /in?key=${token}`)).toBe('404 for POST ***');
    expect(own(`unknown key: ${token}`)).toBe('unknown key: ***');
  });
});

describe('the reason why a notification failed', () => {
  it.each([0, 150, 165, 180, 195, 5_000])(
    'has no part of a key that is repeated after %i characters',
    async (before) => {
      const url = await receiver((request, response) => {
        response.writeHead(404).end(`${'x'.repeat(before)} ${request.url ?? ''} is unknown`);
      });
      const rig = await notifyRig();
      await rig.notifier.save(aChannel({ kind: 'slack' }), `${url}/services/T0/B0/${token}`);
      rig.notifier.send(aNotice(), ['slack']);
      await rig.notifier.settled();
      const [row] = await rig.store.notifications.list({ limit: 1 });
      const reason = JSON.stringify(row);
      expect(reason).toContain('MSG_002');
      for (let length = 4; length <= token.length; length++) {
        expect(reason).not.toContain(token.slice(0, length));
      }
    },
  );
});

async function receiver(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}
