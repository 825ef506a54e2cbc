import path from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import type { CaptureState } from '#contract/camera.ts';
import { systemClock } from '#engine/base/clock.ts';
import type { Frame, FrameIntake, FrameLayout } from '#engine/base/frame.ts';
import { silentLogger } from '#engine/base/log.ts';
import { type Capture, keepsNothing, type PreviewPicture } from '#engine/capture/capture.ts';
import type { PrivacyMask } from '#contract/mask.ts';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene } from '#engine/capture/simulated/scene.ts';
import { openSimulatedCapture } from '#engine/capture/simulated/simulated-capture.ts';
import { createSimulatorThread } from '#engine/capture/simulated/simulator-thread.ts';

const entry = path.resolve(import.meta.dirname, '../../../../../main/workers/simulator.ts');
const simulator = createSimulatorThread({ entry, log: silentLogger });
const small = 'width=320&height=180&seed=7';

afterAll(() => simulator.close());

interface Taken {
  readonly layouts: FrameLayout[];
  readonly frames: (Frame & { readonly pixels: Uint8Array })[];
  readonly states: CaptureState[];
  readonly previews: PreviewPicture[];
}

/** Runs a capture with one slot until `isEnough`, or until it has ended. */
async function run(
  source: string,
  options: {
    isReplay: boolean;
    isEnough?: (taken: Taken) => boolean;
    preview?: boolean;
    masks?: readonly PrivacyMask[];
  },
): Promise<Taken> {
  const taken: Taken = { layouts: [], frames: [], states: [], previews: [] };
  let memory: Uint8Array = new Uint8Array(0);
  let capture: Capture | null = null;
  await new Promise<void>((resolve) => {
    const look = () => {
      if (options.isEnough?.(taken)) resolve();
    };
    const intake: FrameIntake = {
      open(layout) {
        taken.layouts.push(layout);
        const bytes = layout.analysis.width * layout.analysis.height * 3;
        memory = new Uint8Array(new SharedArrayBuffer(bytes));
      },
      take: () => 0,
      bytes: () => memory,
      put(frame) {
        taken.frames.push({ ...frame, pixels: memory.slice() });
        look();
      },
      giveBack: () => undefined,
    };
    capture = openSimulatedCapture(
      {
        camera: {
          id: 'sim',
          name: 'Simulated',
          source,
          transport: 'tcp',
          fps: 10,
          isLooped: false,
          isEnabled: true,
        },
        isReplay: options.isReplay,
        analysisFor: (picture) => picture,
        keeping: { ...keepsNothing, masks: options.masks ?? [] },
      },
      {
        intake,
        simulator,
        clock: systemClock,
        log: silentLogger,
        random: () => 0,
        owner: 'test',
        ffmpeg: () => Promise.reject(new Error('nothing is recorded here')),
        onSegment: () => undefined,
        onRecording: () => undefined,
        onState(state) {
          taken.states.push(state);
          if (state.state === 'ended' || (state.state === 'waiting' && !options.isEnough))
            resolve();
          look();
        },
        onPreview(picture) {
          taken.previews.push(picture);
          look();
        },
      },
    );
    if (options.preview === true) capture.watch({ width: 160, fps: 30 });
  });
  await (capture as Capture | null)?.close();
  return taken;
}

function replay(parameters: string): Promise<Taken> {
  return run(`simulated://plaza?${small}&${parameters}`, { isReplay: true });
}

describe('simulated capture', () => {
  it('replays every frame of the scene and ends', async () => {
    const { layouts, frames, states } = await replay('seconds=1');
    const size = { width: 320, height: 180 };
    expect(layouts).toEqual([{ picture: size, analysis: size }]);
    expect(states.map((state) => state.state)).toEqual(['connecting', 'live', 'ended']);
    expect(frames.map(({ seq, mediaSeconds }) => [seq, mediaSeconds])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i, i / 10]),
    );
    const scene = createScene(parseSimulatedUrl(`simulated://plaza?${small}`, 10).scene);
    const expected = new Uint8Array(320 * 180 * 3);
    scene.render(9, expected);
    expect(frames[9]!.pixels).toEqual(expected);
  });

  it('tells a wrong address as a state, and what is allowed', async () => {
    const { states, frames } = await run('simulated://plaza?peple=3', { isReplay: false });
    expect(frames).toEqual([]);
    expect(states).toMatchObject([
      { state: 'waiting', reason: { code: 'CAM_004', path: 'source.peple' } },
    ]);
  });

  it('keeps the time line while live', async () => {
    const { frames } = await run(`simulated://plaza?${small}`, {
      isReplay: false,
      isEnough: (taken) => taken.frames.length >= 4,
    });
    for (let i = 1; i < frames.length; i++) {
      const [before, now] = [frames[i - 1]!, frames[i]!];
      expect(now.seq).toBe(before.seq + 1);
      expect(now.mediaSeconds).toBeGreaterThan(before.mediaSeconds);
      const mediaMs = (now.mediaSeconds - before.mediaSeconds) * 1000;
      expect(Math.abs(now.capturedAt - before.capturedAt - mediaMs)).toBeLessThan(5);
    }
  });

  it('makes pictures for views', async () => {
    const { previews } = await run(`simulated://plaza?${small}`, {
      isReplay: false,
      preview: true,
      isEnough: (taken) => taken.previews.length > 0,
    });
    const picture = previews[0]!;
    expect([picture.width, picture.height]).toEqual([160, 90]);
    const { format, width } = await sharp(picture.jpeg).metadata();
    expect({ format, width }).toEqual({ format: 'jpeg', width: 160 });
  });

  it.each([
    ['loses frames', 'drop'],
    ['sends nothing for a while', 'stall'],
    ['is away for a while', 'disconnect'],
  ])('%s with fault=%s', async (_, fault) => {
    const { frames } = await replay(`seconds=3&fault=${fault}&at=1&for=1`);
    const kept = frames.filter(({ mediaSeconds }) => mediaSeconds >= 1 && mediaSeconds < 2);
    expect(frames.length - kept.length).toBe(20);
    expect(kept.length).toBeLessThan(fault === 'drop' ? 10 : 1);
    expect(frames.map((frame) => frame.seq)).toEqual(frames.map((__, i) => i));
  });

  it('shows one picture again and again with fault=freeze', async () => {
    const { frames } = await replay('seconds=3&fault=freeze&at=1&for=1');
    const frozen = frames.slice(10, 20);
    for (const frame of frozen) expect(frame.pixels).toEqual(frozen[0]!.pixels);
    expect(frames[20]!.pixels).not.toEqual(frozen[0]!.pixels);
  });

  it('damages pictures with fault=corrupt', async () => {
    const [good, bad] = await Promise.all([
      replay('seconds=2'),
      replay('seconds=2&fault=corrupt&at=1&for=1'),
    ]);
    const damaged = bad.frames.filter(
      (frame, i) => !Buffer.from(frame.pixels).equals(good.frames[i]!.pixels),
    );
    expect(damaged.length).toBeGreaterThan(2);
    expect(damaged.every((frame) => frame.mediaSeconds >= 1)).toBe(true);
  });

  it('changes its resolution and back with fault=resize', async () => {
    const { layouts, frames } = await replay('seconds=3&fault=resize&at=1&for=1');
    expect(layouts.map(({ picture }) => picture.width)).toEqual([320, 160, 320]);
    expect(frames.map((frame) => frame.pixels.length / 3)).toEqual(
      [320 * 180, 160 * 90, 320 * 180].flatMap((pixels) => new Array<number>(10).fill(pixels)),
    );
  });

  it('reports a closed connection and comes back', async () => {
    const { states } = await run(`simulated://plaza?${small}&fault=disconnect&at=0.3&for=0.5`, {
      isReplay: false,
      isEnough: (taken) => taken.states.filter((state) => state.state === 'live').length === 2,
    });
    expect(states.map((state) => state.state)).toEqual([
      'connecting',
      'live',
      'waiting',
      'connecting',
      'live',
    ]);
    expect(states[2]).toMatchObject({ reason: { code: 'CAM_001' } });
  });
});

describe('a masked simulated camera', () => {
  it('has black where the mask is, in frames and in previews', async () => {
    const points = [
      { x: 0, y: 0 },
      { x: 0.5, y: 0 },
      { x: 0.5, y: 1 },
      { x: 0, y: 1 },
    ];
    const { frames, previews } = await run(`simulated://plaza?${small}`, {
      isReplay: false,
      masks: [{ id: 'm', cameraId: 'sim', name: 'M', points }],
      preview: true,
      isEnough: (taken) => taken.previews.length > 0,
    });
    const pixels = frames.at(-1)!.pixels;
    const at = (x: number) => [0, 1, 2].map((plane) => pixels[plane * 320 * 180 + 90 * 320 + x]!);
    expect([at(0), at(159)]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(Math.max(...at(161))).toBeGreaterThan(0);
    const { data, info } = await sharp(previews[0]!.jpeg)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const grey = (x: number) => data[(40 * info.width + x) * info.channels]!;
    expect(Math.max(grey(5), grey(60))).toBeLessThan(16);
    expect(grey(120)).toBeGreaterThan(30);
  });
});

describe('simulator thread', () => {
  it('answers with the truth of the scene', async () => {
    const { scene: options } = parseSimulatedUrl(`simulated://road?${small}`, 10);
    const feed = simulator.open(options);
    const scene = createScene(options);
    expect(await feed.truth(40)).toEqual(scene.truth(40));
    const query = { ...scene.lines[0]!, anchor: 'bottom', fromFrame: 0, toFrame: 100 } as const;
    expect(await feed.truthCrossings(query)).toEqual(scene.truthCrossings(query));
    feed.close();
  });

  it('refuses to draw for a scene that was closed, and after its end', async () => {
    const own = createSimulatorThread({ entry, log: silentLogger });
    const feed = own.open(parseSimulatedUrl(`simulated://road?${small}`, 10).scene);
    feed.close();
    await expect(feed.truth(0)).rejects.toMatchObject({ code: 'SYS_001' });
    await own.close();
    await expect(feed.truth(0)).rejects.toMatchObject({ code: 'SYS_001' });
  });
});
