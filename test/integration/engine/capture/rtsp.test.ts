import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type CaptureRig,
  findFfmpeg,
  openRig,
  processesOf,
  type RigOptions,
} from '#test/capture-rig.ts';
import { type ClipFolder, createClipFolder, ffmpegPath } from '#test/clips.ts';
import { probeSource } from '#engine/capture/probe.ts';
import {
  freePort,
  hasRtspServer,
  rtspServerMissing,
  type RtspServer,
  startRtspServer,
} from '#test/rtsp-server.ts';

const secret = 'geheim%21';
const plain = 'geheim!';
const login = `joe:${plain}`;
let clips: ClipFolder;
let clip: string;
let rigs: CaptureRig[] = [];
let servers: RtspServer[] = [];

beforeAll(async () => {
  clips = await createClipFolder();
  if (hasRtspServer && ffmpegPath !== null) clip = await clips.make('cam.mp4', { seconds: 5 });
});
afterEach(async () => {
  await Promise.all(rigs.map((rig) => rig.close()));
  for (const server of servers) server.thaw();
  await Promise.all(servers.map((server) => server.kill()));
  for (const rig of rigs) expect(await processesOf(rig.owner)).toEqual([]);
  rigs = [];
  servers = [];
});
afterAll(() => clips.remove());

function open(source: string, options: RigOptions = {}): CaptureRig {
  const rig = openRig(source, options);
  rigs.push(rig);
  return rig;
}

async function serve(...args: Parameters<typeof startRtspServer>): Promise<RtspServer> {
  const server = await startRtspServer(...args);
  servers.push(server);
  return server;
}

const withLogin = (url: string, password = secret): string =>
  url.replace('://', `://joe:${password}@`);

describe.skipIf(!hasRtspServer || ffmpegPath === null)(`RTSP (${rtspServerMissing})`, () => {
  it.each([
    ['tcp', 'without a password'],
    ['udp', 'without a password'],
    ['tcp', 'with a password'],
    ['udp', 'with a password'],
  ] as const)('reads frames and shows pictures over %s, %s', async (transport, which) => {
    const isClosed = which === 'with a password';
    const server = await serve(clip, isClosed ? { login } : {});
    const rig = open(isClosed ? withLogin(server.url) : server.url, { transport, fps: 5 });
    await rig.until('frames', () => rig.frames.length > 5);
    rig.capture.watch({ width: 320, fps: 10 });
    await rig.until('previews', () => rig.previews.length > 5);
    expect(rig.layouts[0]?.picture).toEqual({ width: 320, height: 240 });
    expect(new Set(rig.frames.map(({ digest }) => digest)).size).toBeGreaterThan(4);
    const times = rig.frames.map(({ capturedAt }) => capturedAt);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('reads H.265', async () => {
    const args = [
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-tag:v',
      'hvc1',
      '-x265-params',
      'keyint=20',
    ];
    const server = await serve(await clips.make('cam265.mp4', { args, seconds: 5 }));
    const rig = open(server.url);
    rig.capture.watch({ width: 320, fps: 10 });
    await rig.until('previews', () => rig.previews.length > 3);
    expect(rig.frames.length).toBeGreaterThan(0);
  });

  it('logs in, and says the password nowhere', async () => {
    const server = await serve(clip, { login });
    const right = open(withLogin(server.url));
    const wrong = open(withLogin(server.url, 'falsches-wort'));
    const nobody = open(server.url);
    await right.state('live');
    for (const rig of [wrong, nobody]) {
      const { reason } = await rig.state('waiting');
      expect(reason).toMatchObject({ code: 'CAM_002' });
      expect(reason.message).toMatch(/refused the user name or the password/);
    }
    right.capture.watch({ width: 320, fps: 5 });
    await right.until('previews', () => right.previews.length > 0);
    const started = await processesOf(right.owner);
    expect(started.length).toBeGreaterThan(0);
    for (const pid of started) {
      const shown = await readFile(`/proc/${String(pid)}/cmdline`, 'utf8');
      expect(shown).toContain('ffmpeg');
      expect(shown).not.toMatch(/geheim|joe/);
    }
    await server.kill();
    await right.state('waiting');
    for (const { states, logged } of rigs) {
      const said = JSON.stringify([states, logged]);
      expect(said).toContain('camera lost');
      expect(said).not.toMatch(/geheim|falsches|joe/);
    }
  });

  it('names a path that is not there and a port where nobody listens', async () => {
    const server = await serve(clip, { login });
    const missing = open(withLogin(server.url.replace('/cam', '/none')));
    const closed = open(`rtsp://joe:${secret}@127.0.0.1:${await freePort()}/cam`);
    expect((await missing.state('waiting')).reason).toMatchObject({
      code: 'CAM_001',
      message: expect.stringContaining('no stream under this path') as unknown,
    });
    expect((await closed.state('waiting')).reason).toMatchObject({
      code: 'CAM_001',
      message: expect.stringContaining('refuses the connection') as unknown,
    });
    expect(JSON.stringify([missing.states, closed.states, closed.logged])).not.toMatch(
      /geheim|joe/,
    );
  });

  it('comes back after the server was killed and started again, previews too', async () => {
    const server = await serve(clip, { login });
    const rig = open(withLogin(server.url));
    const other = open((await serve(clip)).url);
    rig.capture.watch({ width: 320, fps: 10 });
    await rig.until('previews', () => rig.previews.length > 2);
    await other.state('live');

    await server.kill();
    const { reason, attempt, retryAt, since } = await rig.state('waiting');
    expect(reason.code).toBe('CAM_001');
    expect(attempt).toBe(1);
    expect(retryAt - since).toBe(1_000);
    const lost = rig.states.length;
    const seen = { frames: rig.frames.length, previews: rig.previews.length };

    await serve(clip, { port: server.port, login });
    await rig.state('live', lost);
    await rig.until('previews again', () => rig.previews.length > seen.previews + 2);
    const seqs = rig.frames.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, at) => at));
    expect(rig.frames.length).toBeGreaterThan(seen.frames);
    expect(other.states.map(({ state }) => state)).toEqual(['connecting', 'live']);
  });

  it('notices a server that stands still, and comes back when it goes on', async () => {
    const server = await serve(clip, { login });
    const rig = open(withLogin(server.url));
    await rig.until('frames', () => rig.frames.length > 3);
    server.freeze();
    const stalled = await rig.state('stalled');
    // 3 s without a frame and a check each quarter of a second; the rest is for a machine that is busy.
    const seconds = (stalled.since - stalled.lastFrameAt) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(3);
    expect((await rig.state('waiting')).reason.code).toBe('CAM_006');
    await rig.state('connecting', rig.states.length);
    server.thaw();
    await rig.state('live', rig.states.length);
  });

  it('is tested with a still picture', async () => {
    const server = await serve(clip, { login });
    const options = { transport: 'tcp', owner: 'rtsp-probe', ffmpeg: findFfmpeg } as const;
    const probe = await probeSource(withLogin(server.url), options);
    expect(probe).toMatchObject({ picture: { width: 320, height: 240 }, codec: 'h264', fps: 10 });
    expect(Buffer.from(probe.stillJpeg, 'base64').subarray(0, 2).toString('hex')).toBe('ffd8');
    await expect(probeSource(withLogin(server.url, 'x'), options)).rejects.toMatchObject({
      code: 'CAM_002',
    });

    server.freeze();
    const stop = new AbortController();
    const cancelled = probeSource(server.url, { ...options, signal: stop.signal });
    stop.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'REQ_004' });
    await expect(probeSource(withLogin(server.url), options)).rejects.toMatchObject({
      code: 'CAM_001',
      message: expect.not.stringMatching(/geheim|joe/) as unknown,
    });
    expect(await processesOf('rtsp-probe')).toEqual([]);
  });
});
