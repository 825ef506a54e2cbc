/**
 * Writes rendered frames and their truth for training: `frames.bin` (RGB bytes, 640 × 360, frame after frame) and
 * `truth.json`. Usage: `node export-frames.ts <folder> <scenes> <frames per scene> <first seed> [share of usual scenes]`.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { type Chance, createChance } from '#engine/capture/simulated/chance.ts';
import type { SceneOptions } from '#engine/capture/simulated/options.ts';
import { createScene } from '#engine/capture/simulated/scene.ts';

export interface ExportOptions {
  readonly folder: string;
  /** Scenes of different seed, hour, weather and crowd */
  readonly scenes: number;
  readonly framesPerScene: number;
  /** Seed of the first scene; the next ones count up. Hold-out seeds are below 1000, training seeds above 10000. */
  readonly firstSeed: number;
  /** Share 0…1 of scenes as a station meets them: about the usual crowd, by day and dry. The others are of any kind. */
  readonly usualShare?: number;
}

/** One object of a frame: label 0 person or 1 vehicle; left, top, width, height in px; share of it that is seen. */
type Row = readonly [number, number, number, number, number, number];

const width = 640;
const height = 360;
/** Seconds of the scene between two frames that are written, so that they differ */
const strideSeconds = 2.3;
const framesPerSecond = 10;

/** Renders and writes everything; the same options give the same bytes. */
export function exportFrames(options: ExportOptions): { frames: number; objects: number } {
  mkdirSync(options.folder, { recursive: true });
  const file = openSync(path.join(options.folder, 'frames.bin'), 'w');
  const planar = new Uint8Array(width * height * 3);
  const packed = new Uint8Array(width * height * 3);
  const truth: Row[][] = [];

  for (let i = 0; i < options.scenes; i++) {
    const seed = options.firstSeed + i;
    const scene = createScene(drawOptions(seed, createChance(seed), options.usualShare ?? 0));
    for (let f = 0; f < options.framesPerScene; f++) {
      const index = Math.round(f * strideSeconds * framesPerSecond);
      scene.render(index, planar);
      pack(planar, packed);
      writeSync(file, packed);
      truth.push(
        scene
          .truth(index)
          .map(({ label, box, visibleShare }): Row => [
            label === 'person' ? 0 : 1,
            Math.round(box.x * width * 100) / 100,
            Math.round(box.y * height * 100) / 100,
            Math.round(box.width * width * 100) / 100,
            Math.round(box.height * height * 100) / 100,
            Math.round(visibleShare * 100) / 100,
          ]),
      );
    }
  }
  closeSync(file);
  const objects = truth.reduce((sum, rows) => sum + rows.length, 0);
  writeFileSync(path.join(options.folder, 'truth.json'), JSON.stringify({ width, height, truth }));
  return { frames: truth.length, objects };
}

/** A scene by its seed: three in five on the square, any hour, rain and night among them unless it is a usual one. */
export function drawOptions(seed: number, chance: Chance, usualShare: number): SceneOptions {
  const isRoad = chance.is(0.4);
  if (usualShare > 0 && chance.is(usualShare)) return usualOptions(seed, chance, isRoad);
  return {
    scene: isRoad ? 'road' : 'plaza',
    people: isRoad ? chance.int(12) : 4 + chance.int(30),
    vehicles: isRoad ? 3 + chance.int(10) : 0,
    seed,
    fps: framesPerSecond,
    width,
    height,
    hour: chance.is(0.75) ? chance.between(6, 20) : chance.between(0, 24),
    pace: chance.between(1, 60),
    isRaining: chance.is(0.2),
    noise: chance.between(0.3, 2),
  };
}

function usualOptions(seed: number, chance: Chance, isRoad: boolean): SceneOptions {
  return {
    scene: isRoad ? 'road' : 'plaza',
    people: isRoad ? 2 + chance.int(6) : 9 + chance.int(12),
    vehicles: isRoad ? 5 + chance.int(5) : 0,
    seed,
    fps: framesPerSecond,
    width,
    height,
    hour: chance.between(8, 17),
    pace: 1,
    isRaining: false,
    noise: chance.between(0.7, 1.4),
  };
}

function pack(planar: Uint8Array, packed: Uint8Array): void {
  const plane = width * height;
  for (let i = 0; i < plane; i++) {
    packed[3 * i] = planar[2 * plane + i] ?? 0;
    packed[3 * i + 1] = planar[i] ?? 0;
    packed[3 * i + 2] = planar[plane + i] ?? 0;
  }
}

if (process.argv[1] === import.meta.filename) {
  const [
    folder = 'frames',
    scenes = '420',
    framesPerScene = '14',
    firstSeed = '10000',
    usualShare = '0',
  ] = process.argv.slice(2);
  const written = exportFrames({
    folder,
    scenes: Number(scenes),
    framesPerScene: Number(framesPerScene),
    firstSeed: Number(firstSeed),
    usualShare: Number(usualShare),
  });
  process.stdout.write(`${written.frames} frames, ${written.objects} objects in ${folder}\n`);
}
