/**
 * What a station says of itself.
 */
import os from 'node:os';
import type { StationInfo } from '#contract/health.ts';
import type { FfmpegTools } from './capture/ffmpeg-locate.ts';
import type { Fleet } from './fleet.ts';
import type { Host } from './host.ts';

export interface StationInfoDeps {
  readonly host: Host;
  /** Unix ms */
  readonly startedAt: number;
  readonly fleet: Pick<Fleet, 'workers' | 'providers'>;
  readonly findFfmpeg: () => Promise<FfmpegTools>;
}

/** As of now; without ffmpeg where none is found. */
export async function stationInfo(deps: StationInfoDeps): Promise<StationInfo> {
  const { host, startedAt, fleet } = deps;
  const tools = await deps.findFfmpeg().catch(() => null);
  return {
    version: host.version,
    host: host.kind,
    startedAt,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cores: os.availableParallelism(),
    ffmpeg: tools && { path: tools.path, version: tools.version },
    providers: [...fleet.providers()],
    dataFolder: host.paths.data,
    rssBytes: process.memoryUsage.rss(),
    workers: fleet.workers().map(({ handle, restarts, cameras }) => ({
      id: handle.id,
      pid: handle.pid,
      state: handle.state(),
      since: handle.since(),
      restarts,
      threads: handle.threads,
      cameras,
      rssBytes: handle.report()?.rssBytes ?? 0,
      timings: handle.report()?.timings ?? null,
    })),
  };
}
