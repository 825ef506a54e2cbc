/**
 * Reports of a month of ten million crossings: how long counts and a PDF take, and that all rows leave in constant memory.
 *
 *   node test/bench/reports.ts [--crossings 10000000] [--cameras 10] [--lines 2] [--keep FOLDER] [--no-rows]
 *
 * Prints progress on stderr and a JSON summary. With --keep the database is made once and used again.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ReportQuery } from '#contract/report.ts';
import { systemClock } from '#engine/base/clock.ts';
import { silentLogger } from '#engine/base/log.ts';
import { makePdfElsewhere } from '#engine/pdf-thread.ts';
import { createReportMaker } from '#engine/report-maker.ts';
import { createReportService } from '#engine/services/report-service.ts';
import { createStore } from '#engine/store/create-store.ts';
import { detailsOf } from '#test/report-details.ts';
import { writeSite } from '#test/report-site.ts';
import { storeEntry } from '#test/store-records.ts';

const { values } = parseArgs({
  options: {
    crossings: { type: 'string', default: '10000000' },
    cameras: { type: 'string', default: '10' },
    lines: { type: 'string', default: '2' },
    keep: { type: 'string' },
    'no-rows': { type: 'boolean', default: false },
  },
});
const timeZone = 'Asia/Ho_Chi_Minh';
// October 2026 on the clocks of Vietnam, which have no summer time.
const [from, to] = [Date.UTC(2026, 8, 30, 17), Date.UTC(2026, 9, 31, 17)];
const folder = values.keep ?? mkdtempSync(path.join(os.tmpdir(), 'tallywatch-reports-'));
mkdirSync(folder, { recursive: true });
const file = path.join(folder, 'station.db');

try {
  if (!existsSync(file)) {
    const startedMs = performance.now();
    writeSite({
      ...{ folder, from, to, crossings: Number(values.crossings) },
      cameras: Number(values.cameras),
      linesPerCamera: Number(values.lines),
      onProgress: (rows) => process.stderr.write(`\r${String(rows)} rows`),
    });
    process.stderr.write(` in ${String(Math.round((performance.now() - startedMs) / 1000))} s\n`);
  }
  console.log(JSON.stringify(await measure()));
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
}

async function measure() {
  const store = await createStore({
    folder,
    entry: storeEntry,
    clock: systemClock,
    log: silentLogger,
  });
  const maker = createReportMaker({
    ...{ store, clock: systemClock, site: 'Nhà máy Thủ Đức', timeZone, dayStartHour: 0 },
    cameraName: (id) => id,
    withChanges: (issued) => Promise.resolve(issued.map((each) => ({ ...each, changes: [] }))),
    details: detailsOf(store, timeZone),
  });
  const signal = new AbortController().signal;
  const entry = path.resolve(import.meta.dirname, '../../main/workers/report.ts');
  const service = createReportService({
    ...{ store, maker, site: 'Nhà máy Thủ Đức', timeZone, dayStartHour: 0 },
    makePdf: (report, { language }) => makePdfElsewhere({ report, language }, { entry, signal }),
  });
  const caller = { user: 'bench', role: 'admin', door: 'test' } as const;
  const context = { caller, signal, onProgress: () => undefined };
  const query: ReportQuery = { from, to, bucket: 'day', subject: 'lines', timeZone };
  try {
    const counts: Record<string, { ms: number; cpuMs: number }[]> = {};
    for (const bucket of ['day', 'hour', 'quarter', 'month'] as const) {
      counts[bucket] = [];
      for (let run = 0; run < 5; run += 1) {
        const startedMs = performance.now();
        const cpu = process.cpuUsage();
        await service['report.counts']({ ...query, bucket }, context);
        const { user, system } = process.cpuUsage(cpu);
        counts[bucket].push({
          ms: Math.round(performance.now() - startedMs),
          // On a busy PC the time on the clock says more of the others than of this.
          cpuMs: Math.round((user + system) / 1000),
        });
      }
    }
    const pdfMs: Record<string, number> = {};
    for (const bucket of ['day', 'hour'] as const) {
      const startedMs = performance.now();
      const made = await service['report.file'](
        { ...query, bucket, format: 'pdf', language: 'vi', bom: false },
        context,
      );
      pdfMs[bucket] = Math.round(performance.now() - startedMs);
      writeFileSync(path.join(folder, `${bucket}.pdf`), Buffer.from(made.data, 'base64'));
    }
    return {
      databaseMb: Math.round(statSync(file).size / 1e6),
      counts,
      pdfMs,
      csv: values['no-rows'] ? null : await readAllRows(),
      load: os.loadavg()[0],
    };
  } finally {
    await store.close();
  }

  async function readAllRows() {
    const startedMs = performance.now();
    const rssMb: number[] = [];
    let rows = 0;
    let bytes = 0;
    let after: { afterAt: number; afterId: number } | null = null;
    for (;;) {
      const page: Awaited<ReturnType<(typeof service)['report.rows']>> = await service[
        'report.rows'
      ]({ from, to, timeZone, bom: false, limit: 10_000, ...after }, context);
      rows += page.rows;
      bytes += Buffer.byteLength(page.text);
      if (rssMb.length === 0 || rows % 1_000_000 === 0) {
        rssMb.push(Math.round(process.memoryUsage.rss() / 1e6));
        process.stderr.write(`\r${String(rows)} rows, ${String(rssMb.at(-1))} MB`);
      }
      if (page.next === null) break;
      after = page.next;
    }
    process.stderr.write('\n');
    return {
      rows,
      megabytes: Math.round(bytes / 1e6),
      rssMb,
      seconds: Math.round((performance.now() - startedMs) / 1000),
    };
  }
}
