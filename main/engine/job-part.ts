/**
 * Wires the batch jobs of a station: what keeps them, what counts them, and what is asked of them.
 */
import type { StationConfig } from '#contract/config.ts';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { Clock } from './base/clock.ts';
import { probeFacts } from './capture/probe.ts';
import { parseSource } from './capture/source.ts';
import type { FfmpegTools } from './capture/ffmpeg-locate.ts';
import type { Host } from './host.ts';
import { type JobKeeper, keepJobs } from './job-keeper.ts';
import { openJobPlayer } from './job-player.ts';
import { executeRun } from './job-run.ts';
import type { Pictures } from './recorded-pictures.ts';
import { createJobService } from './services/job-service.ts';
import type { Store } from './store/store.ts';

export interface JobPartDeps {
  readonly store: Store;
  readonly host: Host;
  readonly clock: Clock;
  readonly config: Pick<StationConfig, 'ffmpegPath'>;
  readonly owner: string;
  readonly timeZone: string;
  readonly pictures: Pictures;
  readonly cameras: () => readonly Camera[];
  readonly linesOf: (cameraId: string) => readonly Line[];
  /** Live frames come late now */
  readonly isLiveLate: () => boolean;
  readonly findFfmpeg: () => Promise<FfmpegTools>;
  readonly notify: (message: string, code: string) => void;
  readonly later: (ms: number, act: () => void) => () => void;
}

export interface JobPart {
  readonly handlers: ReturnType<typeof createJobService>;
  readonly keeper: JobKeeper;
}

const probeMs = 15_000;

export function createJobPart(deps: JobPartDeps): JobPart {
  const { store, host, clock, config, pictures } = deps;
  const { log } = host;

  async function lengthOf(file: string, signal: AbortSignal): Promise<number | null> {
    const source = parseSource(file);
    if (source.kind === 'simulated') return null;
    const tools = await deps.findFfmpeg();
    const facts = await probeFacts(
      { source, transport: 'tcp' },
      { tools, owner: deps.owner, clean: (text) => text, limitMs: probeMs, signal },
    );
    return facts.lengthMs;
  }

  const keeper = keepJobs({
    ...{ clock, log, store: store.jobs, notify: deps.notify, later: deps.later },
    execute: (job, run, signal) =>
      executeRun({ job, run }, signal, {
        ...{ store, clock, log, pictures, lengthOf, linesOf: deps.linesOf },
        openPlayer: ({ model, run: { settings }, lines }, player) =>
          openJobPlayer(
            { model, settings, lines },
            {
              ...{ ...player, host, clock, owner: deps.owner, ffmpegPath: config.ffmpegPath },
              isLiveLate: deps.isLiveLate,
            },
          ),
      }),
  });
  const { cameras, timeZone } = deps;
  return { keeper, handlers: createJobService({ keeper, store, clock, cameras, timeZone }) };
}
