/**
 * What stored paths cost and what they are good for: bytes a day, and whether the line rule counts the same over them as it
 * did live, on lines that were drawn meanwhile and on lines that were not.
 *
 *   node test/bench/trajectories.ts [--json] [--minutes 10] [--model yolox_nano.onnx] [clip.mp4 | simulated://plaza …]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { EncodedBlock } from '#engine/base/trajectory.ts';
import { openDatabase } from '#engine/store/database.ts';
import { insertBlock } from '#engine/store/trajectories.ts';
import { sweepLines } from './counting/lines.ts';
import { measureAgreement, recordPaths } from './trajectories/agreement.ts';
import { type Followed, followClip, followScene } from './trajectories/frames.ts';

const daySeconds = 86_400;
const cameras = 16;
const sweepPx = 60;
const usual = ['simulated://plaza?people=12&seed=7&fps=10', 'simulated://road?seed=7&fps=10'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
    model: { type: 'string', default: '' },
  },
});

const rows = [];
for (const source of positionals.length > 0 ? positionals : usual) {
  const followed = source.startsWith('simulated:')
    ? followScene(source, Number(values.minutes))
    : await followClip(path.resolve(source), path.resolve(values.model));
  rows.push(measure(followed));
}
if (values.json) console.log(JSON.stringify({ rows }));
else for (const row of rows) console.log(row);

function measure(followed: Followed) {
  const { name, size, frames } = followed;
  const swept = sweepLines(size, sweepPx);
  // Every third line is drawn while the paths are written, as many as nobody draws in earnest.
  const drawn = swept.filter((_, index) => index % 6 === 0);
  const undrawn = swept.filter((_, index) => index % 3 === 1);
  const usualLines = drawn.slice(0, 2);
  const blocks = recordPaths(followed, usualLines);
  const seconds = (frames.at(-1)?.seconds ?? 0) - (frames[0]?.seconds ?? 0);
  const looks = frames.reduce(
    (sum, { tracks }) => sum + tracks.filter((track) => track.unseenSeconds === 0).length,
    0,
  );
  const tracks = new Set(frames.flatMap((frame) => frame.tracks.map(({ trackId }) => trackId)));
  const bytes = bytesInDatabase(blocks);
  return {
    source: name,
    seconds,
    looks,
    tracks: tracks.size,
    pathBytes: blocks.flatMap(({ parts }) => parts).reduce((sum, { path }) => sum + path.length, 0),
    bytes,
    bytesPerLook: bytes / looks,
    megabytesPerDay16: (bytes / seconds) * daySeconds * cameras * 1e-6,
    /** A busy camera has 20 000 tracks a day */
    megabytesPerDay16Busy: (bytes / tracks.size) * 20_000 * cameras * 1e-6,
    drawn: measureAgreement(followed, recordPaths(followed, drawn), drawn),
    undrawn: measureAgreement(followed, blocks, undrawn),
  };
}

/** What the blocks add to a database, indexes and all. */
function bytesInDatabase(blocks: readonly EncodedBlock[]): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'tallywatch-paths-'));
  const file = path.join(folder, 'station.db');
  const database = openDatabase({ file, role: 'writer' });
  const sizeNow = () => {
    database.pragma('wal_checkpoint(TRUNCATE)');
    return statSync(file).size;
  };
  try {
    const before = sizeNow();
    // Many copies, so that half-filled pages do not weigh.
    const copies = 20;
    for (let copy = 0; copy < copies; copy += 1) {
      for (const block of blocks) insertBlock(database, { cameraId: 'bench', epoch: 1, block });
    }
    return (sizeNow() - before) / copies;
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
