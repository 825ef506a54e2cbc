import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import type { ReportQuery } from '#contract/report.ts';
import type { ReportSchedule } from '#contract/report-schedule.ts';
import type { SentReport } from '#engine/notify/report-notice.ts';
import { keepReports, type ReportKeeperDeps } from '#engine/report-keeper.ts';
import { keepingLogger, tempFolder, tempStore, testClock } from '#test/store.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Wednesday */
const start = Date.UTC(2026, 6, 1, 12);
const daily: ReportSchedule = {
  ...{ id: 'daily', name: 'Daily', every: 'day', at: '06:00', bucket: 'hour', subject: 'lines' },
  ...{ cameraId: null, labels: null, isCompared: true, formats: ['csv', 'pdf'], language: 'vi' },
  ...{ isEnabled: true, channels: [], keepTimes: null, sections: ['alerts'] },
};

async function rig(changes: Partial<ReportKeeperDeps> = {}, data = tempFolder()) {
  const clock = testClock(start);
  const store = await tempStore({ folder: path.join(data, 'db') });
  const folder = path.join(data, 'reports');
  const asked: ReportQuery[] = [];
  const told: string[] = [];
  const sent: SentReport[] = [];
  const deps: ReportKeeperDeps = {
    ...{ store, clock, log: keepingLogger(), folder, timeZone: 'UTC', dayStartHour: 0 },
    make(query, { format }) {
      asked.push(query);
      const name = `counts-${String(query.from)}.${format}`;
      return Promise.resolve({ name, type: 'x/y', data: Buffer.from(format).toString('base64') });
    },
    send(report, channels) {
      sent.push(report);
      return Promise.resolve(channels.filter((id) => id !== 'boss'));
    },
    notify: (message) => told.push(message),
    later: () => () => undefined,
    ...changes,
  };
  const open = () => keepReports(deps);
  return { clock, folder, asked, told, sent, open, keeper: await open() };
}

const files = (folder: string) => readdirSync(path.join(folder, 'daily')).sort();

describe('scheduled reports', () => {
  it('are written once when they are due, of the day before, with the time before it', async () => {
    const { keeper, clock, asked, folder } = await rig();
    const view = await keeper.save(daily);
    expect(view.nextAt).toBe(Date.UTC(2026, 6, 2, 6));
    await keeper.check();
    expect(asked).toEqual([]);
    clock.set(Date.UTC(2026, 6, 2, 6));
    await keeper.check();
    await keeper.check();
    const from = Date.UTC(2026, 6, 1);
    expect(asked).toEqual(
      ['csv', 'pdf'].map(() => ({
        ...{ from, to: from + day, bucket: 'hour', subject: 'lines', sections: ['alerts'] },
        ...{ compareFrom: from - day, compareTo: from },
      })),
    );
    expect(files(folder)).toEqual([`counts-${String(from)}.csv`, `counts-${String(from)}.pdf`]);
    expect(readFileSync(path.join(folder, 'daily', `counts-${String(from)}.csv`), 'utf8')).toBe(
      'csv',
    );
    expect(keeper.list()[0]?.runs).toMatchObject([{ dueAt: Date.UTC(2026, 6, 2, 6), error: null }]);
  });

  it('that were missed while the station did not run are made up for once', async () => {
    const { keeper, clock, asked, open } = await rig();
    await keeper.save({ ...daily, formats: ['csv'] });
    await keeper.close();
    clock.set(start + 10 * day);
    const next = await open();
    await next.check();
    await next.check();
    expect(asked.map(({ from }) => from)).toEqual([Date.UTC(2026, 6, 10)]);
    clock.set(start + 11 * day);
    await next.check();
    expect(asked.map(({ from }) => from)).toEqual([Date.UTC(2026, 6, 10), Date.UTC(2026, 6, 11)]);
  });

  it('are not made up for from before they were switched on', async () => {
    const { keeper, clock, asked } = await rig();
    await keeper.save({ ...daily, isEnabled: false });
    clock.set(start + 3 * day);
    await keeper.check();
    expect(keeper.list()[0]?.nextAt).toBeNull();
    await keeper.save(daily);
    await keeper.check();
    expect(asked).toEqual([]);
  });

  it('that fail are told, tried again a quarter of an hour later, and leave no half file', async () => {
    let isDown = true;
    const { keeper, clock, told, folder } = await rig({
      make: (_query, { format }) =>
        isDown && format === 'pdf'
          ? Promise.reject(new StationError('SYS_002', 'The database is busy.'))
          : Promise.resolve({ name: `a.${format}`, type: 'x/y', data: '' }),
    });
    await keeper.save({ ...daily, formats: ['pdf'] });
    clock.set(start + day);
    await keeper.check();
    expect(told).toEqual(['The report "Daily" could not be written: The database is busy.']);
    expect(existsSync(folder)).toBe(false);
    clock.set(start + day + 14 * minute);
    await keeper.check();
    expect(told.length).toBe(1);
    isDown = false;
    clock.set(start + day + 16 * minute);
    await keeper.check();
    expect(files(folder)).toEqual(['a.pdf']);
    const errors = keeper.list()[0]?.runs.map(({ error }) => error?.code ?? null);
    expect(errors).toEqual([null, 'SYS_002']);
  });

  it('can be written at once, and their files read, and no other file', async () => {
    const { keeper, folder } = await rig();
    await keeper.save({ ...daily, formats: ['csv'] });
    const { files: names } = await keeper.run('daily');
    const [name = ''] = names;
    const made = await keeper.file('daily', name);
    expect(made).toEqual({ name, type: 'text/csv', data: Buffer.from('csv').toString('base64') });
    for (const wrong of ['../daily', '../../db/station.db', 'other.csv']) {
      await expect(keeper.file('daily', wrong)).rejects.toMatchObject({ code: 'REQ_002' });
    }
    rmSync(path.join(folder, 'daily', name));
    await expect(keeper.file('daily', name)).rejects.toMatchObject({ code: 'REQ_002' });
    await keeper.remove('daily');
    await expect(keeper.run('daily')).rejects.toMatchObject({ code: 'REQ_002' });
  });

  it('say why one that was asked for could not be written', async () => {
    const { keeper } = await rig({ make: () => Promise.reject(new Error('odd')) });
    await keeper.save(daily);
    await expect(keeper.run('daily')).rejects.toMatchObject({ code: 'SYS_004' });
    expect(keeper.list()[0]?.runs[0]?.files).toEqual([]);
  });

  it('are handed to their channels once they are written, and say which of these cannot take them', async () => {
    const { keeper, clock, sent, told, folder } = await rig();
    await keeper.save({ ...daily, formats: ['csv', 'pdf'], channels: ['boss', 'gone'] });
    clock.set(start + day);
    await keeper.check();
    await keeper.check();
    const from = Date.UTC(2026, 6, 1);
    const file = (type: string, ending: string) => {
      const name = `counts-${String(from)}.${ending}`;
      return { name, path: path.join(folder, 'daily', name), type };
    };
    expect(sent).toEqual([
      {
        ...{ id: 'daily', name: 'Daily', from, to: from + day },
        files: [file('text/csv', 'csv'), file('application/pdf', 'pdf')],
      },
    ]);
    expect(told).toEqual([expect.stringMatching(/not sent through "gone": removed/) as string]);
  });

  it('are not handed on while one of their files fails', async () => {
    const { keeper, clock, sent } = await rig({
      make: (_query, { format }) =>
        format === 'pdf'
          ? Promise.reject(new StationError('SYS_002', 'The database is busy.'))
          : Promise.resolve({ name: 'a.csv', type: 'x/y', data: '' }),
    });
    await keeper.save({ ...daily, channels: ['boss'] });
    clock.set(start + day);
    await keeper.check();
    expect(sent).toEqual([]);
  });

  it('stay for as many times as they are kept, and nothing else goes from their folder', async () => {
    const name = ({ from, to }: ReportQuery, format: string) =>
      `counts-${date(from)}-to-${date(to)}.${format}`;
    const { keeper, clock, folder } = await rig({
      make: (query, { format }) =>
        Promise.resolve({ name: name(query, format), type: 'x/y', data: '' }),
    });
    await keeper.save({ ...daily, keepTimes: null });
    for (let passed = 1; passed <= 3; passed += 1) {
      clock.set(start + passed * day);
      await keeper.check();
    }
    writeFileSync(path.join(folder, 'daily', 'notes to counts-2026-06-01.txt'), '');
    expect(files(folder)).toHaveLength(7);
    await keeper.save({ ...daily, keepTimes: 2 });
    clock.set(start + 4 * day);
    await keeper.check();
    expect(files(folder)).toEqual([
      ...['counts-2026-07-03-to-2026-07-04.csv', 'counts-2026-07-03-to-2026-07-04.pdf'],
      ...['counts-2026-07-04-to-2026-07-05.csv', 'counts-2026-07-04-to-2026-07-05.pdf'],
      'notes to counts-2026-06-01.txt',
    ]);
    await expect(keeper.file('daily', 'counts-2026-07-01-to-2026-07-02.csv')).rejects.toMatchObject(
      { code: 'REQ_002' },
    );
  });

  it('from before there were channels, keeping and sections go on as they were', async () => {
    const { channels: _channels, keepTimes: _keepTimes, sections: _sections, ...old } = daily;
    const store = await tempStore({ folder: tempFolder() });
    await store.settings.set('reportSchedules', [{ schedule: old, doneUntil: start, runs: [] }]);
    const { keeper } = await rig({ store });
    expect(keeper.list()).toMatchObject([{ ...daily, sections: ['models', 'certificates'] }]);
  });
});

const date = (at: number): string => new Date(at).toISOString().slice(0, 10);
