import { describe, expect, it } from 'vitest';
import type { Caller } from '#contract/access.ts';
import type { ReportQuery } from '#contract/report.ts';
import { createReportMaker } from '#engine/report-maker.ts';
import { createReportService } from '#engine/services/report-service.ts';
import { detailsOf } from '#test/report-details.ts';
import { writeSite } from '#test/report-site.ts';
import { tempFolder, tempStore, testClock } from '#test/store.ts';

const day = 86_400_000;
const from = Date.UTC(2026, 9, 5);
const to = from + 2 * day;
const query: ReportQuery = { from, to, bucket: 'day', subject: 'lines' };
const file = { language: 'en', bom: false } as const;

async function service(now = to) {
  const folder = tempFolder();
  writeSite({ ...{ folder, from, to, crossings: 400, cameras: 2, linesPerCamera: 1 } });
  const store = await tempStore({ folder, clock: testClock(now) });
  const facts = { store, site: 'Site', timeZone: 'UTC', dayStartHour: 0 };
  const maker = createReportMaker({
    ...{ ...facts, clock: testClock(now), cameraName: (id: string) => `Camera ${id}` },
    withChanges: () => Promise.resolve([]),
    details: detailsOf(store),
  });
  return createReportService({
    ...{ ...facts, maker },
    makePdf: ({ places }) => Promise.resolve(Buffer.from(places.map(({ id }) => id).join())),
  });
}

function context(cameras?: readonly string[]) {
  const caller: Caller = { user: 'an', role: 'viewer', door: 'test', ...(cameras && { cameras }) };
  return { caller, signal: new AbortController().signal, onProgress: () => undefined };
}

const textOf = (made: { data: string }) => Buffer.from(made.data, 'base64').toString('utf8');

describe('reports', () => {
  it('sum lines, say what was observed, and have intervals that hold the count', async () => {
    const { buckets, total, places } = await (await service())['report.counts'](query, context());
    expect(total.in + total.out).toBe(400);
    expect(places.map(({ cameraName, basis }) => [cameraName, basis])).toEqual([
      ['Camera cam-0', 'not-audited'],
      ['Camera cam-1', 'not-audited'],
    ]);
    for (const { low, in: into, high, observedSeconds, expectedSeconds } of buckets) {
      expect(low?.in).toBeLessThan(into);
      expect(high?.in).toBeGreaterThan(into);
      expect(observedSeconds).toBeLessThan(expectedSeconds);
      expect(expectedSeconds).toBe(2 * 86_400);
    }
  });

  it('expect nothing of the time to come', async () => {
    const made = await (await service(from + day / 2))['report.counts'](query, context());
    expect(made.buckets.map(({ expectedSeconds }) => expectedSeconds)).toEqual([86_400, 0]);
  });

  it('show nobody the cameras of others, in no format', async () => {
    const all = await service();
    const mine = context(['cam-1']);
    const report = await all['report.counts'](query, mine);
    expect(report.places.map(({ cameraId }) => cameraId)).toEqual(['cam-1']);
    expect(report.boundaries).toEqual([]);
    expect(report.total.in + report.total.out).toBeLessThan(400);
    for (const format of ['csv', 'json', 'pdf'] as const) {
      const made = await all['report.file']({ ...query, ...file, format }, mine);
      expect(textOf(made)).toContain('cam-1');
      expect(textOf(made)).not.toContain('cam-0');
    }
    const rows = await all['report.rows']({ from, to, bom: false, limit: 1000 }, mine);
    expect(rows.rows).toBe(report.total.in + report.total.out);
    const foreign = { ...query, cameraId: 'cam-0' };
    expect((await all['report.counts'](foreign, mine)).places).toEqual([]);
  });

  it('compare with another time, bucket by bucket', async () => {
    const all = await service();
    const compare = { compareFrom: from - day, compareTo: from + day };
    const { comparison, buckets } = await all['report.counts']({ ...query, ...compare }, context());
    expect(comparison?.buckets[1]).toMatchObject({ in: buckets[0]?.in, out: buckets[0]?.out });
    expect(comparison?.buckets[0]?.expectedSeconds).toBe(0);
    await expect(all['report.counts']({ ...query, compareFrom: 1 }, context())).rejects.toThrow(
      'Give both',
    );
  });

  it('name their files by the days of the site', async () => {
    const made = await (
      await service()
    )['report.file']({ ...query, ...file, format: 'json' }, context());
    expect(made).toMatchObject({
      ...{ name: 'counts-2026-10-05-to-2026-10-07.json', type: 'application/json' },
    });
    const { columns } = JSON.parse(textOf(made)) as { columns: { in: number[] }[] };
    expect(columns.map((each) => each.in.length)).toEqual([2, 2]);
  });

  it('give rows page by page until there are no more', async () => {
    const all = await service();
    const pages: string[] = [];
    for (let next: object | null = {}; next !== null;) {
      const page: Awaited<ReturnType<(typeof all)['report.rows']>> = await all['report.rows'](
        { from, to, bom: false, limit: 150, ...next },
        context(),
      );
      pages.push(page.text);
      ({ next } = page);
    }
    expect(pages.length).toBe(3);
    expect(pages.join('').trimEnd().split('\r\n').length).toBe(401);
    await expect(
      all['report.rows']({ from, to, bom: false, limit: 5, afterAt: 3 }, context()),
    ).rejects.toThrow('Give both');
  });
});
