/**
 * Measures what a simulated camera costs: processor time (user and system, not waiting) per frame of 640 × 360, and what
 * share of one core 25 frames a second take. Ends with 1 when it is more than 15 %.
 *
 * Usage: `node test/bench/simulated-cost.ts [--frames 1500] [address …]`
 */
import { parseArgs } from 'node:util';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene } from '#engine/capture/simulated/scene.ts';

const usual = ['simulated://plaza?seed=7&fps=25', 'simulated://road?seed=7&fps=25'];
const mostPercent = 15;
const warmUpFrames = 100;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { frames: { type: 'string', default: '1500' } },
});

const rows = (positionals.length > 0 ? positionals : usual).map((address) => {
  const scene = createScene(parseSimulatedUrl(address, 25).scene);
  const { width, height, fps } = scene.options;
  const pixels = new Uint8Array(width * height * 3);
  for (let frame = 0; frame < warmUpFrames; frame++) scene.render(frame, pixels);
  const before = process.cpuUsage();
  const frames = Number(values.frames);
  for (let frame = 0; frame < frames; frame++) scene.render(warmUpFrames + frame, pixels);
  const spent = process.cpuUsage(before);
  const cpuMs = (spent.user + spent.system) / 1000 / frames;
  return {
    address,
    cpuMs: Number(cpuMs.toFixed(2)),
    percent: Number((cpuMs * fps * 0.1).toFixed(1)),
  };
});
console.table(rows);
if (rows.some(({ percent }) => percent > mostPercent)) process.exitCode = 1;
