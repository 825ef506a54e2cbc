/**
 * Counts simulated minutes with the station's own detector, tracker and line rule, and compares with the exact truth.
 *
 * Usage: `node test/bench/simulated-counting.ts [--minutes 10] [--boxes model|truth] [--folder FOLDER] [--json out.json] <address> …`, with
 * `model.onnx` and `card.json` of FOLDER instead of the detector that comes with the product.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Direction, Line } from '#contract/counting.ts';
import type { Detection } from '#contract/detection.ts';
import { ModelCard } from '#contract/model.ts';
import { createCameraCounter } from '#engine/camera-counter.ts';
import { emptyPlan } from '#engine/counting-plan.ts';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene, type Scene } from '#engine/capture/simulated/scene.ts';
import { createSession } from '#engine/inference/session.ts';

interface Event {
  readonly direction: Direction;
  readonly seconds: number;
}

/** A true crossing is an interval: from the first change of sign to the settled side (COUNTING.md). */
interface TrueEvent {
  readonly direction: Direction;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

export interface LineResult {
  readonly line: string;
  readonly direction: Direction;
  readonly truth: number;
  readonly counted: number;
  readonly errorPercent: number;
  readonly f1: number;
}

type Detect = (frame: number, pixels: Uint8Array) => Promise<Detection[]>;

const shippedFolder = path.resolve(import.meta.dirname, '../../resources/models/embedded');
const usual = ['simulated://plaza?seed=7&fps=10', 'simulated://road?seed=7&fps=10'];
/** A crossing that was found is at most this far from the interval of the true one, seconds. */
const toleranceSeconds = 1;
/** Less of an object than this is no detection when the true boxes stand in for the model. */
const seenLeast = 0.3;

/** Runs one address for a while and compares each of the scene's own lines, per direction. */
export async function countScene(
  scene: Scene,
  minutes: number,
  detect: Detect,
): Promise<LineResult[]> {
  const { options } = scene;
  const picture = { width: options.width, height: options.height };
  const frames = Math.round(minutes * 60 * options.fps);
  const lines = scene.lines.map((line): Line => ({
    id: line.name,
    cameraId: 'simulated',
    name: line.name,
    points: [...line.points],
    anchor: 'bottom',
    labels: [...line.labels],
    revision: 1,
  }));
  const counter = createCameraCounter({
    picture,
    fps: options.fps,
    plan: { ...emptyPlan, lines },
    checkpoint: null,
  });
  const found = new Map<string, Event[]>(lines.map((line) => [line.id, []]));
  const pixels = new Uint8Array(picture.width * picture.height * 3);

  for (let frame = 0; frame < frames; frame++) {
    const detections = await detect(frame, pixels);
    const at = { seconds: frame / options.fps, frameSeq: frame };
    for (const crossing of counter.update(detections, at).crossings) {
      found
        .get(crossing.lineId)
        ?.push({ direction: crossing.direction, seconds: crossing.atSeconds });
    }
  }
  return lines.flatMap((line) => {
    const truth = scene
      .truthCrossings({
        points: line.points,
        anchor: line.anchor,
        labels: line.labels,
        fromFrame: 0,
        toFrame: frames,
      })
      .map((c): TrueEvent => ({
        direction: c.direction,
        fromSeconds: c.firstFrame / options.fps,
        toSeconds: c.settledFrame / options.fps,
      }));
    return (['in', 'out'] as const).map((direction) =>
      compare(line.id, direction, { truth, found: found.get(line.id) ?? [] }),
    );
  });
}

function compare(
  line: string,
  direction: Direction,
  events: { truth: readonly TrueEvent[]; found: readonly Event[] },
): LineResult {
  const truth = events.truth.filter((event) => event.direction === direction);
  const found = events.found.filter((event) => event.direction === direction);
  const matched = matchEvents(truth, found);
  return {
    line,
    direction,
    truth: truth.length,
    counted: found.length,
    errorPercent: truth.length === 0 ? 0 : (100 * (found.length - truth.length)) / truth.length,
    f1: truth.length + found.length === 0 ? 1 : (2 * matched) / (truth.length + found.length),
  };
}

/** How many can be paired one to one: each found event takes of the true ones around it that which ends first. */
function matchEvents(truth: readonly TrueEvent[], found: readonly Event[]): number {
  const open = [...truth].sort((a, b) => a.toSeconds - b.toSeconds);
  for (const { seconds } of [...found].sort((a, b) => a.seconds - b.seconds)) {
    const index = open.findIndex(
      (event) =>
        event.fromSeconds - toleranceSeconds <= seconds &&
        seconds <= event.toSeconds + toleranceSeconds,
    );
    if (index >= 0) open.splice(index, 1);
  }
  return truth.length - open.length;
}

/** The truth as a perfect detector would see it. */
export function truthDetector(scene: Scene): Detect {
  return (frame) =>
    Promise.resolve(
      scene
        .truth(frame)
        .filter((object) => object.visibleShare >= seenLeast)
        .map(({ box, label }) => ({ box, label, score: 0.9 })),
    );
}

export async function modelDetector(scene: Scene, folder = shippedFolder): Promise<Detect> {
  const card = ModelCard.parse(JSON.parse(readFileSync(path.join(folder, 'card.json'), 'utf8')));
  const session = await createSession({
    model: path.join(folder, 'model.onnx'),
    card,
    provider: 'cpu',
    intraOpThreads: 1,
  });
  const picture = { width: scene.options.width, height: scene.options.height };
  return async (frame, pixels) => {
    scene.render(frame, pixels);
    const result = await session.run([{ pixels, layout: { picture, analysis: picture } }]);
    return result.detections[0] ?? [];
  };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      minutes: { type: 'string', default: '10' },
      boxes: { type: 'string', default: 'model' },
      folder: { type: 'string', default: shippedFolder },
      json: { type: 'string' },
    },
  });
  const results: Record<string, LineResult[]> = {};
  for (const address of positionals.length > 0 ? positionals : usual) {
    const scene = createScene(parseSimulatedUrl(address, 10).scene);
    const detect =
      values.boxes === 'truth' ? truthDetector(scene) : await modelDetector(scene, values.folder);
    const lines = await countScene(scene, Number(values.minutes), detect);
    results[address] = lines;
    console.log(address);
    console.table(
      lines.map((line) => ({
        ...line,
        errorPercent: Number(line.errorPercent.toFixed(1)),
        f1: Number(line.f1.toFixed(3)),
      })),
    );
  }
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(results, null, 2));
}

if (process.argv[1] === import.meta.filename) await main();
