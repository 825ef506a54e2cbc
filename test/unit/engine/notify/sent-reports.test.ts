/**
 * Reports on their way: to a real mail server and to a webhook, over restarts, with files that are too large or gone.
 */
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { NotificationQuery } from '#contract/notification.ts';
import { mostAttachedBytes } from '#engine/notify/attachments.ts';
import type { SentReport } from '#engine/notify/report-notice.ts';
import { mailServer, smtpSettings } from '#test/mail-server.ts';
import { aChannel, notifyRig, webReceiver } from '#test/notify-rig.ts';
import { tempFolder } from '#test/store.ts';

const all = NotificationQuery.parse({ limit: 500 });
const hour = 3_600_000;
/** The day in Vietnam, where the station of the rig stands */
const day = { from: Date.UTC(2026, 6, 1, 17), to: Date.UTC(2026, 6, 2, 17) };

function aReport(files: Readonly<Record<string, Buffer>>): SentReport {
  const folder = tempFolder();
  return {
    ...{ id: 'daily', name: 'Cổng chính', ...day },
    files: Object.entries(files).map(([name, content]) => {
      const file = path.join(folder, name);
      writeFileSync(file, content);
      return { name, path: file, type: name.endsWith('.pdf') ? 'application/pdf' : 'text/csv' };
    }),
  };
}

/** The files of a mail by name, decoded. */
function filesOf(mail: string): Record<string, Buffer> {
  const parts = mail.split(/^--[^\r\n]+\r$/m).filter((part) => /filename=/.test(part));
  return Object.fromEntries(
    parts.map((part) => {
      const [head = '', body = ''] = part.split('\r\n\r\n', 2);
      return [/filename=(\S+)/.exec(head)?.[1] ?? '', Buffer.from(body, 'base64')];
    }),
  );
}

/** Its text and HTML without the line ends that mail puts into them. */
function wordsOf(mail: string): string {
  const bytes = Buffer.from(
    mail
      .replaceAll('=\r\n', '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))),
    'latin1',
  );
  return bytes.toString();
}

const pdf = Buffer.from('%PDF-1.7\n\u0000\u00ff…', 'utf8');
const csv = Buffer.from('\ufefffrom,to\r\n');

describe('a report by mail', () => {
  it('has its files attached, and a subject that says what it is of', async () => {
    const rig = await notifyRig();
    const mail = await mailServer();
    await rig.notifier.save(aChannel(smtpSettings(mail.port), { language: 'vi' }), 'mail secret');
    const missed = await rig.notifier.sendReport(aReport({ 'a.pdf': pdf, 'b.csv': csv }), ['smtp']);
    await rig.notifier.settled();
    expect(missed).toEqual([]);
    const [{ text, to } = { text: '', to: [] }] = mail.mails;
    expect(to).toEqual(['a@example.com', 'b@example.com']);
    expect(filesOf(text)).toEqual({ 'a.pdf': pdf, 'b.csv': csv });
    expect(text).toMatch(/^X-Tallywatch-Event: report\r$/m);
    expect(wordsOf(text)).toContain('2 thg 7, 2026 (Asia/Ho_Chi_Minh)');
    const [row] = await rig.store.notifications.list(all);
    expect(row).toMatchObject({
      ...{ state: 'delivered', phase: 'report', metric: 'report' },
      detail: 'Cổng chính: a.pdf, b.csv',
    });
  });

  it('waits in the outbox without its files while the server is away, also over a restart and two days', async () => {
    const rig = await notifyRig();
    const mail = await mailServer();
    await rig.notifier.save(aChannel(smtpSettings(mail.port)), 'mail secret');
    await mail.stop();
    const content = Buffer.alloc(1_000_000, 'x');
    await rig.notifier.sendReport(aReport({ 'a.pdf': content }), ['smtp']);
    await rig.notifier.settled();
    const [waiting] = await rig.store.notifications.waiting('smtp');
    expect(waiting?.notice.length).toBeLessThan(1000);
    await rig.restart();
    for (let passed = 0; passed < 48; passed += 1) await rig.pass(hour);
    await mail.start();
    await rig.pass(hour);
    expect(mail.mails.map(({ text }) => filesOf(text)['a.pdf']?.length)).toEqual([1_000_000]);
  });

  it('names what is too large with its path, and sends the rest', async () => {
    const rig = await notifyRig();
    const mail = await mailServer();
    await rig.notifier.save(aChannel(smtpSettings(mail.port)), 'mail secret');
    const large = Buffer.alloc(mostAttachedBytes + 1);
    const report = aReport({ 'a.csv': large, 'b.pdf': pdf, 'gone.csv': csv });
    const [first, , gone] = report.files;
    rmSync(gone?.path ?? '');
    await rig.notifier.sendReport(report, ['smtp']);
    await rig.notifier.settled();
    const text = mail.mails[0]?.text ?? '';
    expect(Object.keys(filesOf(text))).toEqual(['b.pdf']);
    expect(wordsOf(text)).toContain(
      `a.csv (not attached, 7 MB are too large: it lies on the PC at ${first?.path ?? ''})`,
    );
    expect(wordsOf(text)).toContain('gone.csv (not attached, it was removed from the PC');
  });
});

describe('a report by webhook', () => {
  it('carries its files in signed JSON, and names those that are too large', async () => {
    const rig = await notifyRig();
    const receiver = await webReceiver();
    await rig.notifier.save(aChannel({ kind: 'webhook', url: receiver.url }), 'top secret');
    const report = aReport({ 'a.pdf': pdf, 'b.csv': Buffer.alloc(mostAttachedBytes) });
    await rig.notifier.sendReport(report, ['webhook']);
    await rig.notifier.settled();
    const [got] = receiver.received;
    const [small, large] = report.files;
    expect(got?.headers).toMatchObject({
      'tallywatch-event': 'report',
      'tallywatch-signature': expect.stringMatching(/^t=\d+,v1=[0-9a-f]{64}$/) as string,
    });
    expect(JSON.parse(got?.body ?? '')).toEqual({
      ...{ version: 1, event: 'report', station: 'station-1' },
      id: got?.headers['idempotency-key'],
      report: {
        ...{ id: 'daily', name: 'Cổng chính' },
        ...{ from: '2026-07-01T17:00:00.000Z', to: '2026-07-02T17:00:00.000Z' },
        files: [
          {
            ...{ ...small, bytes: pdf.length, data: pdf.toString('base64') },
            sha256: createHash('sha256').update(pdf).digest('hex'),
          },
          { ...large, bytes: mostAttachedBytes, data: null, sha256: null },
        ],
      },
      text: {
        subject: 'Report: Cổng chính – 2 Jul 2026',
        sentence: 'The station has written this report; its files are attached.',
      },
      url: 'https://station.example/#/counts/reports',
    });
  });
});

describe('channels that cannot take a report', () => {
  it('are named, and nothing is sent through them', async () => {
    const rig = await notifyRig();
    const receiver = await webReceiver();
    const hook = aChannel({ kind: 'webhook', url: receiver.url });
    await rig.notifier.save({ ...hook, isEnabled: false }, '');
    await rig.notifier.save(aChannel({ kind: 'slack' }), receiver.url);
    const wanted = ['webhook', 'slack', 'removed'];
    expect(await rig.notifier.sendReport(aReport({ 'a.pdf': pdf }), wanted)).toEqual(wanted);
    expect(await rig.store.notifications.list(all)).toEqual([]);
    expect(receiver.received).toEqual([]);
  });
});
