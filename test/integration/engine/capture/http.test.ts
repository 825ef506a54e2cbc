import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeSource } from '#engine/capture/probe.ts';
import { type CaptureRig, findFfmpeg, openRig } from '#test/capture-rig.ts';
import { type ClipFolder, createClipFolder, ffmpegMissing, ffmpegPath } from '#test/clips.ts';

let clips: ClipFolder;
let server: http.Server;
let base: string;
let jpegs: Buffer[];
let clip: string;
const rigs: CaptureRig[] = [];
const framesPerSecond = 8;

beforeAll(async () => {
  clips = await createClipFolder();
  if (ffmpegPath === null) return;
  clip = await clips.make('clip.mp4', { seconds: 2 });
  const stream = await readFile(
    await clips.make('pictures.mjpeg', { seconds: 2, args: ['-c:v', 'mjpeg', '-q:v', '4'] }),
  );
  jpegs = split(stream);
  server = http.createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await Promise.all(rigs.map((rig) => rig.close()));
  server.closeAllConnections();
  server.close();
  await clips.remove();
});

function split(stream: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < stream.length;) {
    const end = stream.indexOf(Buffer.from([0xff, 0xd9]), at) + 2;
    found.push(stream.subarray(at, end));
    at = end;
  }
  return found;
}

/** A camera that pushes JPEGs, a page, and a video file with ranges. */
async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://x');
  if (pathname === '/locked') {
    const login = `Basic ${btoa('joe:geheim!')}`;
    if (request.headers.authorization !== login) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="cam"' }).end();
      return;
    }
  }
  if (pathname === '/locked' || pathname === '/cam') {
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=pic' });
    let at = 0;
    const timer = setInterval(() => {
      const jpeg = jpegs[at++ % jpegs.length] ?? Buffer.alloc(0);
      response.write(`--pic\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
      response.write(jpeg);
      response.write('\r\n');
    }, 1000 / framesPerSecond);
    response.once('close', () => clearInterval(timer));
    return;
  }
  if (pathname === '/clip.mp4') {
    const { size } = await stat(clip);
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(request.headers.range === undefined ? 200 : 206, {
      'content-type': 'video/mp4',
      'content-length': size - start,
      'accept-ranges': 'bytes',
      'content-range': `bytes ${start}-${size - 1}/${size}`,
    });
    createReadStream(clip, { start }).pipe(response);
    return;
  }
  if (pathname === '/page') response.end('<html>Welcome</html>'.repeat(500));
  else response.writeHead(404).end();
}

function open(source: string): CaptureRig {
  const rig = openRig(source, { fps: 5 });
  rigs.push(rig);
  return rig;
}

describe.skipIf(ffmpegPath === null)(`HTTP (${ffmpegMissing})`, () => {
  it('reads a camera that pushes JPEGs, by the time of their arrival', async () => {
    const rig = open(`http://${base}/cam`);
    rig.capture.watch({ width: 320, fps: 10 });
    await rig.until('pictures', () => rig.frames.length > 12 && rig.previews.length > 5);
    // As they came, not encoded again.
    const known = new Set(jpegs.map((jpeg) => jpeg.toString('base64')));
    for (const { jpeg } of rig.previews) {
      expect(known.has(Buffer.from(jpeg).toString('base64'))).toBe(true);
    }
    expect(rig.capture.ffmpegPids()).toHaveLength(1);
    // Invented time stamps (25 a second) would run three times as fast as the camera.
    const [first, last] = [rig.frames[0], rig.frames.at(-1)];
    const media = (last?.mediaSeconds ?? 0) - (first?.mediaSeconds ?? 0);
    const wall = ((last?.capturedAt ?? 0) - (first?.capturedAt ?? 0)) / 1000;
    expect(media / wall).toBeGreaterThan(0.7);
    expect(media / wall).toBeLessThan(1.3);
  });

  it('shows a slow view fewer pictures', async () => {
    const rig = open(`http://${base}/cam`);
    rig.capture.watch({ width: 320, fps: 1 });
    await rig.until('frames', () => rig.frames.length > 12);
    expect(rig.previews.length).toBeGreaterThan(0);
    expect(rig.previews.length).toBeLessThan(rig.frames.length);
  });

  it('logs in, and names a wrong password without saying it', async () => {
    const right = open(`http://joe:geheim!@${base}/locked`);
    const wrong = open(`http://joe:falsch@${base}/locked`);
    await right.state('live');
    expect((await wrong.state('waiting')).reason.code).toBe('CAM_002');
    expect(JSON.stringify([wrong.states, wrong.logged, right.logged])).not.toMatch(
      /falsch|geheim|joe/,
    );
  });

  it.each([
    ['page', 'CAM_003'],
    ['none', 'CAM_001'],
  ])('names what /%s is', async (path, code) => {
    const rig = open(`http://${base}/${path}`);
    expect((await rig.state('waiting')).reason.code).toBe(code);
  });

  it('plays a recording at its own speed, again and again', async () => {
    const rig = open(`http://${base}/clip.mp4`);
    await rig.until('two rounds', () => rig.frames.length > 15);
    expect(rig.states.map(({ state }) => state)).toEqual(['connecting', 'live']);
    const seconds =
      ((rig.frames.at(-1)?.capturedAt ?? 0) - (rig.frames[0]?.capturedAt ?? 0)) / 1000;
    expect(seconds).toBeGreaterThan(2);
  });

  it('is tested with a still picture', async () => {
    const options = { transport: 'tcp', owner: 'http-probe', ffmpeg: findFfmpeg } as const;
    expect(await probeSource(`http://${base}/cam`, options)).toMatchObject({
      picture: { width: 320, height: 240 },
      codec: 'mjpeg',
      fps: 0,
    });
    await expect(probeSource(`http://${base}/page`, options)).rejects.toMatchObject({
      code: 'CAM_003',
    });
    await expect(probeSource('gopher://x', options)).rejects.toMatchObject({ code: 'CAM_004' });
  });
});
