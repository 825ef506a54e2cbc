/**
 * A real RTSP server (GStreamer's) for tests, which can be killed, frozen and started again.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { sharedPath } from './shared.ts';

const python = '/usr/bin/python3';
const script = ((): string | null => {
  const videos = sharedPath('videos');
  const file = videos && path.join(videos, '../../tools/rtsp-server.py');
  return file !== null && existsSync(file) ? file : null;
})();

/** Whether there is an RTSP server on this machine. */
export const hasRtspServer = ((): boolean => {
  if (script === null || !existsSync(python)) return false;
  try {
    execFileSync(python, ['-c', "import gi; gi.require_version('GstRtspServer', '1.0')"], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
})();

/** The text that a skipped test shows. */
export const rtspServerMissing =
  'needs ../shared/tools/rtsp-server.py and gir1.2-gst-rtsp-server-1.0, python3-gi, gstreamer1.0-plugins-{base,good,bad}';

export interface RtspServer {
  /** Address without user and password */
  readonly url: string;
  readonly port: number;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
  /** The process stands still: connections stay open and nothing comes. */
  freeze(): void;
  thaw(): void;
}

/** Serves an mp4 in a loop. A file with `265` in its name is H.265. */
export async function startRtspServer(
  clip: string,
  options: { readonly port?: number; readonly login?: string } = {},
): Promise<RtspServer> {
  const port = options.port ?? (await freePort());
  const args = [
    script ?? '',
    clip,
    String(port),
    '/cam',
    ...(options.login ? [options.login] : []),
  ];
  let isWanted = true;

  async function start(): Promise<ChildProcess> {
    const started = spawn(python, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    // On a busy machine this server now and then aborts in an assertion of its own (gst_rtsp_media_get_rates) when a
    // client plays; a camera that did so would start again, too.
    started.once('exit', () => {
      if (isWanted) void start().then((again) => (child = again));
    });
    await once(started.stdout, 'data');
    return started;
  }
  let child = await start();

  return {
    url: `rtsp://127.0.0.1:${port}/cam`,
    port,
    async kill() {
      isWanted = false;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
}

/** A TCP port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
