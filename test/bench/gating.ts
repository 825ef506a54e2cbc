/**
 * The motion gate proven: what it saves, and that crossings and stays are those without it. `npm run -s bench:gating`
 *
 *   node test/bench/gating.ts [--only intel,pets,tud,sim] [--minutes 3]
 *
 * Ends with 1 when anything differs, or when less than half is saved on the one-by-one clip at its own rate.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene } from '#engine/capture/simulated/scene.ts';
import { analysisSize } from '#engine/inference/fit.ts';
import { cardOf, detectClip } from '#test/clip-detections.ts';
import { forEachFrame } from '#test/clip-frames.ts';
import { createGatedRun, type GatedResult } from '#test/gated-run.ts';
import { sharedMissing, sharedPath } from '#test/shared.ts';
import { modelDetector } from './simulated-counting.ts';

interface Row extends GatedResult {
  readonly name: string;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'intel,pets,tud,sim' },
    minutes: { type: 'string', default: '3' },
  },
});
const clips = [
  { part: 'intel', file: 'videos/intel_one-by-one-person.mp4', leastSaved: 0.5 },
  { part: 'intel', file: 'videos/intel_one-by-one-person.mp4', leastSaved: 0.4, fps: 5 },
  { part: 'pets', file: 'videos/mot15_pets09-s2l1.mp4', leastSaved: 0 },
  { part: 'tud', file: 'videos/mot15_tud-stadtmitte.mp4', leastSaved: 0 },
] as const;
const scenes = [
  'plaza?people=1',
  'plaza?people=1&rain=1',
  'plaza?people=1&night=1',
  'plaza?people=1&night=1&rain=1',
  'road?vehicles=1&people=0',
  'road?vehicles=1&people=0&rain=1',
  'road?vehicles=1&people=0&night=1',
];
const only = new Set(values.only.split(','));
let isGood = true;

for (const clip of clips) {
  if (!only.has(clip.part)) continue;
  const file = sharedPath(clip.file);
  const model = sharedPath('models/yolox_nano.onnx');
  if (file === null || model === null) {
    console.error(`${clip.file} is left out: ${sharedMissing}`);
    continue;
  }
  const fps = 'fps' in clip ? (clip.fps as number | undefined) : undefined;
  const result = await runClip(file, model, fps);
  tell(
    { name: `${path.basename(file)}${fps === undefined ? '' : ` at ${fps} fps`}`, ...result },
    clip.leastSaved,
  );
}
if (only.has('sim')) {
  for (const scene of scenes) tell({ name: scene, ...(await runScene(scene)) }, 0);
}
process.exitCode = exitCode();

function exitCode(): number {
  return isGood ? 0 : 1;
}

function tell(row: Row, leastSaved: number): void {
  isGood &&= row.differences.length === 0 && row.gatedShare >= leastSaved;
  const { name, frames, gatedShare, crossings, stays, differences } = row;
  const share = Number(gatedShare.toFixed(3));
  console.log(
    JSON.stringify({
      name,
      frames,
      saved: share,
      crossings,
      stays,
      differences: differences.length,
    }),
  );
  for (const text of differences.slice(0, 12)) console.log(`  ${text}`);
}

async function runClip(clip: string, model: string, fps: number | undefined): Promise<GatedResult> {
  const card = await cardOf(model);
  const all = await detectClip({ clip, model, card });
  const step = fps === undefined ? 1 : Math.round(10 / fps);
  const analysis = analysisSize(all.picture, card);
  const run = createGatedRun({ picture: all.picture, analysis, fps: fps ?? 25 });
  await forEachFrame({ clip, analysisFor: () => analysis }, ({ seq, pixels }) => {
    const found = all.frames[seq];
    if (found && seq % step === 0) run.see({ ...found, pixels });
  });
  return run.result();
}

async function runScene(address: string): Promise<GatedResult> {
  const scene = createScene(parseSimulatedUrl(`simulated://${address}&seed=7&fps=10`, 10).scene);
  const { width, height, fps } = scene.options;
  const picture = { width, height };
  const detect = await modelDetector(scene);
  const run = createGatedRun({ picture, analysis: picture, fps });
  const pixels = new Uint8Array(width * height * 3);
  for (let frame = 0; frame < Number(values.minutes) * 60 * fps; frame++) {
    const detections = await detect(frame, pixels);
    run.see({ seconds: frame / fps, pixels, detections });
  }
  return run.result();
}
