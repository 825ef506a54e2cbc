/**
 * A process that writes frames of three cameras as fast as the store takes them, and says what was acknowledged, one line
 * of JSON each, until it is killed. The number of a track holds the number of its frame: `frameSeq × 10 + n`.
 */
import { writeSync } from 'node:fs';
import { systemClock } from '#engine/base/clock.ts';
import { silentLogger } from '#engine/base/log.ts';
import { createStore } from '#engine/store/create-store.ts';
import { aRecord, storeEntry } from './store-records.ts';

const store = await createStore({
  folder: process.argv[2] ?? '',
  entry: storeEntry,
  clock: systemClock,
  log: silentLogger,
  spoolBytes: 4 * 1024 * 1024,
});
await Promise.all(['gate', 'yard', 'dock'].map((cameraId) => run(cameraId)));

async function run(cameraId: string): Promise<void> {
  const epoch = await store.checkpoints.beginEpoch(cameraId);
  for (let frameSeq = 0; ; frameSeq += 1) {
    const at = Date.now();
    const tracks = Array.from({ length: frameSeq % 3 }, (_, index) => frameSeq * 10 + index);
    const { state } = await store.crossings.recordFrame(
      aRecord({
        cameraId,
        epoch,
        frameSeq,
        at,
        crossings: tracks.map((trackId) => ({ trackId, at })),
        observed: { from: at, to: at + 1 },
        state: 'x'.repeat(2_000),
      }),
    );
    const uids = tracks.map((trackId) => `${cameraId}:${epoch}:${trackId}`);
    writeSync(1, `${JSON.stringify({ cameraId, epoch, frameSeq, state, uids })}\n`);
  }
}
