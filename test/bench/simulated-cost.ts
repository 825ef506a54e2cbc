/**
 * Measures what a simulated camera costs: processor time (user and system, not waiting) per frame of 640 × 360, and what
 * share of one core 25 frames a second take. The least of some stretches counts: on a busy machine the others also hold
 * what the neighbours did to the caches. Ends with 1 when it is more than 15 %.
 *
 * Usage: `node test/bench/simulated-cost.ts [--frames 1000] [address …]`
 */
import { parseArgs } from 'node:util';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene } from '#engine/capture/simulated/scene.ts';

const usual = ['simulated://plaza?seed=7&fps=25', 'simulated://road?seed=7&fps=25'];
const mostPercent = 15;
const warmUpFrames = 100;
const stretches = 10;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { frames: { type: 'string', default: '1000' } },
});

const frames = Math.ceil(Number(values.frames) / stretches);

const rows = (positionals.length > 0 ? positionals : usual).map((address) => {
  const scene = createScene(parseSimulatedUrl(address, 25).scene);
  const { width, height, fps } = scene.options;
  const pixels = new Uint8Array(width * height * 3);
  for (let frame = 0; frame < warmUpFrames; frame++) scene.render(frame, pixels);
  const costs = Array.from({ length: stretches }, (_, stretch) => {
    const before = process.cpuUsage();
    for (let i = 0; i < frames; i++) scene.render(warmUpFrames + stretch * frames + i, pixels);
    const spent = process.cpuUsage(before);
    return (spent.user + spent.system) / 1000 / frames;
  }).sort((a, b) => a - b);
  const leastMs = costs[0] ?? 0;
  const medianMs = costs[Math.floor(stretches / 2)] ?? 0;
  return {
    address,
    leastMs: Number(leastMs.toFixed(2)),
    medianMs: Number(medianMs.toFixed(2)),
    percent: Number((leastMs * fps * 0.1).toFixed(1)),
  };
});
console.table(rows);
if (rows.some(({ percent }) => percent > mostPercent)) process.exitCode = 1;
