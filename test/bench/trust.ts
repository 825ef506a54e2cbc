/**
 * Which hours the trust panel flags: simulated hours, most of them as usual and some with something wrong, each some minutes
 * long, seen by the station's own detector and tracker and written down as a station does. The data folder can then be opened
 * by a station, which finds the hours in its database.
 *
 *   node -r ./main/require-node.cjs test/bench/trust.ts [--minutes 3] [--usual 16] [--folder D] [--json out.json]
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Line } from '#contract/counting.ts';
import { ModelCard } from '#contract/model.ts';
import { systemClock } from '#engine/base/clock.ts';
import { silentLogger } from '#engine/base/log.ts';
import { noFacts, noteAverage, toStored } from '#engine/base/metric-facts.ts';
import { createCameraCounter } from '#engine/camera-counter.ts';
import { corrupt, planFault } from '#engine/capture/simulated/fault-plan.ts';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene } from '#engine/capture/simulated/scene.ts';
import { meanLook, type PictureLook } from '#engine/capture/picture-look.ts';
import { createViewWatch } from '#engine/capture/view-watch.ts';
import { judgeHour, type KnownHour } from '#engine/counting/trust-verdict.ts';
import { createNearLine } from '#engine/counting/near-line.ts';
import { emptyPlan } from '#engine/counting-plan.ts';
import { createSession } from '#engine/inference/session.ts';
import { createReview } from '#engine/review.ts';
import { createStore } from '#engine/store/create-store.ts';
import { openDatabase } from '#engine/store/database.ts';
import type { Store } from '#engine/store/store.ts';
import { createTrajectoryRecorder } from '#engine/trajectories/recorder.ts';

const hourMs = 3_600_000;
const cameraId = 'plaza';
const fps = 5;
const size = { width: 640, height: 360 };
const pixelsOfPlane = size.width * size.height;

type Edit = (pixels: Uint8Array, frame: number) => Uint8Array;

/** What is wrong in an hour: words, what the address says, and what happens to its pictures. */
const wrong: readonly (readonly [name: string, query: string, edit?: Edit])[] = [
  ['night', '&night=1'],
  ['rain', '&rain=1'],
  ['dusk', '&hour=18.5'],
  ['sensor noise', '&noise=5'],
  ['damaged frames', '&fault=corrupt&at=0&for=3600'],
  ['half of the frames lost', '&fault=drop&at=0&for=3600'],
  ['dirty lens', '', (pixels) => blurred(pixels, 4)],
  ['shaking by up to 6 px', '', (pixels, frame) => shaken(pixels, frame)],
  ['three times as many people', '&people=48'],
];

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    usual: { type: 'string', default: '16' },
    folder: { type: 'string' },
    json: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const folder = values.folder ?? mkdtempSync(path.join(tmpdir(), 'tallywatch-trust-'));
const usual = Array.from({ length: Number(values.usual) }, (): (typeof wrong)[number] => [
  'usual',
  '',
]);
const hours = [...usual.slice(0, -2), ...wrong, ...usual.slice(-2)];
const lastMs = Math.floor(Date.now() / hourMs) * hourMs;
const card = ModelCard.parse(
  JSON.parse(readFileSync(path.resolve('resources/models/embedded/card.json'), 'utf8')),
);
const session = await createSession({
  model: path.resolve('resources/models/embedded/model.onnx'),
  ...{ card, provider: 'cpu', intraOpThreads: 1 },
});

const store = await createStore({
  folder,
  entry: path.resolve('main/workers/store.ts'),
  clock: systemClock,
  log: silentLogger,
});
const source = `simulated://plaza?people=12&seed=1&fps=${String(fps)}`;
await store.cameras.add({
  ...{ id: cameraId, name: 'Plaza', source, transport: 'tcp', fps },
  ...{ isLooped: false, isEnabled: true },
});
const [drawn] = createScene(parseSimulatedUrl(source, fps).scene).lines;
if (drawn === undefined) throw new Error('the scene has no line');
const line = await store.lines.save({
  ...{ id: 'walk', cameraId, name: drawn.name, anchor: 'bottom' },
  ...{ points: [...drawn.points], labels: [...drawn.labels] },
});
for (const [index, hour] of hours.entries()) {
  await play(store, line, { hour, index, fromMs: lastMs - (hours.length - index) * hourMs });
  process.stderr.write(`${String(index + 1)}/${String(hours.length)} ${hour[0]}\n`);
}
await store.close();
report();

/** Plays the first minutes of an hour; in the rest nothing moves. */
async function play(
  to: Store,
  on: Line,
  { hour, index, fromMs }: { hour: (typeof wrong)[number]; index: number; fromMs: number },
): Promise<void> {
  const [, query, edit] = hour;
  const wish = new URLSearchParams(`people=16&fps=${String(fps)}${query}`);
  const parameters = new URLSearchParams([...new Map([...wish, ['seed', String(100 + index)]])]);
  const { scene: options, fault } = parseSimulatedUrl(
    `simulated://plaza?${parameters.toString()}`,
    fps,
  );
  const scene = createScene(options);
  const plan = planFault(fault, fps);
  const epoch = await to.checkpoints.beginEpoch(cameraId);
  const counter = createCameraCounter({
    ...{ picture: size, fps, plan: { ...emptyPlan, lines: [on] }, checkpoint: null },
  });
  const recorder = createTrajectoryRecorder({
    picture: size,
    isNearLine: createNearLine([on], size),
  });
  const view = createViewWatch();
  let looks: PictureLook[] = [];
  let minute = 0;
  const endMinute = async (): Promise<void> => {
    const look = meanLook(looks);
    looks = [];
    if (look === null) return;
    const facts = noFacts();
    noteAverage(facts, 'brightness', look.brightness);
    noteAverage(facts, 'sharpness', look.sharpness);
    if (look.shakePx !== null) noteAverage(facts, 'shakePx', look.shakePx);
    const at = fromMs + minute * 60_000;
    const rows = [{ kind: 'camera', subject: cameraId, at, facts: toStored(facts) } as const];
    await to.metrics.add({ rows, serving: [], times: [] });
  };
  const frames = minutes * 60 * fps;
  for (let frame = 0; frame < frames; frame += 1) {
    const atMs = fromMs + (frame * 1000) / fps;
    if (frame > 0 && frame % (60 * fps) === 0) {
      await endMinute();
      minute += 1;
    }
    if (plan.isMissing(frame)) continue;
    const plain = new Uint8Array(3 * pixelsOfPlane);
    scene.render(frame, plain);
    if (plan.isCorrupt(frame)) corrupt(plain, size, frame);
    const pixels = edit === undefined ? plain : edit(plain, frame);
    const look = view.see(pixels, size, atMs);
    if (look !== null) looks.push(look);
    const { detections } = await session.run([
      { pixels, layout: { picture: size, analysis: size } },
    ]);
    const counts = counter.update(detections[0] ?? [], { seconds: atMs / 1000, frameSeq: frame });
    const block = recorder.see(counts.tracks, atMs);
    if (block !== null) to.trajectories.add({ cameraId, epoch, block });
    if (counts.crossings.length === 0) continue;
    await to.crossings.recordFrame({
      cameraId,
      crossings: counts.crossings.map(({ atSeconds, ...crossing }) => ({
        ...crossing,
        ...{ at: Math.round(atSeconds * 1000), lineRevision: on.revision },
        ...{ modelDigest: 'a'.repeat(64), configDigest: 'c'.repeat(64) },
      })),
      ...{ zoneEvents: [], passages: [], observed: null },
      checkpoint: { cameraId, epoch, frameSeq: frame, at: Math.round(atMs), state: '{}' },
    });
  }
  await endMinute();
  const block = recorder.flush();
  if (block !== null) to.trajectories.add({ cameraId, epoch, block });
  await to.crossings.recordFrame({
    ...{ cameraId, crossings: [], zoneEvents: [], passages: [] },
    observed: { from: fromMs, to: fromMs + hourMs },
    checkpoint: { cameraId, epoch, frameSeq: frames, at: fromMs + hourMs, state: '{}' },
  });
}

/** Measures and judges the hours as the station does, and says what it found. */
function report(): void {
  const database = openDatabase({ file: path.join(folder, 'station.db'), role: 'reader' });
  const review = createReview(database);
  const never = (): boolean => false;
  const began = performance.now();
  const measured = hours.map((_, index) => {
    const from = lastMs - (hours.length - index) * hourMs;
    return review.measureHour({ cameraId, lines: [line], zones: [], from }, never);
  });
  const measuredMs = performance.now() - began;
  database.close();
  writeFileSync(path.join(folder, 'measured.json'), JSON.stringify(measured));
  const rows = judge(measured);
  console.table(
    rows.map(({ hour, verdict, reasons }) => ({ hour, verdict, reasons: reasons.join(' · ') })),
  );
  console.log(`${String(Math.round(measuredMs / hours.length))} ms an hour; ${folder}`);
  if (values.json !== undefined)
    writeFileSync(values.json, JSON.stringify({ rows, measured }, null, 1));
}

function judge(measured: readonly ReturnType<ReturnType<typeof createReview>['measureHour']>[]) {
  const known = measured.map(({ from, lines, camera }) => ({
    from,
    figures: { ...lines[0]?.figures, ...camera } as KnownHour['figures'],
  }));
  return known.map((hour, index) => {
    const { verdict, reasons } = judgeHour(hour, known);
    return {
      hour: hours[index]?.[0] ?? '',
      verdict,
      reasons: reasons.map(
        ({ code, of, value, usual: before }) =>
          `${code}${of === undefined ? '' : ` ${of}`} ${(value ?? 0).toFixed(2)} (${(before ?? 0).toFixed(2)})`,
      ),
    };
  });
}

/** Each px the mean of those around it, as through a dirty or unfocused lens. */
function blurred(pixels: Uint8Array, radius: number): Uint8Array {
  return [0, 1].reduce((from, axis) => {
    const step = axis === 0 ? 1 : size.width;
    const to = new Uint8Array(from.length);
    for (let at = 0; at < from.length; at += 1) {
      let sum = 0;
      for (let by = -radius; by <= radius; by += 1) sum += from[at + by * step] ?? from[at] ?? 0;
      to[at] = sum / (2 * radius + 1);
    }
    return to;
  }, pixels);
}

/** The camera swings on its pole. */
function shaken(pixels: Uint8Array, frame: number): Uint8Array {
  const dx = Math.round(6 * Math.sin(frame * 1.7));
  const dy = Math.round(4 * Math.sin(frame * 2.3));
  const by = dy * size.width + dx;
  return pixels.map((_, at) => pixels[at + by] ?? pixels[at] ?? 0);
}
