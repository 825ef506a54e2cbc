import type { Frame } from '#engine/base/frame.ts';
import { execFileSync } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureArgs } from '#engine/capture/ffmpeg-args.ts';
import { type CaptureRig, openRig, processesOf, type RigOptions } from '#test/capture-rig.ts';
import { type ClipFolder, createClipFolder, ffmpegMissing, ffmpegPath } from '#test/clips.ts';
import { sharedMissing, sharedPath } from '#test/shared.ts';

let clips: ClipFolder;
let clip: string;
const rigs: CaptureRig[] = [];

beforeAll(async () => {
  clips = await createClipFolder();
  if (ffmpegPath !== null) clip = await clips.make('moving.mp4');
});
afterAll(async () => {
  await Promise.all(rigs.map((rig) => rig.close()));
  await clips.remove();
});

function open(source: string, options: RigOptions = {}): CaptureRig {
  const rig = openRig(source, options);
  rigs.push(rig);
  return rig;
}

/** Which of the slots holds a frame is chance. */
function withAnySlot(frame: Frame): unknown {
  return { ...frame, slot: expect.any(Number) as unknown };
}

/** Resolves when so many frames were looked at. */
async function replay(
  source: string,
  { count, ...options }: RigOptions & { readonly count: number },
): Promise<CaptureRig> {
  const rig = open(source, { isReplay: true, ...options });
  await rig.state('ended');
  await rig.until('all frames', () => rig.frames.length >= count);
  return rig;
}

describe.skipIf(ffmpegPath === null)(`a replay (${ffmpegMissing})`, () => {
  it('gives every frame once with its own time stamp, the same twice', async () => {
    const [first, second] = await Promise.all([
      replay(clip, { count: 30 }),
      replay(clip, { count: 30 }),
    ]);
    expect(first.frames.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, at) => at));
    const stamps = first.frames.map(({ mediaSeconds }) => Math.round(mediaSeconds * 1000));
    expect(stamps).toEqual(Array.from({ length: 30 }, (_, at) => at * 100));
    expect(first.frames.map(({ digest }) => digest)).toEqual(
      second.frames.map(({ digest }) => digest),
    );
    expect(new Set(first.frames.map(({ digest }) => digest)).size).toBe(30);
    expect(first.layouts).toEqual([
      { picture: { width: 320, height: 240 }, analysis: { width: 160, height: 120 } },
    ]);
    expect(first.states.map(({ state }) => state)).toEqual(['connecting', 'live', 'ended']);
  });

  it('goes on at any frame as if it had never stopped, and ends where nothing is left', async () => {
    const whole = await replay(clip, {
      count: 30,
      play: { startsAt: 1000, firstFrame: 0 },
      fps: 30,
    });
    for (const firstFrame of [1, 13, 29, 30]) {
      const play = { startsAt: 1000, firstFrame };
      const rest = await replay(clip, { count: 30 - firstFrame, play, fps: 30 });
      expect(rest.frames).toEqual(whole.frames.slice(firstFrame).map(withAnySlot));
    }
    expect(whole.frames.map(({ capturedAt }) => Math.round(capturedAt))).toEqual(
      Array.from({ length: 30 }, (_, at) => 1000 + at * 100),
    );
  });

  it('takes the same of fewer frames wherever it goes on', async () => {
    const fewer = await replay(clip, { count: 9, play: { startsAt: 0, firstFrame: 0 }, fps: 3 });
    expect(fewer.frames.map(({ mediaSeconds }) => Math.round(mediaSeconds * 10))).toEqual([
      0, 4, 7, 10, 14, 17, 20, 24, 27,
    ]);
    const rest = await replay(clip, { count: 5, play: { startsAt: 0, firstFrame: 4 }, fps: 3 });
    expect(rest.frames).toEqual(fewer.frames.slice(4).map(withAnySlot));
  });

  it('goes on at the next frame when its ffmpeg is killed', async () => {
    const rig: CaptureRig = open(clip, {
      isReplay: true,
      play: { startsAt: 0, firstFrame: 0 },
      fps: 30,
      onFrame: ({ seq }) => {
        if (seq === 10) for (const pid of rig.capture.ffmpegPids()) process.kill(pid, 'SIGKILL');
        return undefined;
      },
    });
    await rig.state('ended');
    expect(rig.frames.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, at) => at));
    expect(new Set(rig.frames.map(({ digest }) => digest)).size).toBe(30);
  });

  it('is never ahead of the clock', async () => {
    const startsAt = Date.now();
    const arrivals: number[] = [];
    const rig = open(clip, {
      isReplay: true,
      play: { startsAt, firstFrame: 0 },
      fps: 30,
      onFrame: () => void arrivals.push(Date.now()),
    });
    await rig.state('ended');
    await rig.until('all frames', () => rig.frames.length >= 30);
    const early = rig.frames.filter(({ capturedAt }, at) => capturedAt > (arrivals[at] ?? 0) + 1);
    // Nobody knows the step between frames before two have come.
    expect(early.length).toBeLessThanOrEqual(1);
  });

  it('waits for a consumer that is slow and loses nothing', async () => {
    const quick = await replay(clip, { count: 30 });
    const slow = await replay(clip, {
      count: 30,
      onFrame: async ({ seq }) => {
        if (seq % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 30));
      },
    });
    expect(slow.frames.map(({ digest }) => digest)).toEqual(
      quick.frames.map(({ digest }) => digest),
    );
    expect(slow.dropped()).toBe(0);
  });

  it('has the pixels that ffmpeg has, plane after plane', async () => {
    const args = ['-v', 'error', '-i', clip, '-vf', 'scale=160:120:flags=bilinear,format=gbrp'];
    const raw = execFileSync(ffmpegPath ?? '', [...args, '-f', 'framemd5', '-'], {
      encoding: 'utf8',
    });
    const expected = [...raw.matchAll(/([0-9a-f]{32})$/gm)].map(([, digest]) => digest);
    expect((await replay(clip, { count: 30 })).frames.map(({ digest }) => digest)).toEqual(
      expected,
    );
  });

  it('survives being closed in the middle, leaving no process', async () => {
    const rig = open(clip, { isReplay: true, onFrame: () => new Promise(() => undefined) });
    await rig.until('frame', () => rig.frames.length > 0);
    await rig.close();
    expect(await processesOf(rig.owner)).toEqual([]);
  });

  it.skipIf(sharedPath('videos') === null)(
    `keeps time stamps that are closer than the rate of the file (${sharedMissing})`,
    async () => {
      const file = sharedPath('videos/traffic_bridge_360p.mp4') ?? '';
      const rig = await replay(file, { count: 917 });
      const steps = rig.frames
        .slice(1)
        .map(({ mediaSeconds }, at) => mediaSeconds - (rig.frames[at]?.mediaSeconds ?? 0));
      expect(rig.frames).toHaveLength(917);
      expect(Math.min(...steps)).toBeCloseTo(1 / 60, 4);
    },
  );
});

describe.skipIf(ffmpegPath === null)(`a live file (${ffmpegMissing})`, () => {
  it('starts again at its end without a change of state, at the asked rate', async () => {
    const short = await clips.make('short.mp4', { seconds: 1 });
    const rig = open(short, { fps: 5 });
    rig.capture.watch({ width: 320, fps: 10 });
    await rig.until('three rounds', () => rig.frames.length >= 16 && rig.previews.length >= 25);
    expect(rig.states.map(({ state }) => state)).toEqual(['connecting', 'live']);
    const steps = rig.frames
      .slice(1)
      .map(({ mediaSeconds }, at) => mediaSeconds - (rig.frames[at]?.mediaSeconds ?? 0));
    expect(Math.min(...steps)).toBeGreaterThan(0.09);
    expect(steps.reduce((sum, step) => sum + step) / steps.length).toBeCloseTo(0.2, 1);
    const times = rig.frames.map(({ capturedAt }) => capturedAt);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('ends when it is played once', async () => {
    const rig = open(await clips.make('once.mp4', { seconds: 1 }), { isLooped: false, fps: 10 });
    await rig.state('ended');
    expect(rig.frames).toHaveLength(10);
  });

  it('shows pictures while somebody looks, and only then', async () => {
    const rig = open(clip, { fps: 5 });
    await rig.until('frames', () => rig.frames.length > 3);
    expect(rig.capture.ffmpegPids()).toHaveLength(1);
    rig.capture.watch({ width: 160, fps: 10 });
    await rig.until('previews', () => rig.previews.length > 3);
    expect(rig.capture.ffmpegPids()).toHaveLength(2);
    for (const picture of rig.previews) {
      const { width, height, format } = await sharp(picture.jpeg).metadata();
      expect({ width, height, format }).toEqual({ width: 160, height: 120, format: 'jpeg' });
      expect(picture).toMatchObject({ width: 160, height: 120 });
      expect(picture.capturedAt).toBeGreaterThan(rig.frames[0]?.capturedAt ?? Infinity);
    }
    const times = rig.previews.map(({ capturedAt }) => capturedAt);
    expect(times).toEqual(times.toSorted((a, b) => a - b));

    rig.capture.watch(null);
    await rig.until('end of the decoder', () => rig.capture.ffmpegPids().length === 1);
    const seen = rig.previews.length;
    const frames = rig.frames.length;
    await rig.until('more frames', () => rig.frames.length > frames + 5);
    expect(rig.previews).toHaveLength(seen);
  });

  it('begins a preview with the newest picture, however long ago the last key frame was', async () => {
    const args = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '600'];
    const rig = open(await clips.make('one-key.mp4', { seconds: 60, args }), { fps: 10 });
    await rig.until('frames', () => rig.frames.length >= 50);
    rig.capture.watch({ width: 320, fps: 10 });
    await rig.until('previews', () => rig.previews.length > 2);
    expect(rig.previews[0]?.capturedAt).toBeGreaterThan(rig.frames[30]?.capturedAt ?? Infinity);
  });

  it('does not wait for a preview that stands still', async () => {
    const rig = open(clip);
    rig.capture.watch({ width: 320, fps: 10 });
    await rig.until('previews', () => rig.previews.length > 0);
    const [, decoder] = rig.capture.ffmpegPids();
    process.kill(decoder ?? 0, 'SIGSTOP');
    const { frames, previews } = { frames: rig.frames.length, previews: rig.previews.length };
    await rig.until('more frames', () => rig.frames.length > frames + 20);
    process.kill(decoder ?? 0, 'SIGCONT');
    await rig.until('previews again', () => rig.previews.length > previews + 5);
    expect(rig.states.map(({ state }) => state)).toEqual(['connecting', 'live']);
  });

  it('turns a picture that lies on its side', async () => {
    const turned = path.join(clips.path, 'turned.mp4');
    const args = ['-v', 'error', '-i', clip, '-c', 'copy', '-metadata:s:v', 'rotate=90', turned];
    execFileSync(ffmpegPath ?? '', args);
    const rig = open(turned);
    rig.capture.watch({ width: 320, fps: 10 });
    await rig.until('pictures', () => rig.previews.length > 2 && rig.frames.length > 5);
    expect(rig.layouts).toMatchObject([{ picture: { width: 240, height: 320 } }]);
    expect(rig.previews[0]).toMatchObject({ width: 240, height: 320 });
    expect(rig.states.map(({ state }) => state)).toEqual(['connecting', 'live']);
  });

  it.each([
    ['an AVI, whose frames have no order in time', 'b-frames.avi'],
    ['a bare stream, which has no time at all', 'bare.h264'],
  ])('shows %s, copied or encoded', async (_, name) => {
    const args = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2', '-pix_fmt', 'yuv420p'];
    const rig = open(await clips.make(name, { seconds: 2, args }));
    rig.capture.watch({ width: 320, fps: 10 });
    await rig.until('three rounds', () => rig.previews.length > 40 && rig.frames.length > 20);
  });

  it('goes on with previews after their decoder died', async () => {
    const rig = open(clip);
    rig.capture.watch({ width: 320, fps: 10 });
    await rig.until('previews', () => rig.previews.length > 0);
    const [, decoder] = rig.capture.ffmpegPids();
    process.kill(decoder ?? 0, 'SIGKILL');
    await rig.until('its end', () => !rig.capture.ffmpegPids().includes(decoder ?? 0));
    const seen = rig.previews.length;
    await rig.until('more previews', () => rig.previews.length > seen + 3);
    expect(rig.states.map(({ state }) => state)).toEqual(['connecting', 'live']);
  });

  it.each([
    {
      what: 'JPEGs, as they come',
      name: 'motion.avi',
      args: ['-c:v', 'mjpeg', '-q:v', '4'],
      width: 320,
    },
    { what: 'another codec, encoded', name: 'old.avi', args: ['-c:v', 'mpeg4'], width: 320 },
    {
      what: 'H.265',
      name: 'new.mp4',
      args: ['-c:v', 'libx265', '-preset', 'ultrafast', '-tag:v', 'hvc1'],
      width: 160,
    },
  ])('shows $what', async ({ name, args, width }) => {
    const rig = open(await clips.make(name, { args }));
    rig.capture.watch({ width: 160, fps: 10 });
    await rig.until('previews', () => rig.previews.length > 2);
    expect(rig.previews[0]?.width).toBe(width);
    expect((await sharp(rig.previews[0]?.jpeg).metadata()).width).toBe(width);
  });

  it('sees that a picture stands still, and that it moves again', async () => {
    const args = ['-c:v', 'mjpeg', '-q:v', '2'];
    await clips.make('still.avi', {
      picture: 'color=red:size=64x48:rate=10:d=12',
      args,
    });
    await clips.make('moves.avi', { size: '64x48', seconds: 2, args });
    const list = path.join(clips.path, 'list.txt');
    await writeFile(list, `ffconcat version 1.0\nfile still.avi\nfile moves.avi\n`);
    const rig = open(list, { fps: 5 });
    await rig.state('frozen');
    await rig.state('live', 3);
    expect(rig.states.map(({ state }) => state).slice(0, 4)).toEqual([
      'connecting',
      'live',
      'frozen',
      'live',
    ]);
  });

  it('connects again with the new size when the picture changes it', async () => {
    const small = await readFile(await clips.make('small.ts', { seconds: 1 }));
    const large = await readFile(await clips.make('large.ts', { seconds: 1, size: '640x480' }));
    const changing = path.join(clips.path, 'changing.ts');
    await writeFile(changing, Buffer.concat([small, large]));
    const rig = open(changing);
    const waiting = await rig.state('waiting');
    expect(waiting.reason.message).toMatch(/changed its size/);
    await rig.state('live', rig.states.length);
  });
});

describe.skipIf(ffmpegPath === null)(`a file that is no video (${ffmpegMissing})`, () => {
  it.each([
    {
      what: 'a text',
      name: 'page.mp4',
      code: 'CAM_003',
      message: /"page.mp4" is no video|no complete video/,
    },
    {
      what: 'nothing',
      name: 'none.mp4',
      code: 'CAM_004',
      message: /There is no file "none.mp4"/,
    },
    { what: 'a folder', name: '.', code: 'CAM_003', message: /no video/ },
    { what: 'a cut video', name: 'cut.mp4', code: 'CAM_003', message: /no complete video/ },
    { what: 'sound', name: 'sound.wav', code: 'CAM_003', message: /no video/ },
  ])('$what is named and tried again', async ({ name, code, message }) => {
    await writeFile(path.join(clips.path, 'page.mp4'), '<html>not a film</html>\n'.repeat(200));
    await writeFile(path.join(clips.path, 'cut.mp4'), (await readFile(clip)).subarray(0, 2_000));
    if (name === 'sound.wav') {
      const args = ['-c:a', 'pcm_s16le'];
      await clips.make(name, { picture: 'sine=duration=1', args });
    }
    const rig = open(path.join(clips.path, name));
    const { reason } = await rig.state('waiting');
    expect(reason.code).toBe(code);
    expect(reason.message).toMatch(message);
    await rig.state('connecting', rig.states.length);
  });

  it('is played as soon as it is there', async () => {
    const late = path.join(clips.path, 'late.mp4');
    const rig = open(late);
    await rig.state('waiting');
    await cp(clip, late);
    await rig.state('live');
  });

  it('ends a replay with the reason, without another try', async () => {
    const rig = open(path.join(clips.path, 'absent.mp4'), { isReplay: true });
    await rig.state('waiting');
    await rig.close();
    expect(rig.states.map(({ state }) => state)).toEqual(['connecting', 'waiting']);
  });
});

describe.skipIf(ffmpegPath === null)(`decimation in ffmpeg (${ffmpegMissing})`, () => {
  const plan = {
    source: { kind: 'file', path: '/x' },
    transport: 'tcp',
    analysis: { width: 16, height: 16 },
    isRepeatable: false,
    isPaced: false,
    isLooped: false,
    isTimedByArrival: false,
    hwaccel: null,
    decoderThreads: 1,
    copy: null,
    maskSize: null,
    encoder: 'libx264',
    hasFpsMode: true,
  } as const;

  /** Time stamps in ms that pass, for frames stamped by an expression of their number N. */
  function passed(stamp: string, frames: number, fps: number | null): number[] {
    const args = captureArgs({ ...plan, fps });
    const filters = args[args.indexOf('-vf') + 1] ?? '';
    const source = `color=size=16x16:rate=100:duration=${frames / 100}`;
    const output = execFileSync(
      'sh',
      [
        '-c',
        '"$0" -v error -f lavfi -i "$1" -vf "$2" -fps_mode passthrough -f null - 4>&1',
        ffmpegPath ?? '',
        source,
        `settb=1/1000,setpts='${stamp}',${filters}`,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    return [...output.matchAll(/^frame:\d+\s+pts:(\S+)/gm)].map(([, pts]) => Number(pts) / 1000);
  }

  it.each([
    ['25 frames per second', 'N*40', [0, 80, 200, 280, 400, 480, 600, 680]],
    ['just its own rate', 'N*100', [0, 100, 200, 300, 400, 500, 600, 700]],
    ['its own rate with jitter', 'N*100+mod(N*7,5)*8', [0, 116, 232, 308, 424, 500, 616, 732]],
    ['fewer', 'N*150', [0, 150, 300, 450, 600, 750, 900, 1050]],
    ['30 per second', 'floor(N*33.367)', [0, 100, 200, 300, 400, 500, 600, 700]],
  ])('takes ten a second evenly from %s', (_, stamp, expected) => {
    expect(passed(stamp, 60, 10).slice(0, 8)).toEqual(expected);
  });

  it('goes on when the clock is set back or forward, and when it stands', () => {
    const parts = [
      passed('if(lt(N,50),100000+N*40,(N-50)*40)', 100, 5),
      passed('if(lt(N,50),N*40,9000000+N*40)', 100, 5),
    ].flatMap((stamps) => [
      stamps.filter((ms) => ms < 2_000),
      stamps.filter((ms) => ms >= 100_000),
    ]);
    for (const twoSeconds of parts) {
      expect(twoSeconds.length).toBeGreaterThanOrEqual(10);
      expect(twoSeconds.length).toBeLessThanOrEqual(11);
    }
    const standing = passed('if(lt(N,50),N*40,2000)+if(gt(N,80),(N-80)*40,0)', 120, 5);
    expect(standing.length).toBeGreaterThanOrEqual(17);
    expect(standing.length).toBeLessThanOrEqual(19);
  });

  it('lets every frame through in replay, with stamps that repeat, go back or are missing', () => {
    expect(passed('if(eq(N,4),NAN,floor(N/2)*100-if(gt(N,5),500,0))', 8, null)).toEqual([
      0,
      0,
      100,
      100,
      NaN,
      200,
      -200,
      -200,
    ]);
  });
});
