/**
 * Finds the score power, score floor and overlap limit at which the embedded detector counts best, on scenes that it was
 * neither trained on nor is measured on. The network runs once; its boxes are kept and counted with each setting.
 *
 * Usage: `node test/bench/choose-thresholds.ts [--model model.onnx] [--input 448x256] [--seeds 501,502] [--minutes 10] [--keep folder]
 * [--powers 0.7,1] [--floors 0.2,0.3] [--overlaps 0.6,0.7]`
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Detection } from '#contract/detection.ts';
import { ModelCard } from '#contract/model.ts';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene, type Scene } from '#engine/capture/simulated/scene.ts';
import { suppress } from '#engine/inference/nms.ts';
import { createSession } from '#engine/inference/session.ts';
import { countScene, type LineResult } from './simulated-counting.ts';

interface Setting {
  /** Scores are raised to this power */
  readonly power: number;
  readonly floor: number;
  readonly nmsIou: number;
}

const folder = path.resolve(import.meta.dirname, '../../resources/models/embedded');
/** Boxes below this score, or hidden by another to this degree, are of no use in any setting. */
const keptFloor = 0.03;
const keptIou = 0.95;

/** The same scene, which works out each truth once. */
function withMemory(scene: Scene): Scene {
  const known = new Map<string, ReturnType<Scene['truthCrossings']>>();
  return {
    ...scene,
    truthCrossings(query) {
      const key = JSON.stringify(query);
      const crossings = known.get(key) ?? scene.truthCrossings(query);
      known.set(key, crossings);
      return crossings;
    },
  };
}

async function detectAll(scene: Scene, model: { file: string; card: ModelCard }, frames: number) {
  const card = { ...model.card, scoreFloor: keptFloor, nmsIou: keptIou };
  const session = await createSession({
    model: model.file,
    card,
    provider: 'cpu',
    intraOpThreads: 1,
  });
  const picture = { width: scene.options.width, height: scene.options.height };
  const pixels = new Uint8Array(picture.width * picture.height * 3);
  const found: Detection[][] = [];
  for (let frame = 0; frame < frames; frame++) {
    scene.render(frame, pixels);
    const result = await session.run([{ pixels, layout: { picture, analysis: picture } }]);
    found.push(result.detections[0] ?? []);
  }
  return found;
}

function withSetting(detections: readonly Detection[], setting: Setting): Detection[] {
  const raw = detections.flatMap(({ box, score, label }) => {
    const raised = score ** setting.power;
    if (raised <= setting.floor) return [];
    const edges = { x1: box.x, y1: box.y, x2: box.x + box.width, y2: box.y + box.height };
    return [{ ...edges, score: raised, classIndex: label === 'person' ? 0 : 1 }];
  });
  return suppress(raw, setting.nmsIou).map(({ x1, y1, x2, y2, score, classIndex }) => ({
    box: { x: x1, y: y1, width: x2 - x1, height: y2 - y1 },
    score,
    label: classIndex === 0 ? 'person' : 'vehicle',
  }));
}

/** Share of true crossings that the count is off, over lines and directions, and the mean F1, weighted by truth. */
function judge(results: readonly LineResult[]): { wape: number; f1: number; worst: number } {
  const all = results.reduce((sum, one) => sum + one.truth, 0);
  const off = results.reduce((sum, one) => sum + Math.abs(one.counted - one.truth), 0);
  const f1 = results.reduce((sum, one) => sum + one.f1 * one.truth, 0);
  const worst = Math.max(...results.map((one) => Math.abs(one.errorPercent)));
  return { wape: (100 * off) / all, f1: f1 / all, worst };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string', default: path.join(folder, 'model.onnx') },
      input: { type: 'string' },
      seeds: { type: 'string', default: '501,502' },
      scenes: { type: 'string', default: 'plaza,road' },
      minutes: { type: 'string', default: '10' },
      keep: { type: 'string' },
      powers: { type: 'string', default: '0.7,0.85,1,1.2' },
      floors: { type: 'string', default: '0.2,0.3' },
      overlaps: { type: 'string', default: '0.6,0.7,0.8' },
    },
  });
  const [powers, floors, overlaps] = [values.powers, values.floors, values.overlaps].map((list) =>
    list.split(',').map(Number),
  ) as [number[], number[], number[]];
  const shipped = ModelCard.parse(JSON.parse(readFileSync(path.join(folder, 'card.json'), 'utf8')));
  const [width, height] = (values.input ?? '').split('x').map(Number);
  const card = width && height ? { ...shipped, input: { width, height } } : shipped;
  const frames = Math.round(Number(values.minutes) * 600);

  const cases: { scene: Scene; found: Detection[][] }[] = [];
  for (const seed of values.seeds.split(',')) {
    for (const name of values.scenes.split(',')) {
      const address = `simulated://${name}?seed=${seed}&fps=10`;
      const scene = withMemory(createScene(parseSimulatedUrl(address, 10).scene));
      const file =
        values.keep === undefined ? null : path.join(values.keep, `${name}-${seed}.json`);
      if (file !== null && existsSync(file)) {
        cases.push({ scene, found: JSON.parse(readFileSync(file, 'utf8')) as Detection[][] });
        continue;
      }
      const found = await detectAll(scene, { file: values.model, card }, frames);
      if (file !== null) {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, JSON.stringify(found));
      }
      cases.push({ scene, found });
    }
  }

  const rows: (Setting & ReturnType<typeof judge>)[] = [];
  for (const power of powers) {
    for (const floor of floors) {
      for (const nmsIou of overlaps) {
        const setting = { power, floor, nmsIou };
        const results: LineResult[] = [];
        for (const { scene, found } of cases) {
          const detect = (frame: number) =>
            Promise.resolve(withSetting(found[frame] ?? [], setting));
          results.push(...(await countScene(scene, frames / 600, detect)));
        }
        rows.push({ ...setting, ...judge(results) });
      }
    }
  }
  rows.sort((a, b) => b.f1 - a.f1);
  console.table(
    rows.slice(0, 12).map((row) => ({
      ...row,
      wape: row.wape.toFixed(2),
      f1: row.f1.toFixed(4),
      worst: row.worst.toFixed(1),
    })),
  );
}

if (process.argv[1] === import.meta.filename) await main();
