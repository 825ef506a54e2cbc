/**
 * Reports of a real station over a month that was written before: over HTTP, as files, and from the command line.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CountReport } from '#contract/report.ts';
import { webReceiver } from '#test/notify-rig.ts';
import { writeSite } from '#test/report-site.ts';
import {
  cleanUp,
  scratchFolder,
  startStation,
  type StationProcess,
  until,
} from '#test/station-process.ts';

const root = path.resolve(import.meta.dirname, '../..');
const crossings = 12_000;
// March 2026 in Berlin, with the day of 23 hours.
const [from, to] = [Date.UTC(2026, 1, 28, 23), Date.UTC(2026, 2, 31, 22)];
const time = `from=${String(from)}&to=${String(to)}`;
let station: StationProcess;

beforeAll(async () => {
  const folder = scratchFolder();
  writeSite({ ...{ folder, from, to, crossings, cameras: 3, linesPerCamera: 2 } });
  station = await startStation({
    dataFolder: folder,
    flags: ['--workers', '1', '--time-zone', 'Europe/Berlin'],
  });
}, 200_000);
afterAll(cleanUp);

const get = (route: string) => fetch(`${station.url}/api/v1/reports/${route}`);

describe('reports of a station', { timeout: 120_000 }, () => {
  it('have the same sum by hour, day, week and month, over a day of 23 hours', async () => {
    expect(await station.call('report.site', {})).toMatchObject({ timeZone: 'Europe/Berlin' });
    const sums: Record<string, [buckets: number, crossings: number]> = {};
    for (const bucket of ['hour', 'day', 'week', 'month'] as const) {
      const report = (await (await get(`counts?${time}&bucket=${bucket}`)).json()) as CountReport;
      const inBuckets = report.buckets.reduce((sum, each) => sum + each.in + each.out, 0);
      expect(report.total.in + report.total.out).toBe(inBuckets);
      sums[bucket] = [report.buckets.length, inBuckets];
    }
    expect(sums).toEqual({
      hour: [31 * 24 - 1, crossings],
      day: [31, crossings],
      // 1 March 2026 was a Sunday.
      week: [6, crossings],
      month: [1, crossings],
    });
  });

  it('stream every crossing as CSV, oldest first', async () => {
    const answer = await get(`crossings.csv?${time}&limit=5000`);
    expect(answer.headers.get('content-disposition')).toContain('crossings.csv');
    const [head, ...rows] = (await answer.text()).trimEnd().split('\r\n');
    expect(head).toMatch(/^id,at,camera_id/);
    expect(rows.length).toBe(crossings);
    const times = rows.map((row) => Date.parse(row.split(',')[1] ?? ''));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    // Winter time, then summer time.
    expect([rows[0]?.includes('+01:00'), rows.at(-1)?.includes('+02:00')]).toEqual([true, true]);
  });

  it('have the sections that are asked for', async () => {
    const names = ['zones', 'alerts', 'models', 'performance'];
    const answer = await get(`counts?${time}&bucket=month&sections=${names.join(',')}`);
    const { sections, details } = (await answer.json()) as CountReport;
    expect(sections).toEqual(names);
    expect(details).toMatchObject({ zones: [], flows: null, incidents: null });
    // The second model began in the middle of the month, on the first camera.
    expect(details.models).toMatchObject([
      { cameraId: 'cam-0', former: 'aaaaaaaaaaaa', model: 'bbbbbbbbbbbb', why: null },
    ]);
    expect((await get(`counts?${time}&sections=weather`)).status).toBe(400);
  });

  it('are refused with a status when the question is wrong', async () => {
    expect((await get('crossings.csv?from=1')).status).toBe(400);
    expect((await get(`counts/doc?${time}`)).status).toBe(400);
    expect((await get(`counts/csv?${time}&timeZone=Mars/Base`)).status).toBe(400);
    expect((await get(`counts?${time}&bucket=minute`)).status).toBe(400);
  });

  it('come as PDF and CSV, the same from the command line', async () => {
    const pdf = await get(`counts/pdf?${time}&bucket=day&language=vi&compareFrom=0&compareTo=1000`);
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect((await pdf.text()).startsWith('%PDF-')).toBe(true);
    const csv = await (await get(`counts/csv?${time}&bucket=day`)).text();
    // One row for each of six lines and 31 days, and the names.
    expect(csv.trimEnd().split('\r\n').length).toBe(6 * 31 + 1);

    const out = path.join(scratchFolder(), 'counts.csv');
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...['-r', path.join(root, 'main/require-node.cjs'), path.join(root, 'main/cli.ts')],
      ...['report', 'counts', '--data-folder', station.dataFolder, '--out', out],
      ...['--from', '2026-03-01', '--to', '2026-04-01', '--bucket', 'day', '--format', 'csv'],
      ...['--sections', 'all'],
    ]);
    expect(stdout).toContain('is written');
    expect(readFileSync(out, 'utf8')).toBe(csv);
  });

  it(
    'are written into their folder, sent through a channel, and still known after a crash',
    {
      // A busy PC takes long to start a station.
      timeout: 240_000,
    },
    async () => {
      const receiver = await webReceiver();
      const channel = await station.call('channel.save', {
        ...{ name: 'Ban giám đốc', settings: { kind: 'webhook', url: receiver.url } },
      });
      const { id, nextAt } = await station.call('reportSchedule.save', {
        ...{ name: 'Tháng', every: 'month', at: '06:00', bucket: 'day', subject: 'lines' },
        ...{ cameraId: null, labels: null, isCompared: true, formats: ['pdf'], language: 'vi' },
        ...{ isEnabled: true, channels: [channel.id], keepTimes: 3 },
      });
      expect(nextAt).toBeGreaterThan(Date.now());
      const { files } = await station.call('reportSchedule.run', { id });
      // It is sent by the outbox, in its own time.
      await until(
        () => receiver.received.length,
        (count) => count === 1,
        60_000,
      );
      const sent = JSON.parse(receiver.received[0]?.body ?? '') as {
        report: { files: { name: string; data: string }[] };
      };
      expect(sent.report.files.map(({ name }) => name)).toEqual(files);
      const { kinds } = await station.call('retention.list', {});
      expect(kinds.find(({ kind }) => kind === 'reports')).toMatchObject({
        ...{ where: 'reports', rows: 1, keeping: { rule: 'per-schedule' }, seenBy: 'admin' },
      });
      const file = path.join(station.dataFolder, 'reports', id, files[0] ?? '');
      expect(readFileSync(file)).toEqual(Buffer.from(sent.report.files[0]?.data ?? '', 'base64'));
      expect(readFileSync(file, 'latin1').startsWith('%PDF-')).toBe(true);
      const { dataFolder } = station;
      await station.kill();
      station = await startStation({ dataFolder, flags: ['--workers', '1'] });
      const [kept] = await station.call('reportSchedule.list', {});
      expect(kept).toMatchObject({ id, name: 'Tháng', runs: [{ files, error: null }] });
      const { data } = await station.call('reportSchedule.file', { id, name: files[0] ?? '' });
      expect(Buffer.from(data, 'base64')).toEqual(readFileSync(file));
    },
  );
});
