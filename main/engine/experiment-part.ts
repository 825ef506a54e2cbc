/**
 * Wires the experiments of a station: what runs them on cameras and recordings, what deals turns between the arms, and what is asked
 * of them.
 */
import os from 'node:os';
import type { Camera } from '#contract/camera.ts';
import type { StationConfig } from '#contract/config.ts';
import type { Clock } from './base/clock.ts';
import type { FfmpegTools } from './capture/ffmpeg-locate.ts';
import { createClipPictures } from './clip-pictures.ts';
import { type ExperimentKeeper, keepExperiments, stretchMs } from './experiment-keeper.ts';
import { runExperiment } from './experiment-run.ts';
import { keepSights } from './experiment-sights.ts';
import { keepSplits, type SplitKeeper } from './experiment-split.ts';
import type { Fleet } from './fleet.ts';
import type { Host } from './host.ts';
import type { ModelRollout } from './model-rollout.ts';
import type { PreviewHub } from './preview-hub.ts';
import { type Pictures, pictureStrip } from './recorded-pictures.ts';
import {
  createExperimentService,
  type ExperimentServiceDeps,
} from './services/experiment-service.ts';
import { runShadow } from './shadow-run.ts';
import type { Site } from './site.ts';
import type { Store } from './store/store.ts';

export interface ExperimentPartDeps {
  readonly store: Store;
  readonly host: Host;
  readonly clock: Clock;
  readonly config: Pick<StationConfig, 'ffmpegPath'>;
  readonly owner: string;
  /** IANA name */
  readonly timeZone: string;
  readonly site: Site;
  readonly fleet: Fleet;
  readonly rollout: ModelRollout;
  readonly previews: PreviewHub;
  readonly pictures: Pictures;
  readonly findFfmpeg: () => Promise<FfmpegTools>;
  readonly tryModel: ExperimentServiceDeps['tryModel'];
  readonly makePdf: ExperimentServiceDeps['makePdf'];
}

export interface ExperimentPart {
  readonly handlers: ReturnType<typeof createExperimentService>;
  /** Which arm has the turn */
  readonly splits: SplitKeeper;
  /** Runs what is due, from now on. */
  start(): void;
  close(): Promise<void>;
}

export function createExperimentPart(deps: ExperimentPartDeps): ExperimentPart {
  const { store, host, clock, config, owner, timeZone, site, fleet, rollout, pictures } = deps;
  const { log } = host;
  const splits = keepSplits({ store, rollout, clock, log });
  const sights = keepSights({ previews: deps.previews, pictures, clock });
  let keeper: ExperimentKeeper | null = null;
  return {
    splits,
    handlers: createExperimentService({
      ...{ store, clock, timeZone, sights, site: os.hostname() },
      clipPictures: createClipPictures({ findFfmpeg: deps.findFfmpeg, owner }),
      makePdf: deps.makePdf,
      cameras: (): readonly Camera[] => site.cameras(),
      counting: (cameraId) => rollout.counting(cameraId),
      tryModel: deps.tryModel,
      pictures: (cameraId, at) => pictureStrip(pictures, cameraId, at),
    }),
    start() {
      keeper = keepExperiments({
        ...{ store, clock, log, pictures, sights },
        linesOf: (cameraId) => site.plan(cameraId).lines,
        run: (arms, video, signal) =>
          runExperiment(arms, video, { host, clock, ffmpegPath: config.ffmpegPath, signal }),
        shadow: (arms, { experimentId, cameraId }, signal) =>
          runShadow(
            arms,
            { cameraId, lines: site.plan(cameraId).lines, fps: site.settings(cameraId).fps },
            {
              ...{ host, fleet, lengthMs: stretchMs, signal },
              onSeen: (seen) => sights.live(experimentId, cameraId, seen),
            },
          ),
      });
    },
    async close() {
      await keeper?.close();
      await splits.close();
      sights.close();
    },
  };
}
