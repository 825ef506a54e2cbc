import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#engine/base/log.ts';
import { endOrphans } from '#engine/capture/orphans.ts';
import { notePid } from '#engine/capture/pid-list.ts';
import { processesOf } from '#test/capture-rig.ts';
import { type ClipFolder, createClipFolder, ffmpegMissing, ffmpegPath } from '#test/clips.ts';

// A silent camera: ffmpeg waits for it and writes nothing, so that it does not notice the death of its worker.
const silent = net.createServer();
const workers: ChildProcess[] = [];
let folder: ClipFolder;
let entry: string;
let address: string;

beforeAll(async () => {
  folder = await createClipFolder();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  address = `rtsp://127.0.0.1:${(silent.address() as net.AddressInfo).port}/x`;
  const source = fileURLToPath(import.meta.resolve('#engine/capture/ffmpeg-process.ts'));
  entry = path.join(folder.path, 'worker.ts');
  await writeFile(
    entry,
    `import { runFfmpeg } from ${JSON.stringify(source)};
    const [path, address, owner] = process.argv.slice(2);
    const args = ['-nostdin', '-i', address, '-f', 'null', '-'];
    const run = runFfmpeg({ path, args, owner, stdio: ['ignore', 'pipe', 'pipe'], clean: (t) => t });
    process.send(run.child.pid);
    setInterval(() => undefined, 1000);`,
  );
});
afterEach(() => {
  for (const worker of workers) worker.kill('SIGKILL');
});
afterAll(async () => {
  silent.close();
  await folder.remove();
});

/** A process of ours that reads the silent camera; returns it and its ffmpeg. */
async function startWorker(owner: string): Promise<{ worker: ChildProcess; pid: number }> {
  // Once it is connected ffmpeg has nothing more to say: a message to a dead worker would end it.
  const connected = once(silent, 'connection');
  const worker = fork(entry, [ffmpegPath ?? '', address, owner]);
  workers.push(worker);
  const [pid] = (await once(worker, 'message')) as [number];
  await connected;
  return { worker, pid };
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
    } catch {
      return;
    }
  }
}

describe.skipIf(ffmpegPath === null || process.platform !== 'linux')(
  `orphans (Linux; ${ffmpegMissing})`,
  () => {
    it('ends those of dead workers of this owner, and no others', async () => {
      const dead = await startWorker('station-a');
      const living = await startWorker('station-a');
      const foreign = await startWorker('station-b');
      for (const { worker } of [dead, foreign]) {
        worker.kill('SIGKILL');
        await once(worker, 'exit');
      }
      expect(await endOrphans('station-a', silentLogger)).toEqual([dead.pid]);
      await gone(dead.pid);
      expect(await processesOf('station-a')).toEqual([living.pid]);
      expect(await processesOf('station-b')).toEqual([foreign.pid]);
      expect(await endOrphans('station-b', silentLogger)).toEqual([foreign.pid]);
      expect(await endOrphans('station-a', silentLogger)).toEqual([]);
      process.kill(living.pid, 'SIGKILL');
    });

    it('ends those on the list of a dead worker where the environment cannot be read', async () => {
      const { worker, pid } = await startWorker('station-c');
      const list = path.join(folder.path, 'list.ts');
      const source = fileURLToPath(import.meta.resolve('#engine/capture/pid-list.ts'));
      await writeFile(
        list,
        `import { notePid } from ${JSON.stringify(source)};
        notePid('station-c', ${pid});
        notePid('station-c', ${process.pid});
        process.exit(0);`,
      );
      const writer = fork(list);
      workers.push(writer);
      await once(writer, 'exit');
      // This very process is on the list too, but is no ffmpeg.
      expect(await endOrphans('station-c', silentLogger, 'darwin')).toEqual([pid]);
      await gone(pid);
      expect(await endOrphans('station-c', silentLogger, 'darwin')).toEqual([]);
      worker.kill('SIGKILL');
    });

    it('leaves those on the list of a living worker', async () => {
      const { pid } = await startWorker('station-d');
      const strike = notePid('station-d', pid);
      expect(await endOrphans('station-d', silentLogger, 'darwin')).toEqual([]);
      strike();
      process.kill(pid, 'SIGKILL');
    });
  },
);
