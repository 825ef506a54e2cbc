/**
 * `tallywatch job …`: batch jobs of the station that runs.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { StationError } from '#contract/error.ts';
import type { JobRunView, JobSource } from '#contract/job.ts';
import type { InputOf, OutputOf } from '#contract/procedures.ts';
import { readTime } from '#engine/reporting/zoned-time.ts';
import { askRunning } from './ask-running.ts';
import { type Ask, folderOption, type FolderOption } from './ask-wherever.ts';
import { endProgress, showProgress } from './cli-progress.ts';

interface RunOptions extends FolderOption {
  readonly name: string;
  readonly clip?: readonly string[];
  readonly folder?: readonly string[];
  readonly onlyNew?: boolean;
  readonly pictures?: string;
  readonly interval: string;
  readonly camera?: string;
  readonly from?: string;
  readonly to?: string;
  readonly hours?: string;
  readonly linesOf?: string;
  readonly lines?: string;
  readonly model?: string;
  readonly score?: string;
  readonly nms?: string;
  readonly track?: string;
  readonly fps: string;
  readonly batch: string;
  readonly cron?: string;
  readonly timeZone?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}

interface ShowOptions extends FolderOption {
  readonly json?: boolean;
}

const pollMs = 1_000;
const timeHelp = '2026-11-01 (start of the day at the site), 2026-11-01T08:30, or with an offset';

/** Adds `job` to the program. */
export function addJobCommand(program: Command): void {
  const job = program
    .command('job')
    .description('Counts clips, folders and recordings beside the cameras of the running station');
  const many = (value: string, before: readonly string[] = []) => [...before, value];
  job
    .command('run [id]')
    .description('Runs a job that is there, or makes a new one of what is given')
    .option('--name <name>', 'name of a new job', 'Job')
    .option('--clip <file>', 'clip to count; may be given again', many)
    .option('--folder <folder>', 'count all clips of a folder; may be given again', many)
    .option('--only-new', 'of folders only the clips that the job has not counted yet')
    .option('--pictures <folder>', 'count a folder of pictures')
    .option('--interval <ms>', 'time between two of its pictures, ms', '1000')
    .option(
      '--camera <id>',
      'count what this camera has recorded: with --from and --to, or --hours',
    )
    .option('--from <time>', timeHelp)
    .option('--to <time>', 'as --from; itself not included')
    .option('--hours <number>', 'the last hours before each run')
    .option('--lines-of <id>', 'count on the lines of this camera; left out, of --camera')
    .option('--lines <file>', 'JSON file with the lines, normalised: {"lines": [{"id", "points"}]}')
    .option('--model <name>', 'name, name@version or digest; the one of the site when left out')
    .option('--score <number>', 'detections below this score are dropped')
    .option('--nms <number>', 'overlap above which the weaker of two boxes is dropped')
    .option('--track <number>', 'score from which a detection is matched first')
    .option('--fps <number>', 'most frames of a second', '30')
    .option('--batch <number>', 'pictures in one run of the network, 1 to 64', '32')
    .option('--cron <pattern>', 'run by itself, such as "30 2 * * *"; not now')
    .option('--time-zone <name>', 'zone of the clock of --cron; that of the site when left out')
    .option('--wait', 'wait until it is over; exit code 1 when a clip could not be counted')
    .option('--json', 'print one JSON object on stdout')
    .option(...folderOption)
    .action((id: string | undefined, options: RunOptions) => runJob(id, options));
  job
    .command('list')
    .description('Lists jobs with their last runs')
    .option('--json', 'print one JSON object on stdout')
    .option(...folderOption)
    .action((options: ShowOptions) => listJobs(options));
  job
    .command('show <run>')
    .description('Shows what a run has counted, by the number of the run')
    .option('--json', 'print one JSON object on stdout')
    .option(...folderOption)
    .action((run: string, options: ShowOptions) => showRun(run, options));
  job
    .command('compare <run> <other>')
    .description('Compares two runs event by event')
    .option('--json', 'print one JSON object on stdout')
    .option(...folderOption)
    .action((run: string, other: string, options: ShowOptions) => compare([run, other], options));
  for (const [name, state, summary] of steps) {
    job
      .command(`${name} <run>`)
      .description(summary)
      .option(...folderOption)
      .action(async (run: string, options: FolderOption) => {
        const input = { runId: numberOf(run, 'run'), state };
        sayRun((await askRunning(options)('job.setState', input)) as JobRunView);
      });
  }
}

const steps = [
  ['pause', 'paused', 'Pauses a run between two frames'],
  ['resume', 'running', 'Lets a paused run go on at the same frame'],
  ['cancel', 'cancelled', 'Ends a run; what it has counted stays'],
] as const;

async function runJob(id: string | undefined, options: RunOptions): Promise<void> {
  const ask = askRunning(options);
  const run =
    id === undefined
      ? await create(ask, options)
      : ((await ask('job.run', { id })) as OutputOf<'job.run'>);
  if (run === null) {
    say('The job is made and runs when it is due.');
    return;
  }
  const last = options.wait ? await untilOver(ask, run) : run;
  if (options.json) say(JSON.stringify(last));
  else sayRun(last);
  const isGood = last.state !== 'failed' && last.progress.failed === 0;
  if (options.wait && !isGood) process.exitCode = 1;
}

async function create(ask: Ask, options: RunOptions): Promise<JobRunView | null> {
  const { cron, camera } = options;
  const site = (await ask('report.site', {})) as OutputOf<'report.site'>;
  const zone = options.timeZone ?? site.timeZone;
  const sources = sourcesOf(options, (text) => readTime(text, { ...site, timeZone: zone }));
  const linesOf = options.lines === undefined ? (options.linesOf ?? camera ?? null) : null;
  const input: InputOf<'job.create'> = {
    ...{ name: options.name, sources, linesOf, model: options.model ?? null },
    lines: options.lines === undefined ? [] : readLines(options.lines),
    settings: {
      scoreFloor: optionalNumber(options.score, '--score'),
      nmsIou: optionalNumber(options.nms, '--nms'),
      trackFrom: optionalNumber(options.track, '--track'),
      fps: numberOf(options.fps, '--fps'),
      batch: numberOf(options.batch, '--batch'),
    },
    schedule: cron === undefined ? null : { cron, timeZone: zone },
    isStarted: cron === undefined,
  };
  const { id, runs } = (await ask('job.create', input)) as OutputOf<'job.create'>;
  process.stderr.write(`job ${id}\n`);
  return runs[0] ?? null;
}

function sourcesOf(options: RunOptions, read: (text: string) => number): JobSource[] {
  const { clip = [], folder = [], pictures, camera: cameraId, from, to, hours } = options;
  const sources: JobSource[] = [
    ...clip.map((file) => ({
      ...{ kind: 'clip' as const, path: path.resolve(file), startsAt: null },
    })),
    ...folder.map((each) => ({
      ...{ kind: 'folder' as const, path: path.resolve(each), onlyNew: options.onlyNew === true },
    })),
  ];
  if (pictures !== undefined) {
    const intervalMs = numberOf(options.interval, '--interval');
    sources.push({ kind: 'pictures', path: path.resolve(pictures), intervalMs, startsAt: null });
  }
  if (cameraId !== undefined && hours !== undefined) {
    sources.push({ kind: 'recent', cameraId, hours: numberOf(hours, '--hours') });
  } else if (cameraId !== undefined && from !== undefined && to !== undefined) {
    sources.push({ kind: 'recording', cameraId, from: read(from), to: read(to) });
  } else if (cameraId !== undefined) {
    throw new StationError('REQ_001', 'Give --from and --to, or --hours, with --camera.');
  }
  if (sources.length > 0) return sources;
  throw new StationError('REQ_001', 'Give --clip, --folder, --pictures or --camera.');
}

/** The lines of a replay's file, where they are normalised; the station checks each field. */
function readLines(file: string): NonNullable<InputOf<'job.create'>['lines']> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new StationError('REQ_001', `The lines file ${file} cannot be read as JSON.`, { cause });
  }
  const { lines = [] } = value as {
    lines?: { id: string; name?: string; points: [number, number][] }[];
  };
  return lines.map(({ id, name = id, points, ...rest }) => ({
    ...{ anchor: 'bottom', labels: [], ...rest, id, name },
    points: points.map(([x, y]) => ({ x, y })),
  }));
}

async function untilOver(ask: Ask, run: JobRunView): Promise<JobRunView> {
  for (;;) {
    const { run: now } = (await ask('job.result', { runId: run.id })) as OutputOf<'job.result'>;
    if (['done', 'failed', 'cancelled'].includes(now.state)) {
      endProgress();
      return now;
    }
    showProgress(`${String(Math.round(now.progress.share * 100))} %`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function listJobs(options: ShowOptions): Promise<void> {
  const jobs = (await askRunning(options)('job.list', {})) as OutputOf<'job.list'>;
  if (options.json) {
    say(JSON.stringify(jobs));
    return;
  }
  for (const { id, name, schedule, nextAt, runs } of jobs) {
    const next = nextAt === null ? '' : `, next ${new Date(nextAt).toISOString()}`;
    say(`${id.padEnd(20)} ${name}${schedule === null ? '' : ` (${schedule.cron}${next})`}`);
    for (const run of runs.slice(0, 3)) say(`  ${lineOf(run)}`);
  }
}

async function showRun(run: string, options: ShowOptions): Promise<void> {
  const input = { runId: numberOf(run, 'run') };
  const result = (await askRunning(options)('job.result', input)) as OutputOf<'job.result'>;
  if (options.json) {
    say(JSON.stringify(result));
    return;
  }
  sayRun(result.run);
  for (const { place, state, frames, error, skipped } of result.items) {
    say(`${state.padEnd(8)} ${String(frames).padStart(7)} frames  ${place}`);
    if (error) say(`         ${error.code} ${error.message}`);
    for (const { name, message } of skipped) say(`         ${name}: ${message}`);
  }
  for (const { place, lineId, label, in: into, out } of result.tallies) {
    say(`${place}  ${lineId}  ${label}: in ${String(into)}, out ${String(out)}`);
  }
}

async function compare(runs: readonly [string, string], options: ShowOptions): Promise<void> {
  const [runId = 0, otherId = 0] = runs.map((run) => numberOf(run, 'run'));
  const found = (await askRunning(options)('job.compare', {
    ...{ runId, otherId },
  })) as OutputOf<'job.compare'>;
  if (options.json) {
    say(JSON.stringify(found));
    return;
  }
  for (const { place, lineId, a, b, counts } of found.rows) {
    const kinds = Object.entries(counts).map(([kind, count]) => `${kind} ${String(count)}`);
    say(`${place}  ${lineId}  A ${String(a)}, B ${String(b)}: ${kinds.join(', ')}`);
  }
}

function sayRun(run: JobRunView): void {
  say(lineOf(run));
  if (run.error) say(`${run.error.code} ${run.error.message}`);
}

function lineOf({ id, name, state, progress, resultDigest }: JobRunView): string {
  const { items, done, failed, frames, crossings } = progress;
  const digest = resultDigest === null ? '' : `, result ${resultDigest}`;
  return (
    `run ${String(id)} of "${name}": ${state}, ${String(done)} of ${String(items)} done` +
    `${failed > 0 ? `, ${String(failed)} failed` : ''}, ${String(frames)} frames, ${String(crossings)} crossings${digest}`
  );
}

function optionalNumber(text: string | undefined, what: string): number | null {
  return text === undefined ? null : numberOf(text, what);
}

function numberOf(text: string, what: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new StationError('REQ_001', `${what} takes a number, not "${text}".`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
