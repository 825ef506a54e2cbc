/**
 * `tallywatch report …`: reports of the station that runs, as files.
 */
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import path from 'node:path';
import type { Command } from 'commander';
import type { OutputOf } from '#contract/procedures.ts';
import type { ReportFile } from '#contract/report.ts';
import { ReportSection, usualSections } from '#contract/report-section.ts';
import { readTime } from '#engine/reporting/zoned-time.ts';
import { askRunning } from './ask-running.ts';
import { type Ask, folderOption, type FolderOption } from './ask-wherever.ts';
import { endProgress, showProgress } from './cli-progress.ts';

interface TimeOptions extends FolderOption {
  readonly from: string;
  readonly to: string;
  readonly timeZone?: string;
  readonly camera?: string;
  readonly bom?: boolean;
  readonly out: string;
}

interface CountOptions extends TimeOptions {
  readonly bucket: string;
  readonly subject: string;
  readonly ids?: string;
  readonly labels?: string;
  readonly direction?: string;
  readonly sections: string;
  readonly compareFrom?: string;
  readonly compareTo?: string;
  readonly format: string;
  readonly language: string;
}

const timeHelp = '2026-11-01 (start of the day at the site), 2026-11-01T08:30, or with an offset';

/** Adds `report` to the program. */
export function addReportCommand(program: Command): void {
  const report = program.command('report').description('Counts of the running station as files');
  withTimes(report.command('counts').description('Counts by time bucket as CSV, JSON or PDF'))
    .option('--bucket <size>', 'minute, quarter, hour, day, week or month', 'hour')
    .option('--subject <what>', 'lines or zones', 'lines')
    .option('--ids <ids>', 'only these lines or zones, with commas between them')
    .option('--labels <classes>', 'only these classes, such as person,vehicle')
    .option('--direction <way>', 'only in or out')
    .option(
      '--sections <names>',
      `what stands beside the counts in PDF and JSON, with commas between: ${ReportSection.options.join(', ')}, all or none`,
      usualSections.join(','),
    )
    .option('--compare-from <time>', 'start of a time to compare with')
    .option('--compare-to <time>', 'end of it')
    .option('--format <format>', 'csv, json or pdf', 'csv')
    .option('--language <language>', 'en or vi, for PDF', 'en')
    .action((options: CountOptions) => writeCounts(options));
  withTimes(
    report.command('crossings').description('Every crossing as a row of CSV, however many'),
  ).action((options: TimeOptions) => writeRows(options));
}

function withTimes(command: Command): Command {
  return command
    .requiredOption('--from <time>', timeHelp)
    .requiredOption('--to <time>', 'as --from; itself not included')
    .requiredOption('--out <file>', 'file to write')
    .option('--time-zone <name>', 'IANA name; that of the site when left out')
    .option('--camera <id>', 'only this camera')
    .option('--bom', 'begin a CSV with a byte order mark, for spreadsheets on Windows')
    .option(...folderOption);
}

async function writeCounts(options: CountOptions): Promise<void> {
  const ask = askRunning(options);
  const { compareFrom, compareTo, ids, labels, direction } = options;
  const read = await timeReader(ask, options);
  const file = (await ask('report.file', {
    ...asked(options, read),
    ...{ bucket: options.bucket, subject: options.subject },
    ...{ format: options.format, language: options.language },
    sections: sectionsOf(options.sections),
    ...(ids === undefined ? {} : { ids: ids.split(',') }),
    ...(labels === undefined ? {} : { labels: labels.split(',') }),
    ...(direction === undefined ? {} : { direction }),
    ...(compareFrom === undefined ? {} : { compareFrom: read(compareFrom) }),
    ...(compareTo === undefined ? {} : { compareTo: read(compareTo) }),
  })) as ReportFile;
  await writeFile(options.out, Buffer.from(file.data, 'base64'));
  say(`${path.resolve(options.out)} is written.`);
}

/** What is no section is refused by the station, which names those that there are. */
function sectionsOf(text: string): string[] {
  if (text === 'all') return [...ReportSection.options];
  return text === 'none' ? [] : text.split(',');
}

/** Page by page, so that the memory does not grow with the rows. */
async function writeRows(options: TimeOptions): Promise<void> {
  const ask = askRunning(options);
  const question = asked(options, await timeReader(ask, options));
  const out = createWriteStream(options.out);
  let rows = 0;
  let next: object | null = {};
  while (next !== null) {
    const page = (await ask('report.rows', {
      ...question,
      ...next,
      limit: 10_000,
    })) as OutputOf<'report.rows'>;
    if (!out.write(page.text)) await once(out, 'drain');
    ({ next } = page);
    rows += page.rows;
    showProgress(`${String(rows)} rows`);
  }
  endProgress();
  out.end();
  await once(out, 'finish');
  say(`${path.resolve(options.out)} is written: ${String(rows)} rows.`);
}

function asked(options: TimeOptions, read: (text: string) => number) {
  const { camera, timeZone } = options;
  return {
    ...{ from: read(options.from), to: read(options.to), bom: options.bom === true },
    ...(camera === undefined ? {} : { cameraId: camera }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
}

/** Reads times by the clock of the site, or of the zone that was asked for. */
async function timeReader(ask: Ask, { timeZone }: TimeOptions) {
  const site = (await ask('report.site', {})) as OutputOf<'report.site'>;
  return (text: string): number => readTime(text, { ...site, timeZone: timeZone ?? site.timeZone });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
