/**
 * Cameras from a folder of clips: every `videos/*.mp4` looped, counted with `models/yolox_nano.onnx` where it is there.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { Logger } from './base/log.ts';
import type { Station } from './station.ts';

const demoFps = 5;
const maxClips = 6;
const caller = { user: 'demo', role: 'admin', door: 'station' } as const;

/** Adds what is missing; cameras and lines that somebody changed stay as they are. */
export async function setUpDemo(station: Station, folder: string, log: Logger): Promise<void> {
  const door = station.door(caller);
  const clips = listClips(folder);
  if (clips.length === 0) {
    throw new StationError('SYS_004', `There are no clips in ${path.join(folder, 'videos')}.`, {
      path: 'demo',
    });
  }
  const model = path.join(folder, 'models/yolox_nano.onnx');
  if (existsSync(model)) await station.countWith(model);
  const known = new Set((await door.call('camera.list', {})).map((camera) => camera.id));
  for (const clip of clips) {
    const name = path.basename(clip, path.extname(clip)).replaceAll(/[_-]+/g, ' ');
    const id = name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, 40);
    if (known.has(id)) continue;
    await door.call('camera.add', { id, name, source: clip, fps: demoFps, isLooped: true });
    await door.call('line.save', {
      cameraId: id,
      name: 'middle',
      id: `${id}-middle`.slice(0, 48),
      points: [
        { x: 0.45, y: 0.02 },
        { x: 0.45, y: 0.98 },
      ],
    });
    log.info('demo camera added', { cameraId: id });
  }
  await door.close();
}

function listClips(folder: string): string[] {
  const videos = path.join(folder, 'videos');
  if (!existsSync(videos)) return [];
  return readdirSync(videos)
    .filter((name) => /\.(mp4|mkv|avi|mov)$/i.test(name))
    .sort()
    .slice(0, maxClips)
    .map((name) => path.join(videos, name));
}
