/**
 * Real receivers: a mail server, an MQTT broker, and the endpoints of Slack and PagerDuty by their published form.
 */
import { Aedes } from 'aedes';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ChannelSettings } from '#contract/notification.ts';
import { mailServer, smtpSettings } from '#test/mail-server.ts';
import { aChannel, aNotice, notifyRig, webReceiver } from '#test/notify-rig.ts';

async function broker() {
  const messages: { topic: string; payload: string; qos: number; retain: boolean }[] = [];
  let port = 0;
  let running: { aedes: Aedes; server: Server } | null = null;
  const start = async () => {
    const aedes = await Aedes.createBroker({
      authenticate: (_client, user, password, done) => {
        const isKnown = user === 'guard' && password?.toString() === 'mqtt secret';
        done(isKnown ? null : Object.assign(new Error('no'), { returnCode: 5 as const }), isKnown);
      },
    });
    aedes.on('publish', ({ topic, payload, qos, retain }, client) => {
      if (client !== null) messages.push({ topic, payload: payload.toString(), qos, retain });
    });
    const server = createServer((socket) => aedes.handle(socket));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    running = { aedes, server };
  };
  const stop = async () => {
    const stopping = running;
    running = null;
    if (stopping === null) return;
    const closed = new Promise((resolve) => stopping.server.close(resolve));
    await new Promise<void>((resolve) => stopping.aedes.close(resolve));
    await closed;
  };
  await start();
  onTestFinished(stop);
  return { messages, url: `mqtt://127.0.0.1:${String(port)}`, start, stop };
}

function mqttSettings(url: string, topic: string): ChannelSettings {
  return { kind: 'mqtt', url, topic, qos: 1, isRetained: true, user: 'guard' };
}

describe('a mail server', () => {
  it('gets text and HTML, in one thread per alert, once each, also when it was dead meanwhile', async () => {
    const rig = await notifyRig();
    const mail = await mailServer();
    const settings = smtpSettings(mail.port);
    await rig.notifier.save(aChannel(settings, { language: 'vi' }), 'mail secret');
    rig.notifier.send(aNotice({ severity: 'critical' }), ['smtp']);
    await rig.notifier.settled();
    await mail.stop();
    rig.notifier.send(aNotice({ severity: 'critical', phase: 'resolved' }), ['smtp']);
    await rig.notifier.settled();
    expect(mail.mails).toHaveLength(1);
    await rig.restart();
    await mail.start();
    await rig.pass(5_000);
    expect(mail.mails).toHaveLength(2);
    const [first, second] = mail.mails;
    expect(first?.to).toEqual(['a@example.com', 'b@example.com']);
    expect(first?.text).toMatch(/^X-Tallywatch-Event: alert\.firing\r$/m);
    expect(second?.text).toMatch(/^X-Tallywatch-Event: alert\.resolved\r$/m);
    for (const { text } of mail.mails) {
      expect(text).toMatch(/^References: <alert-alert-1@tallywatch>\r$/m);
      expect(text).toMatch(/^Message-ID: <[\w-]+@tallywatch>\r$/m);
      expect(text).toContain('Content-Type: text/html; charset=utf-8');
    }
  });

  it('that refuses the password is named without it', async () => {
    const rig = await notifyRig();
    const mail = await mailServer();
    const settings = smtpSettings(mail.port);
    await rig.notifier.save(aChannel(settings), 'a wrong one');
    const error: unknown = await rig.notifier.test('smtp').catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'MSG_002' });
    expect(String(error)).toContain('refused user or password');
    expect(String(error)).not.toContain('a wrong one');
  });

  it('that does not encrypt as it should gets nothing', async () => {
    const rig = await notifyRig();
    const mail = await mailServer();
    const settings = { ...smtpSettings(mail.port), tls: 'starttls' as const };
    await rig.notifier.save(aChannel(settings), 'mail secret');
    await expect(rig.notifier.test('smtp')).rejects.toMatchObject({ code: 'MSG_001' });
    expect(mail.mails).toEqual([]);
  });
});

describe('an MQTT broker', () => {
  it('gets each step on its topic, in order, also when it was dead meanwhile', async () => {
    const rig = await notifyRig();
    const mqtt = await broker();
    const settings = mqttSettings(mqtt.url, 'site/{camera}/{metric}/{phase}');
    await rig.notifier.save(aChannel(settings), 'mqtt secret');
    rig.notifier.send(aNotice(), ['mqtt']);
    await rig.notifier.settled();
    await mqtt.stop();
    rig.notifier.send(aNotice({ phase: 'acknowledged' }), ['mqtt']);
    rig.notifier.send(aNotice({ phase: 'resolved', cameraId: 'a/b+#' }), ['mqtt']);
    await rig.notifier.settled();
    await mqtt.start();
    await rig.pass(5_000);
    expect(mqtt.messages.map(({ topic, qos, retain }) => [topic, qos, retain])).toEqual([
      ['site/gate/camera-offline/firing', 1, true],
      ['site/gate/camera-offline/acknowledged', 1, true],
      ['site/a_b__/camera-offline/resolved', 1, true],
    ]);
    expect(JSON.parse(mqtt.messages[0]?.payload ?? '')).toMatchObject({
      event: 'alert.firing',
      alert: { id: 'alert-1', camera: { id: 'gate' } },
    });
  });

  it('that refuses the password is named without it', async () => {
    const rig = await notifyRig();
    const mqtt = await broker();
    const settings = mqttSettings(mqtt.url, 'a');
    await rig.notifier.save(aChannel(settings), 'a wrong one');
    const error: unknown = await rig.notifier.test('mqtt').catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'MSG_002' });
    expect(String(error)).not.toContain('a wrong one');
  });
});

describe('Slack', () => {
  it('gets a text and blocks in which nothing of ours is taken for its own signs', async () => {
    const rig = await notifyRig();
    const slack = await webReceiver();
    await rig.notifier.save(aChannel({ kind: 'slack' }), `${slack.url}/services/T0/B0/key`);
    await slack.stop();
    rig.notifier.send(aNotice({ detail: 'Look <!channel> & go' }), ['slack']);
    await rig.notifier.settled();
    await slack.start();
    await rig.pass(5_000);
    expect(slack.received).toHaveLength(1);
    const [got] = slack.received;
    expect(got?.path).toBe('/services/T0/B0/key');
    const body = JSON.parse(got?.body ?? '') as { text: string; blocks: { type: string }[] };
    expect(body.text).toBe(
      '[warning] Alert: Camera offline – Cổng &lt;chính&gt;. Look &lt;!channel&gt; &amp; go',
    );
    expect(body.blocks.map(({ type }) => type)).toEqual([
      ...['header', 'section', 'section', 'section', 'actions'],
    ]);
  });

  it('that refuses is named without its address', async () => {
    const rig = await notifyRig();
    const slack = await webReceiver();
    await rig.notifier.save(aChannel({ kind: 'slack' }), `${slack.url}/services/T0/B0/key`);
    slack.answer(404);
    const error: unknown = await rig.notifier.test('slack').catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'MSG_002' });
    expect(String(error)).not.toContain('/services/');
  });
});

describe('PagerDuty', () => {
  it('gets one incident per alert: opened, acknowledged, resolved', async () => {
    const rig = await notifyRig();
    const pager = await webReceiver();
    pager.answer(202);
    const settings = { kind: 'pagerduty', apiUrl: `${pager.url}/` } as const;
    await rig.notifier.save(aChannel(settings), 'routing-key-of-32-signs');
    await pager.stop();
    const steps = ['firing', 'escalated', 'acknowledged', 'resolved'] as const;
    for (const phase of steps) {
      rig.notifier.send(aNotice({ phase, severity: 'critical' }), ['pagerduty']);
    }
    await rig.notifier.settled();
    await pager.start();
    await rig.pass(5_000);
    const bodies = pager.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(pager.received[0]?.path).toBe('/v2/enqueue');
    expect(bodies.map((body) => [body['event_action'], body['dedup_key']])).toEqual([
      ['trigger', 'alert-1'],
      ['trigger', 'alert-1'],
      ['acknowledge', 'alert-1'],
      ['resolve', 'alert-1'],
    ]);
    expect(bodies[0]).toMatchObject({
      routing_key: 'routing-key-of-32-signs',
      client_url: 'https://station.example/#/alerts',
      payload: { severity: 'critical', source: 'station-1: Cổng <chính>' },
    });
  });

  it('has no incident left open by a test', async () => {
    const rig = await notifyRig();
    const pager = await webReceiver();
    await rig.notifier.save(aChannel({ kind: 'pagerduty', apiUrl: pager.url }), 'routing-key');
    await rig.notifier.test('pagerduty');
    const bodies = pager.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(bodies.map((body) => body['event_action'])).toEqual(['trigger', 'resolve']);
    expect(new Set(bodies.map((body) => body['dedup_key'])).size).toBe(1);
  });
});
