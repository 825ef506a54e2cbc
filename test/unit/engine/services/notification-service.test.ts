/**
 * Channels at the doors of a station: who may change them, and that a secret which went in never comes out.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Channel } from '#contract/notification.ts';
import { silentLogger } from '#engine/base/log.ts';
import { plainSeal } from '#test/notify-rig.ts';
import { createNotifier, type Notifier } from '#engine/notify/notifier.ts';
import type { Handlers } from '#engine/router.ts';
import { createNotificationService } from '#engine/services/notification-service.ts';
import {
  accessRig,
  type AccessRig,
  codeOf,
  cookieOf,
  password,
  withUsers,
} from '#test/access-rig.ts';
import { aNotice, webReceiver } from '#test/notify-rig.ts';

const signingSecret = 'signing-secret-of-the-hook';
const slackAddress = 'https://hooks.slack.example/services/T0/B0/key-of-slack';

describe('channels at the doors', () => {
  let rig: AccessRig;
  let notifier: Notifier;
  let admin: Record<string, string>;
  let operator: Record<string, string>;

  beforeAll(async () => {
    // The services need the store, which comes with the doors.
    const late: { handlers: Partial<Handlers> } = { handlers: {} };
    const names = ['channel.list', 'channel.save', 'channel.remove', 'channel.test'] as const;
    const services = Object.fromEntries(
      [...names, 'notification.list' as const].map((name) => [
        name,
        (input: never, context: never) => late.handlers[name]?.(input, context),
      ]),
    );
    rig = await accessRig(services);
    const { store, clock } = rig;
    notifier = await createNotifier({
      ...{ store, clock, log: silentLogger, seal: plainSeal, random: () => 0 },
      later: () => () => undefined,
      around: {
        ...{ station: 'station-1', timeZone: 'UTC', pageUrl: null },
        cameraName: (id) => id,
      },
      notify: () => undefined,
    });
    late.handlers = createNotificationService({ notifier, store, clock });
    await withUsers(rig);
    admin = { cookie: cookieOf(await rig.signIn('admin', password)) };
    operator = { cookie: cookieOf(await rig.signIn('operator', password)) };
  });
  afterAll(async () => {
    await notifier.close();
    await rig.close();
  });

  const call = (name: string, body: unknown, headers = admin) =>
    rig.send(`/api/v1/call/${name}`, { headers, body });
  const save = (body: unknown) => call('channel.save', body);
  const list = async (headers = admin) =>
    (await (await call('channel.list', {}, headers)).json()) as Channel[];

  it('take a secret and show only that there is one', async () => {
    const url = 'https://hook.example/path-of-hook';
    const hook = { name: 'Trực cổng', settings: { kind: 'webhook', url }, secret: signingSecret };
    const saved = (await (await save(hook)).json()) as Channel;
    expect(saved).toMatchObject({ id: 'truc-cong', hasSecret: true, state: { state: 'unused' } });
    await save({ name: 'Slack', settings: { kind: 'slack' }, secret: slackAddress });
    const asOperator = await list(operator);
    expect(asOperator.map(({ settings }) => settings)).toEqual([
      { kind: 'slack' },
      { kind: 'webhook', url: 'https://hook.example/' },
    ]);
    const audit = await (await call('audit.list', {})).text();
    const all = JSON.stringify([saved, await list(), asOperator]) + audit;
    expect(audit).toContain('channel.save');
    expect(all).not.toContain(signingSecret);
    expect(all).not.toContain('key-of-slack');
  });

  it('keep a secret that is left out, for the same receiver only', async () => {
    const settings = { kind: 'webhook', url: 'https://hook.example/other-path' };
    const change = { id: 'truc-cong', name: 'Gate', settings };
    expect(await (await save(change)).json()).toMatchObject({ name: 'Gate', hasSecret: true });
    const elsewhere = { ...change, settings: { ...settings, url: 'https://thief.example/' } };
    expect(await codeOf(await save(elsewhere))).toBe('REQ_001');
    expect(await codeOf(await save({ ...elsewhere, secret: 'a new one' }))).toBe('ok');
    expect(await codeOf(await save({ ...change, secret: '' }))).toBe('ok');
    expect((await list()).find(({ id }) => id === 'truc-cong')?.hasSecret).toBe(false);
  });

  it.each([
    ['Slack without its address', { kind: 'slack' }, undefined],
    ['Slack without encryption', { kind: 'slack' }, 'http://hooks.slack.example/services/x'],
    ['PagerDuty without its key', { kind: 'pagerduty' }, undefined],
    ['an unencrypted webhook', { kind: 'webhook', url: 'http://hook.example/' }, undefined],
    ['a password in an address', { kind: 'webhook', url: 'https://a:b@hook.example/' }, undefined],
    ['another scheme', { kind: 'webhook', url: 'file:///etc/passwd' }, undefined],
    ['a topic with wildcards', { kind: 'mqtt', url: 'mqtt://broker', topic: 'a/#' }, undefined],
    ['a password in a broker', { kind: 'mqtt', url: 'mqtt://a:b@broker' }, undefined],
    ['mail to nobody', { kind: 'smtp', host: 'mail', from: 'a@example.com', to: [] }, undefined],
    [
      'a mail address with a line end',
      { kind: 'smtp', host: 'mail', from: 'a@example.com\r\nBcc: x', to: ['b@example.com'] },
      undefined,
    ],
    ['an unknown kind', { kind: 'pigeon' }, undefined],
    ['an unknown field', { kind: 'slack', url: 'https://a.example' }, 'https://a.example/'],
  ])('refuse %s', async (_, settings, secret) => {
    const answer = await save({ name: 'x', settings, ...(secret === undefined ? {} : { secret }) });
    expect(await codeOf(answer)).toBe('REQ_001');
  });

  it('are tested, and every delivery is listed with its outcome', async () => {
    const receiver = await webReceiver();
    const settings = { kind: 'webhook', url: receiver.url };
    await save({ id: 'local', name: 'Local', settings });
    expect(await codeOf(await call('channel.test', { id: 'local' }))).toBe('ok');
    expect(receiver.received[0]?.headers['tallywatch-event']).toBe('alert.test');
    receiver.answer(403);
    expect(await codeOf(await call('channel.test', { id: 'local' }))).toBe('MSG_002');
    expect(await codeOf(await call('channel.test', { id: 'nobody' }))).toBe('REQ_002');
    receiver.answer(200);
    notifier.send(aNotice({ alertId: 'a' }), ['local']);
    notifier.send(aNotice({ alertId: 'b' }), ['local']);
    await notifier.settled();
    const rows = await call('notification.list', { channelId: 'local', alertId: 'b' }, operator);
    expect(await rows.json()).toMatchObject([
      { alertId: 'b', state: 'delivered', attempts: 1, cameraId: 'gate', error: null },
    ]);
    expect(await codeOf(await call('channel.remove', { id: 'local' }))).toBe('ok');
    expect(await codeOf(await call('channel.remove', { id: 'local' }))).toBe('REQ_002');
  });
});
