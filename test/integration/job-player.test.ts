/**
 * The player of batch jobs on a real worker: how many pictures are in one run of the network, and that it makes way for live frames.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '#engine/base/clock.ts';
import { digestFile } from '#engine/models/digest.ts';
import { probeNetwork } from '#engine/inference/probe-network.ts';
import { tryCard } from '#engine/inference/try-card.ts';
import { jobCameraId, openJobPlayer } from '#engine/job-player.ts';
import { inspectModel } from '#engine/models/inspect.ts';
import type { JobRecord } from '#engine/store/job-records.ts';
import type { WorkerModel } from '#engine/worker-protocol.ts';
import { createNodeHost } from '#server/node-host.ts';
import { ffmpegPath } from '#test/clips.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { cleanUp, scratchFolder } from '#test/station-process.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const root = path.resolve(import.meta.dirname, '../..');
const frames = 75;
const line = {
  ...{ id: 'middle', name: 'Middle', cameraId: jobCameraId, revision: 1, labels: [] },
  anchor: 'bottom' as const,
  points: [
    { x: 0.5, y: 0.01 },
    { x: 0.5, y: 0.99 },
  ],
};

describe.skipIf(!hasShared || ffmpegPath === null)(
  `the player of a job (${hasShared ? 'TUD-Stadtmitte' : sharedMissing})`,
  () => {
    let model: WorkerModel;
    let clip = '';

    beforeAll(async () => {
      // It takes any number of pictures at once.
      const file = sharedPath('models/deimv2_hgnetv2_femto_coco.onnx')!;
      const { card } = await inspectModel(
        { file },
        { describeElsewhere: () => Promise.resolve(null), probeNetwork, tryCard },
      );
      model = { path: file, digest: await digestFile(file), card };
      clip = path.join(scratchFolder(), 'piece.mp4');
      const source = sharedPath('videos/mot15_tud-stadtmitte.mp4')!;
      execFileSync(ffmpegPath!, ['-v', 'error', '-ss', '4', '-t', '3', '-i', source, '-an', clip]);
      return cleanUp;
    });

    async function open(batch: number, isLiveLate: () => boolean = () => false) {
      const records: Omit<JobRecord, 'runId'>[] = [];
      const host = createNodeHost({
        ...{ kind: 'headless', version: '0.0.0', dataFolder: scratchFolder() },
        ...{ resourcesFolder: path.join(root, 'resources'), logLevel: 'warn' },
        ...{ workersFolder: path.join(root, 'main/workers'), terminalLevel: 'silent' },
      });
      const settings = { scoreFloor: null, nmsIou: null, trackFrom: null, fps: 30, batch };
      const player = await openJobPlayer(
        { model, settings, lines: [line] },
        {
          ...{ host, clock: systemClock, ffmpegPath: ffmpegPath!, owner: 'test', isLiveLate },
          record: (record) => Promise.resolve(void records.push(record)),
          onSkipped: () => undefined,
        },
      );
      onTestFinished(() => player.close());
      const item = { position: 0, source: clip, play: { startsAt: 0 }, checkpoint: null };
      return { player, records, play: () => player.play(item, new AbortController().signal) };
    }

    it('gives many pictures to one run of the network, and counts what single ones count', async () => {
      const counted = [];
      for (const batch of [16, 1]) {
        const { player, records, play } = await open(batch);
        await play();
        await vi.waitFor(() => expect(player.figures().frames).toBe(frames), { timeout: 60_000 });
        counted.push({
          crossings: records.flatMap(({ crossings }) => crossings),
          last: records.at(-1)?.checkpoint,
        });
        const perRun = frames / player.figures().runs;
        if (batch === 1) expect(perRun).toBe(1);
        else expect(perRun).toBeGreaterThan(2);
      }
      const [many, single] = counted;
      expect(many?.crossings.length).toBeGreaterThan(0);
      expect(many).toEqual(single);
    });

    it('looks at no further frame while live frames come late, and then at all of them', async () => {
      const seen: number[] = [];
      let atRelease: number | null = null;
      const { player, records, play } = await open(1, () => {
        seen.push(player.figures().frames);
        // Its worker reports each second, it is asked twice a second.
        const isStill = seen.length > 6 && seen.at(-7) === seen.at(-1);
        if (isStill) atRelease ??= player.figures().frames;
        return atRelease === null;
      });
      await play();
      expect(atRelease).toBeLessThan(frames);
      expect(records.at(-1)?.frames).toBe(frames);
    });
  },
);
