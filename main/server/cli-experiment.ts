/**
 * `tallywatch experiment run`: two models, or one with two settings, on the same clips, bit for bit the same each time.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { StationError } from '#contract/error.ts';
import type { ExperimentClip } from '#contract/experiment.ts';
import {
  type ArmName,
  type ExperimentArm,
  ArmSettings,
  armSettings,
} from '#contract/experiment-arm.ts';
import type { ExperimentStretch } from '#contract/experiment-event.ts';
import { systemClock } from '#engine/base/clock.ts';
import { type ArmModel, proveInput, titleOf } from '#engine/arm-model.ts';
import { runExperiment } from '#engine/experiment-run.ts';
import { answerByTruth, type TrueCrossing } from '#engine/experiments/truth.ts';
import { judgeExperiment } from '#engine/experiments/verdict.ts';
import type { Host } from '#engine/host.ts';
import { createModelInspector } from '#engine/inspect-model.ts';
import { readLinesFile } from '#engine/lines-file.ts';
import { replayCameraId } from '#engine/replay.ts';
import { askWherever, folderOption } from './ask-wherever.ts';
import { endProgress, showProgress } from './cli-progress.ts';

type Setting = 'Score' | 'Nms' | 'Track' | 'Input' | 'Nth';
type RunOptions = Record<ArmName, string> &
  Partial<Record<`${ArmName}${Setting}`, string>> & {
    readonly clip: readonly string[];
    readonly lines: readonly string[];
    readonly truth?: readonly string[];
    readonly margin: string;
    readonly name?: string;
    readonly repeat: string;
    readonly save?: boolean;
    readonly out?: string;
    readonly json?: boolean;
    readonly dataFolder?: string;
  };

const TruthFile = z.array(
  z.object({ line: z.string(), direction: z.enum(['in', 'out']), atMs: z.number() }),
);

export interface ExperimentCommandDeps {
  readonly workersFolder: string;
  readonly createHost: (dataFolder: string) => Host;
}

/** Adds `experiment` to the program. */
export function addExperimentCommand(program: Command, deps: ExperimentCommandDeps): void {
  const many = (value: string, before: readonly string[] = []) => [...before, value];
  const run = program
    .command('experiment')
    .description('Compares two models, or two settings of one, on the same pictures')
    .command('run')
    .description('Runs both on clips as fast as they go and says which counts better')
    .requiredOption('--clip <file>', 'clip to count; may be given again', many)
    .requiredOption(
      '--lines <file>',
      'JSON file with its lines; one for all clips, or one each',
      many,
    )
    .option(
      '--truth <file>',
      'JSON file with its true crossings, as answers; one for each clip',
      many,
    )
    .option('--margin <number>', 'largest difference of F1 that does not matter', '0.02')
    .option('--repeat <number>', 'run so many times and fail unless all count the same', '1')
    .option('--name <name>', 'name under which it is kept')
    .option('--save', 'keep it in the station, where people can answer')
    .option('--out <file>', 'write everything that was found as JSON')
    .option('--json', 'print one JSON object on stdout')
    .option(...folderOption);
  for (const arm of ['a', 'b'] as const) {
    run
      .requiredOption(`--${arm} <file>`, `ONNX model of ${arm.toUpperCase()}`)
      .option(`--${arm}-score <number>`, 'detections below this score are dropped')
      .option(`--${arm}-nms <number>`, 'overlap above which the weaker of two boxes is dropped')
      .option(`--${arm}-track <number>`, 'score from which a detection is matched first')
      .option(`--${arm}-input <px>`, 'longer side of its input, where its graph takes another one')
      .option(`--${arm}-nth <number>`, 'looks at each n-th picture only: 2 is half the frame rate');
  }
  run.action((options: RunOptions) => runAndPrint(options, deps));
}

async function runAndPrint(options: RunOptions, deps: ExperimentCommandDeps): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-'));
  try {
    const host = deps.createHost(folder);
    const arms = { a: await armOf('a', options, host), b: await armOf('b', options, host) };
    const once = () => runClips(options, arms, host);
    const found = await once();
    for (let number = 2; number <= Number(options.repeat); number++) {
      const again = await once();
      if (JSON.stringify(again.digests) === JSON.stringify(found.digests)) continue;
      throw new StationError('SYS_001', `Run ${String(number)} counted otherwise than the first.`);
    }
    const { stretches, digests, clips } = found;
    const verdict = judge(stretches, Number(options.margin));
    const [a, b] = [arms.a.arm, arms.b.arm];
    const result = { a, b, verdict, digests, stretches };
    if (options.out !== undefined) writeFileSync(options.out, JSON.stringify(result, null, 1));
    if (options.json) say(JSON.stringify(result));
    else say(`A  ${nameOf(a)}\nB  ${nameOf(b)}\n${tableOf(stretches)}\n${verdict.sentence}`);
    if (options.save) {
      const name = options.name ?? `${a.title} and ${b.title}`.slice(0, 80);
      const input = { name, a, b, margin: Number(options.margin), stretches, clips };
      await askWherever(deps.workersFolder)(options, (ask) => ask('experiment.import', input));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface CliArm extends ArmModel {
  readonly arm: ExperimentArm;
}

async function armOf(name: ArmName, options: RunOptions, host: Host): Promise<CliArm> {
  const file = path.resolve(options[name]);
  const inspect = createModelInspector(host);
  const { card, digest } = await inspect(file);
  const settings = {
    scoreFloor: settingOf('scoreFloor', options[`${name}Score`], `--${name}-score`),
    nmsIou: settingOf('nmsIou', options[`${name}Nms`], `--${name}-nms`),
    trackFrom: settingOf('trackFrom', options[`${name}Track`], `--${name}-track`),
    inputSide: settingOf('inputSide', options[`${name}Input`], `--${name}-input`),
    eachNth: settingOf('eachNth', options[`${name}Nth`], `--${name}-nth`),
  };
  const model = { path: file, digest, card };
  await proveInput({ model, settings }, (sized) => inspect(file, sized.card));
  return { arm: { digest, title: titleOf(model), ...settings }, settings, model };
}

/** @throws StationError REQ_001 with the numbers that the setting takes */
function settingOf(
  name: keyof ArmSettings,
  text: string | undefined,
  option: string,
): number | null {
  if (text === undefined) return null;
  const parsed = ArmSettings.shape[name].safeParse(text.trim() === '' ? NaN : Number(text));
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map(({ message }) => message).join(', ');
  throw new StationError('REQ_001', `${option} does not take "${text}": ${why}.`);
}

interface ClipsFound {
  readonly stretches: readonly ExperimentStretch[];
  readonly digests: readonly Readonly<Record<ArmName, string>>[];
  readonly clips: readonly ExperimentClip[];
}

async function runClips(
  options: RunOptions,
  arms: Record<ArmName, CliArm>,
  host: Host,
): Promise<ClipsFound> {
  const { clip: clips, lines, truth = [] } = options;
  if (lines.length !== 1 && lines.length !== clips.length) {
    throw new StationError('REQ_001', 'Give one file of lines for all clips, or one for each.');
  }
  if (truth.length > 0 && truth.length !== clips.length) {
    throw new StationError('REQ_001', 'Give one file of true crossings for each clip, or none.');
  }
  const stretches: ExperimentStretch[] = [];
  const digests: Record<ArmName, string>[] = [];
  const seen: ExperimentClip[] = [];
  for (const [index, clip] of clips.entries()) {
    const place = path.basename(clip);
    const linesFile = lines[index] ?? lines[0] ?? '';
    const linesFor = readLinesFile(linesFile, replayCameraId);
    const video = path.resolve(clip);
    const run = await runExperiment(
      arms,
      { place, video, linesFor, startsAt: 0 },
      {
        ...{ host, clock: systemClock, ffmpegPath: '', signal: new AbortController().signal },
        onProgress: (share) => showProgress(`${place} ${String(Math.round(share * 100))} %`),
      },
    );
    const truthFile = truth[index];
    stretches.push(truthFile === undefined ? run.stretch : answered(run.stretch, truthFile));
    digests.push({ ...run.digests });
    const { sight } = run;
    seen.push({
      ...{ place, path: video },
      sight: sight && { at: sight.at, a: [...sight.a], b: [...sight.b] },
    });
  }
  endProgress();
  return { stretches, digests, clips: seen };
}

function answered(stretch: ExperimentStretch, file: string): ExperimentStretch {
  const { place, pairs } = stretch;
  const truth = readTruth(file, place);
  const answers = answerByTruth(
    pairs.map((pair) => ({ ...pair, place })),
    truth,
  );
  return {
    ...stretch,
    pairs: pairs.map((pair, index) => ({
      ...pair,
      answer: answers[index] ?? null,
      answeredBy: path.basename(file),
    })),
  };
}

function readTruth(file: string, place: string): TrueCrossing[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StationError('REQ_002', `The file ${file} cannot be read.`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new StationError('REQ_001', `The file ${file} is not JSON.`, { cause });
  }
  const parsed = TruthFile.safeParse(value);
  if (parsed.success) return parsed.data.map(({ atMs, ...rest }) => ({ ...rest, place, at: atMs }));
  throw new StationError(
    'REQ_001',
    `The file ${file} is no list of { "line", "direction", "atMs" }.`,
  );
}

function judge(stretches: readonly ExperimentStretch[], margin: number) {
  const sum = (arm: ArmName) => stretches.reduce((total, each) => total + each.frames[arm], 0);
  const lengthMs = stretches.reduce((total, { from, to }) => total + to - from, 0);
  return judgeExperiment({
    kind: 'offline',
    pairs: stretches.flatMap(({ pairs }) => pairs),
    frames: { a: sum('a'), b: sum('b') },
    blocks: [],
    hours: lengthMs / 3_600_000,
    margin,
    failure: null,
    rules: { leastEvents: 0, leastHours: 0 },
  });
}

const settingNames: Record<keyof ArmSettings, string> = {
  ...{ scoreFloor: 'score', nmsIou: 'nms', trackFrom: 'track', inputSide: 'input' },
  eachNth: 'each nth picture',
};

function nameOf({ title, ...arm }: ExperimentArm): string {
  const settings = armSettings.flatMap((name) => {
    const value = arm[name];
    return value === null ? [] : [`${settingNames[name]} ${String(value)}`];
  });
  return settings.length === 0 ? title : `${title} (${settings.join(', ')})`;
}

/** One row for each clip and line. */
function tableOf(stretches: readonly ExperimentStretch[]): string {
  const rows = stretches.flatMap(({ place, pairs, frames }) => {
    const lines = [...new Set(pairs.map(({ lineId }) => lineId))].sort();
    const count = (line: string, kind: string) =>
      pairs.filter((pair) => pair.lineId === line && pair.kind === kind).length;
    return [
      `${place}  ${String(frames.a)} frames`,
      ...lines.map(
        (line) =>
          `  ${line.padEnd(16)} both ${String(count(line, 'both'))}, only A ${String(count(line, 'only-a'))}, only B ${String(count(line, 'only-b'))}, differently ${String(count(line, 'different'))}`,
      ),
    ];
  });
  return rows.join('\n');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
