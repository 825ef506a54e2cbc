/**
 * The built headless station, started as a person starts it.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { makeDataFolder, modelFlags, removeDataFolder, root } from './folders.ts';
import { closeLater } from './left-overs.ts';

export interface HeadlessStation {
  readonly url: string;
  /** Asks it to end; its exit code. */
  close(): Promise<number | null>;
}

/** Starts on a free port and a data folder of its own, with further flags. */
export async function startHeadless(...flags: readonly string[]): Promise<HeadlessStation> {
  const folder = makeDataFolder();
  const child = fork(
    path.join(root, 'out/main/headless.js'),
    ['--port', '0', '--data-folder', folder, ...modelFlags, ...flags],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  const close = closeLater(async () => {
    const ended = once(child, 'exit') as Promise<[number | null]>;
    child.send('stop');
    const [code] = await ended;
    removeDataFolder(folder);
    return code;
  });
  return { url: await addressOf(child), close };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the station ended with ${String(code)}`)));
    createInterface(child.stdout!).on('line', (line) => {
      const match = /http:\/\/\S+/.exec(line);
      if (match !== null) resolve(match[0]);
    });
  });
}
