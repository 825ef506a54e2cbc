/**
 * A network camera dies and comes back: its state is shown, the other cameras do not notice, counting goes on.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { cleanUp, startStation, until } from '#test/station-process.ts';

const python = '/usr/bin/python3';
const script = sharedPath('../tools/rtsp-server.py');
const servers = new Set<ChildProcess>();

afterAll(() => {
  for (const server of servers) server.kill('SIGKILL');
  cleanUp();
});

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function serveClip(clip: string, port: number): Promise<ChildProcess> {
  const server = spawn(python, [script!, clip, String(port), '/cam', 'guard:s3cret'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.add(server);
  await new Promise<void>((resolve, reject) => {
    server.stdout.once('data', () => resolve());
    server.once('exit', () => reject(new Error('the RTSP server did not start')));
  });
  return server;
}

const hasServer =
  script !== null &&
  existsSync(python) &&
  existsSync('/usr/lib/x86_64-linux-gnu/girepository-1.0/GstRtspServer-1.0.typelib');
const label = !hasShared
  ? sharedMissing
  : hasServer
    ? 'real server'
    : 'needs apt install gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-good';

describe.skipIf(!hasShared || !hasServer)(`RTSP camera lost (${label})`, () => {
  it('is shown as lost, is read again by itself, and never tells its password', async () => {
    const clip = sharedPath('videos/mot15_pets09-s2l1.mp4')!;
    const port = await freePort();
    let server = await serveClip(clip, port);
    const station = await startStation({
      flags: ['--model', sharedPath('models/yolox_nano.onnx')!],
    });
    await station.call('camera.add', {
      id: 'net',
      name: 'Network camera',
      source: `rtsp://guard:s3cret@127.0.0.1:${String(port)}/cam`,
      fps: 5,
    });
    await station.call('camera.add', { id: 'other', name: 'Other', source: clip, fps: 5 });
    const camera = (id: string) => () => station.call('camera.get', { id });
    const observed = async (id: string) => {
      const query = { from: 0, to: 4_102_444_800_000, cameraId: id };
      return (await station.call('coverage.query', query))[0]?.observedSeconds ?? 0;
    };
    const isCounting = (id: string, moreThan: number) =>
      until(
        () => observed(id),
        (seconds) => seconds > moreThan,
        40_000,
      );
    await isCounting('net', 2);
    await isCounting('other', 2);

    for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
      server.kill(signal);
      const lostMs = performance.now();
      const lost = await until(camera('net'), ({ capture }) => capture.state !== 'live', 20_000);
      console.log(`${signal}: seen after ${((performance.now() - lostMs) / 1000).toFixed(1)} s`);
      expect(['stalled', 'waiting', 'connecting']).toContain(lost.capture.state);
      if (signal === 'SIGSTOP') server.kill('SIGKILL');
      await until(
        camera('net'),
        ({ capture }) => capture.state === 'waiting' && capture.reason.code === 'CAM_001',
        30_000,
      );
      const before = await observed('net');
      const other = await station.call('camera.get', { id: 'other' });
      expect(other.capture.state).toBe('live');

      server = await serveClip(clip, port);
      const backMs = performance.now();
      await isCounting('net', before + 1);
      console.log(`counts again after ${((performance.now() - backMs) / 1000).toFixed(1)} s`);
    }

    const [coverage] = await station.call('coverage.query', {
      from: 0,
      to: 4_102_444_800_000,
      cameraId: 'other',
    });
    const gaps = coverage?.gaps.map((gap) => gap.cause) ?? [];
    expect(gaps).not.toContain('camera-offline');
    const everything = JSON.stringify([station.output(), await station.call('camera.list', {})]);
    expect(everything).not.toContain('s3cret');
    expect(await station.stop()).toBe(0);
  }, 240_000);
});
