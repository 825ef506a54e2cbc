/**
 * `tallywatch models tune`: by the station that runs on the data folder, or in its database when none does.
 */
import type { Command } from 'commander';
import { StationError } from '#contract/error.ts';
import type { ExecutionTrial, TuningView } from '#contract/execution.ts';
import type { Model } from '#contract/model.ts';
import { systemClock } from '#engine/base/clock.ts';
import { silentLogger } from '#engine/base/log.ts';
import { keepExecutions } from '#engine/executions.ts';
import { entryFile, type Host } from '#engine/host.ts';
import { readMachine } from '#engine/machine.ts';
import { findModel } from '#engine/services/find-model.ts';
import { createTuningService } from '#engine/services/tuning-service.ts';
import { createStore } from '#engine/store/create-store.ts';
import { tuneModel } from '#engine/tune-model.ts';
import { askStation } from './ask-station.ts';
import { folderOption } from './ask-wherever.ts';
import { loadCliConfig } from './cli-config.ts';
import { endProgress, showProgress } from './cli-progress.ts';
import { runningUrl } from './find-station.ts';

interface TuneOptions {
  readonly pictures?: string;
  readonly dataFolder?: string;
  readonly json?: boolean;
}

/** Adds `tune` to `models`. */
export function addTuneCommand(models: Command, createHost: (dataFolder: string) => Host): void {
  models
    .command('tune <model>')
    .description('Measures by which provider and options a model computes best, and uses it')
    .option('--pictures <folder>', 'pictures to measure on; left out, those of the live cameras')
    .option('--json', 'print one JSON object on stdout')
    .option(...folderOption)
    .action(async (name: string, options: TuneOptions) => {
      const found = await tune(name, options, createHost);
      process.stdout.write(options.json ? `${JSON.stringify(found)}\n` : toText(found));
    });
}

async function tune(
  name: string,
  { pictures, dataFolder: folder }: TuneOptions,
  createHost: (dataFolder: string) => Host,
): Promise<TuningView> {
  const { dataFolder } = loadCliConfig(folder === undefined ? [] : ['--data-folder', folder]);
  const of = (model: Pick<Model, 'digest'>) => ({
    digest: model.digest,
    ...(pictures === undefined ? {} : { picturesFolder: pictures }),
  });
  const url = runningUrl(dataFolder);
  if (url !== null) {
    const ask = (procedure: string, input: unknown): Promise<unknown> =>
      askStation({ url, dataFolder, name: procedure, input });
    const model = findModel(name, (await ask('model.list', {})) as Model[]);
    return (await ask('model.tune', of(model))) as TuningView;
  }
  if (pictures === undefined) {
    throw new StationError(
      'REQ_001',
      'No station runs, so no camera gives pictures: name a folder with --pictures.',
    );
  }
  return tuneAlone(createHost(dataFolder), (list) => of(findModel(name, list)));
}

/** Measures in this process what a station that is started later uses. */
async function tuneAlone(
  host: Host,
  choose: (models: readonly Model[]) => {
    readonly digest: string;
    readonly picturesFolder?: string;
  },
): Promise<TuningView> {
  const clock = systemClock;
  const store = await createStore({
    ...{ folder: host.paths.data, clock, log: silentLogger },
    entry: entryFile(host.paths.workers, 'store'),
  });
  try {
    const machine = await readMachine();
    const executions = await keepExecutions({
      ...{ store, machine, clock, log: silentLogger },
      modelName: (digest) => digest,
      notify: () => undefined,
      onChanged: () => undefined,
    });
    const service = createTuningService({
      ...{ store, clock, machine, executions },
      sampleFrames: { take: () => Promise.reject(new StationError('SYS_001', 'No camera.')) },
      tune: (model, context) =>
        tuneModel(model, { host, cores: machine.cores, listed: [], ...context }),
      apply: () => Promise.resolve(),
    });
    return await service['model.tune'](
      { maxPictures: 32, ...choose(await store.models.list()) },
      {
        caller: { user: 'command line', role: 'system', door: 'cli' },
        signal: new AbortController().signal,
        onProgress: (share, text) => showProgress(`${String(Math.round(share * 100))} % ${text}`),
      },
    );
  } finally {
    endProgress();
    await store.close();
  }
}

function toText({ trials, order, reason, machine, pictures }: TuningView): string {
  const rows = trials.map((trial) => `${describe(trial)}\n`).join('');
  const used = order.map((each) => wordsOf({ execution: each })).join(', then ');
  return `${machine.processor}, ${String(machine.cores)} cores, ONNX Runtime ${machine.runtime}, ${String(pictures)} pictures\n${rows}Used: ${used}. ${reason}\n`;
}

function describe(trial: ExecutionTrial): string {
  const name = wordsOf(trial).padEnd(44);
  switch (trial.outcome) {
    case 'agrees':
      return `${name} ${pair(trial.coreMs, trial.plainCoreMs)} of the processor, ${pair(trial.quickMs, trial.plainMs)} on the clock`;
    case 'differs':
      return `${name} refused: ${trial.reason}`;
    case 'unusable':
      return `${name} not available: ${trial.error.message}`;
  }
}

function pair(own: number, plain: number): string {
  return `${own.toFixed(1)} ms (plain ${plain.toFixed(1)})`;
}

function wordsOf({ execution }: Pick<ExecutionTrial, 'execution'>): string {
  const { provider, intraOpThreads, graphLevel, hasArena, batch } = execution;
  const options = [
    ...(provider === 'cpu' ? [`${String(intraOpThreads)} thread(s)`] : []),
    ...(graphLevel === 'all' ? [] : [`graph ${graphLevel}`]),
    ...(hasArena ? [] : ['no arena']),
    ...(batch === 1 ? [] : [`batch ${String(batch)}`]),
  ];
  return [provider, ...options].join(', ');
}
