/**
 * How long a what-if takes over a synthetic day of 20 000 tracks of one camera, and near misses over an hour of it.
 *
 *   node test/bench/what-if.ts [--json] [--tracks 20000]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Line } from '#contract/counting.ts';
import { createReview } from '#engine/review.ts';
import { openDatabase } from '#engine/store/database.ts';
import { insertBlock } from '#engine/store/trajectories.ts';
import { recordPaths } from './trajectories/agreement.ts';
import { followScene } from './trajectories/frames.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    tracks: { type: 'string', default: '20000' },
  },
});
const daySeconds = 86_400;
const sceneMinutes = 5;
const runs = 5;
const cameraId = 'bench';

const followed = followScene('simulated://plaza?people=12&seed=7&fps=10', sceneMinutes);
const lines = [...followed.scene.lines].map(({ name, points, labels }, index): Line => ({
  id: `line-${String(index)}`,
  cameraId,
  name,
  points: [...points],
  anchor: 'bottom',
  labels: [...labels],
  revision: 1,
}));
const blocks = recordPaths(followed, lines);
const folder = mkdtempSync(path.join(tmpdir(), 'tallywatch-what-if-'));
const database = openDatabase({ file: path.join(folder, 'station.db'), role: 'writer' });
try {
  const startMs = blocks[0]?.fromMs ?? 0;
  const seconds = sceneMinutes * 60;
  const perScene = new Set(blocks.flatMap(({ parts }) => parts.map(({ trackId }) => trackId))).size;
  const copies = Math.min(
    Math.ceil(Number(values.tracks) / perScene),
    Math.floor(daySeconds / seconds),
  );
  const insert = database.transaction((copy: number) => {
    const shiftMs = Math.floor((copy * daySeconds) / copies) * 1000;
    for (const block of blocks) {
      const parts = block.parts.map((part) => ({
        ...part,
        trackId: part.trackId + copy * 100_000,
        firstMs: part.firstMs + shiftMs,
        lastMs: part.lastMs + shiftMs,
      }));
      const moved = { ...block, fromMs: block.fromMs + shiftMs, toMs: block.toMs + shiftMs, parts };
      insertBlock(database, { cameraId, epoch: 1, block: moved });
    }
  });
  for (let copy = 0; copy < copies; copy += 1) insert(copy);

  const review = createReview(database);
  const [old, other] = lines;
  if (old === undefined || other === undefined) throw new Error('the plaza has two lines');
  const draft = { ...old, id: 'draft', points: old.points.map(({ x, y }) => ({ x: x + 0.03, y })) };
  const edges = Array.from({ length: 25 }, (_, hour) => startMs + hour * 3_600_000);
  /** The first reads the day; the others are the line moved on. */
  const costs = Array.from({ length: runs + 1 }, (_, run) => {
    const moved = { ...draft, points: draft.points.map(({ x, y }) => ({ x: x + run / 1000, y })) };
    const [wall, cpu] = [performance.now(), process.cpuUsage()];
    const answer = review.whatIf({ draft: moved, old, edges }, () => false);
    const { user, system } = process.cpuUsage(cpu);
    return { wallMs: performance.now() - wall, cpuMs: (user + system) / 1000, answer };
  });
  const near = performance.now();
  const span = { from: startMs, to: startMs + 3_600_000 };
  const misses = review.nearMisses({ line: old, span, limit: 100 }, () => false);
  const nearMs = performance.now() - near;
  const middle = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
  const figures = {
    tracks: copies * perScene,
    parts: Number(database.prepare('SELECT count(*) FROM trajectory_parts').pluck().get()),
    firstMs: Math.round(costs[0]?.wallMs ?? 0),
    firstCpuMs: Math.round(costs[0]?.cpuMs ?? 0),
    movedMs: Math.round(middle(costs.slice(1).map(({ wallMs }) => wallMs))),
    movedCpuMs: Math.round(middle(costs.slice(1).map(({ cpuMs }) => cpuMs))),
    rssMb: Math.round(process.memoryUsage.rss() / 1e6),
    old: costs[0]?.answer.old,
    draft: costs[0]?.answer.draft,
    considered: costs[0]?.answer.tracks,
    nearMissesHourMs: Math.round(nearMs),
    nearMisses: misses.misses.length,
  };
  console.log(values.json ? JSON.stringify(figures) : figures);
} finally {
  database.close();
  rmSync(folder, { recursive: true, force: true });
}
