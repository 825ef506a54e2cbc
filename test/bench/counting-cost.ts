/**
 * What tracking and counting cost a frame: a crowd of made-up walkers on one core.
 *
 *   node test/bench/counting-cost.ts [--json] [--objects 50] [--lines 4] [--frames 2000]
 */
import { parseArgs } from 'node:util';
import type { Line } from '#contract/counting.ts';
import type { Detection } from '#contract/detection.ts';
import { createLineCounter } from '#engine/counting/line-counter.ts';
import { createByteTracker } from '#engine/tracking/byte-tracker.ts';
import { randomOf } from '#test/random.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    objects: { type: 'string', default: '50' },
    lines: { type: 'string', default: '4' },
    frames: { type: 'string', default: '2000' },
  },
});
const objects = Number(values.objects);
const frames = Number(values.frames);
const fps = 25;
const picture = { width: 1920, height: 1080 };
const warmUpFrames = 200;

const random = randomOf('counting-cost');
const walkers = Array.from({ length: objects }, () => ({
  x: random.even(),
  y: 0.2 + 0.7 * random.even(),
  vx: (random.even() - 0.5) / (5 * fps),
  vy: (random.even() - 0.5) / (5 * fps),
}));
const lines = Array.from({ length: Number(values.lines) }, (_, index): Line => {
  const y = (index + 1) / (Number(values.lines) + 1);
  const points = [
    { x: 0, y },
    { x: 1, y },
  ];
  const id = `line-${index}`;
  return { id, cameraId: 'cost', name: id, points, anchor: 'bottom', labels: [], revision: 1 };
});

const tracker = createByteTracker({ picture, fps });
const counters = lines.map((line) => createLineCounter(line, picture));
const costsMs: number[] = [];
let crossings = 0;

for (let frame = 0; frame < frames + warmUpFrames; frame += 1) {
  const detections = walkers.map(walk);
  const seconds = frame / fps;
  const startedAt = performance.now();
  const tracks = tracker.update(detections, seconds);
  for (const counter of counters) {
    crossings += counter.update(tracks, { seconds, frameSeq: frame }).length;
  }
  if (frame >= warmUpFrames) costsMs.push(performance.now() - startedAt);
}

costsMs.sort((a, b) => a - b);
const at = (share: number): number =>
  Math.round((costsMs[Math.floor(share * (costsMs.length - 1))] ?? 0) * 1000) / 1000;
const figures = {
  objects,
  lines: lines.length,
  frames,
  crossings,
  medianMs: at(0.5),
  p05Ms: at(0.05),
  p95Ms: at(0.95),
  p99Ms: at(0.99),
};
console.log(values.json ? JSON.stringify(figures) : figures);

/** Moves a walker and looks at it, with a little jitter; it turns at the edge of the picture. */
function walk(walker: (typeof walkers)[number]): Detection {
  if (walker.x + walker.vx < 0 || walker.x + walker.vx > 1) walker.vx *= -1;
  if (walker.y + walker.vy < 0.15 || walker.y + walker.vy > 1) walker.vy *= -1;
  walker.x += walker.vx;
  walker.y += walker.vy;
  const width = 0.025 * (1 + 0.03 * random.normal());
  const height = 0.12 * (1 + 0.03 * random.normal());
  const x = walker.x + 0.001 * random.normal() - width / 2;
  const y = walker.y + 0.002 * random.normal() - height;
  return { box: { x, y, width, height }, score: 0.5 + 0.5 * random.even(), label: 'person' };
}
