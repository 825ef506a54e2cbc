import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NotificationQuery } from '#contract/notification.ts';
import { aChannel, aNotice, type NotifyRig, notifyRig, webReceiver } from '#test/notify-rig.ts';

const all = NotificationQuery.parse({ limit: 500 });
const minute = 60_000;

async function rows(rig: NotifyRig) {
  return (await rig.store.notifications.list(all)).toReversed();
}

async function webhookRig() {
  const rig = await notifyRig();
  const receiver = await webReceiver();
  const hook = aChannel({ kind: 'webhook', url: `${receiver.url}/alerts?site=1` });
  await rig.notifier.save(hook, 'top secret');
  const phases = () => receiver.received.map(({ headers }) => String(headers['tallywatch-event']));
  return { rig, receiver, hook, phases };
}

describe('a webhook', () => {
  it('gets signed JSON with a key that tells a repetition', async () => {
    const { rig, receiver } = await webhookRig();
    rig.notifier.send(aNotice({ value: 61.5, limit: 60, unit: 's' }), ['webhook', 'unknown']);
    await rig.notifier.settled();
    const [got] = receiver.received;
    const [row] = await rows(rig);
    const seconds = Math.floor(rig.clock.now() / 1000);
    const digest = createHmac('sha256', 'top secret')
      .update(`${String(seconds)}.${got?.body ?? ''}`)
      .digest('hex');
    expect(got?.path).toBe('/alerts?site=1');
    expect(got?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'tallywatch-event': 'alert.firing',
      'tallywatch-signature': `t=${String(seconds)},v1=${digest}`,
      'idempotency-key': row?.key,
    });
    expect(JSON.parse(got?.body ?? '')).toMatchObject({
      version: 1,
      id: row?.key,
      station: 'station-1',
      alert: { id: 'alert-1', camera: { id: 'gate', name: 'Cổng <chính>' }, value: 61.5 },
      url: 'https://station.example/#/alerts',
    });
    expect(row).toMatchObject({ state: 'delivered', attempts: 1, error: null });
  });

  it('is not followed to where it redirects', async () => {
    const { rig, receiver } = await webhookRig();
    const other = await webReceiver();
    receiver.answer(307, { location: other.url });
    await expect(rig.notifier.test('webhook')).rejects.toMatchObject({ code: 'MSG_002' });
    expect(other.received).toEqual([]);
  });

  it('that never answers is left after its time', async () => {
    const rig = await notifyRig({ timeoutMs: 50 });
    const receiver = await webReceiver();
    receiver.answer('silent');
    await rig.notifier.save(aChannel({ kind: 'webhook', url: receiver.url }), '');
    await expect(rig.notifier.test('webhook')).rejects.toMatchObject({
      code: 'MSG_001',
      message: expect.stringContaining('did not answer within 0.05 s') as string,
    });
  });
});

describe('the outbox', () => {
  it('keeps what a dead receiver missed and sends it in order when it is back', async () => {
    const { rig, receiver, phases } = await webhookRig();
    await receiver.stop();
    for (const phase of ['firing', 'escalated', 'acknowledged'] as const) {
      rig.notifier.send(aNotice({ phase }), ['webhook']);
    }
    await rig.notifier.settled();
    await rig.pass(5_000);
    await rig.pass(10_000);
    expect(rig.notifier.state('webhook')).toMatchObject({
      state: 'failing',
      failures: 3,
      error: { code: 'MSG_001' },
      nextTryAt: rig.clock.now() + 18_000,
    });
    expect(rig.announced).toEqual([
      expect.stringMatching(/^error MSG_001 The channel "webhook" does not deliver/),
    ]);
    await receiver.start();
    await rig.pass(20_000);
    expect(phases()).toEqual(['alert.firing', 'alert.escalated', 'alert.acknowledged']);
    expect(rig.notifier.state('webhook').state).toBe('working');
    expect(rig.announced[1]).toMatch(/^info - .*delivers notifications again/);
    expect((await rows(rig)).map(({ attempts }) => attempts)).toEqual([4, 1, 1]);
  });

  it('goes on after a restart, with the state of the channel', async () => {
    const { rig, receiver, phases } = await webhookRig();
    await receiver.stop();
    rig.notifier.send(aNotice(), ['webhook']);
    rig.notifier.send(aNotice({ phase: 'resolved' }), ['webhook']);
    await rig.notifier.settled();
    await rig.pass(5_000);
    await rig.pass(10_000);
    const before = await rows(rig);
    await rig.restart();
    await rig.notifier.settled();
    expect(rig.notifier.state('webhook')).toMatchObject({ state: 'failing', failures: 3 });
    await receiver.start();
    await rig.pass(minute);
    expect(phases()).toEqual(['alert.firing', 'alert.resolved']);
    expect(receiver.received.map(({ headers }) => headers['idempotency-key'])).toEqual(
      before.map(({ key }) => key),
    );
  });

  it('lets neither a slow channel nor one refused alert hold up others', async () => {
    const { rig, receiver, phases } = await webhookRig();
    const slow = await webReceiver();
    slow.answer('silent');
    await rig.notifier.save(aChannel({ kind: 'webhook', url: slow.url }, { id: 'slow' }), '');
    receiver.answer(422);
    rig.notifier.send(aNotice({ alertId: 'refused' }), ['webhook']);
    await rig.notifier.settled();
    receiver.answer(200);
    rig.notifier.send(aNotice({ alertId: 'other', phase: 'resolved' }), ['slow', 'webhook']);
    await expect.poll(phases).toContain('alert.resolved');
    expect((await rows(rig)).find(({ channelId }) => channelId === 'slow')?.state).toBe('waiting');
  });

  it('gives up an hour after it began, and a day after for what is critical', async () => {
    const { rig, receiver } = await webhookRig();
    await receiver.stop();
    rig.notifier.send(aNotice(), ['webhook']);
    rig.notifier.send(aNotice({ alertId: 'fire', severity: 'critical' }), ['webhook']);
    await rig.notifier.settled();
    for (let passed = 0; passed < 61; passed += 1) await rig.pass(minute);
    expect((await rows(rig)).map(({ state }) => state)).toEqual(['failed', 'waiting']);
    rig.clock.set(rig.clock.now() + 86_400_000);
    await rig.pass(minute);
    expect((await rows(rig)).map(({ state }) => state)).toEqual(['failed', 'failed']);
    expect((await rows(rig))[0]?.error).toMatchObject({ code: 'MSG_001' });
  });

  it('waits as long as a receiver asks', async () => {
    const { rig, receiver } = await webhookRig();
    receiver.answer(429, { 'retry-after': '120' });
    rig.notifier.send(aNotice(), ['webhook']);
    await rig.notifier.settled();
    expect((await rows(rig))[0]).toMatchObject({
      nextTryAt: rig.clock.now() + 120_000,
      error: { code: 'MSG_002' },
    });
  });

  it('drops the oldest of the least serious when a thousand wait, and counts it', async () => {
    const { rig, hook } = await webhookRig();
    await rig.notifier.save(hook, '');
    const row = { channelId: 'webhook', phase: 'firing', metric: 'disk', cameraId: null } as const;
    await rig.store.notifications.add(
      Array.from({ length: 1_003 }, (_, index) => ({
        ...{ ...row, alertId: 'a', key: String(index), createdAt: 1 },
        severity: index % 2 === 0 ? ('critical' as const) : ('info' as const),
        notice: JSON.stringify(aNotice()),
      })),
    );
    expect(await rig.store.notifications.counts()).toEqual([
      { channelId: 'webhook', waiting: 1_000 },
    ]);
    const [channel] = await rig.store.channels.list();
    expect(channel?.dropped).toBe(3);
    const kept = (await rows(rig)).map(({ key }) => key);
    expect(kept.some((key) => ['1', '3', '5'].includes(key))).toBe(false);
  });

  it('tells a channel only what it wants, and nothing while it is off', async () => {
    const { rig, hook } = await webhookRig();
    await rig.notifier.save({ ...hook, minSeverity: 'critical' }, '');
    rig.notifier.send(aNotice(), ['webhook']);
    await rig.notifier.save({ ...hook, isEnabled: false }, '');
    rig.notifier.send(aNotice({ severity: 'critical' }), ['webhook']);
    await rig.notifier.settled();
    expect(await rows(rig)).toEqual([]);
  });

  it('gives up what waits in a channel that is removed', async () => {
    const { rig, receiver } = await webhookRig();
    await receiver.stop();
    rig.notifier.send(aNotice(), ['webhook']);
    await rig.notifier.settled();
    await rig.notifier.remove('webhook');
    expect(await rows(rig)).toMatchObject([{ state: 'failed', error: { code: 'REQ_002' } }]);
  });
});
