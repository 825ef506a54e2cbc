/**
 * Ends ffmpeg processes whose worker is gone: they would hold cameras and cores for nobody.
 *
 * An orphan that has something to write ends by itself when its pipe breaks; what is left are those that wait for a
 * silent camera. They are known by their environment (Linux) or by the list that their worker kept (elsewhere).
 */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Logger } from '#engine/base/log.ts';
import { ownerVariable, parentVariable } from './ffmpeg-process.ts';
import { readPidLists } from './pid-list.ts';

/**
 * Ends what processes of this owner have left behind; returns the process ids. Processes of a living parent stay.
 * @param platform of this machine; tests run the way of other systems too
 */
export async function endOrphans(
  owner: string,
  log: Logger,
  platform: NodeJS.Platform = process.platform,
): Promise<number[]> {
  const orphans =
    platform === 'linux' ? await orphansByEnvironment(owner) : await orphansByList(owner);
  const ended = orphans.filter((pid) => end(pid));
  if (ended.length > 0) log.warn('orphaned ffmpeg processes ended', { pids: ended });
  return ended;
}

async function orphansByEnvironment(owner: string): Promise<number[]> {
  const names = await readdir('/proc');
  const orphans: number[] = [];
  for (const name of names.filter((text) => /^\d+$/.test(text))) {
    // Processes end while we look, and those of other users may not be read.
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    const values = environment.split('\0');
    if (!values.includes(`${ownerVariable}=${owner}`)) continue;
    const parent = values.find((value) => value.startsWith(`${parentVariable}=`))?.split('=')[1];
    const status = await readFile(`/proc/${name}/status`, 'latin1').catch(() => '');
    const parentNow = /^PPid:\s*(\d+)/m.exec(status)?.[1];
    // A process whose parent has died gets another one.
    if (parentNow !== undefined && parentNow !== parent) orphans.push(Number(name));
  }
  return orphans;
}

async function orphansByList(owner: string): Promise<number[]> {
  const orphans: number[] = [];
  for (const list of await readPidLists(owner)) {
    if (isAlive(list.parentPid)) continue;
    for (const pid of list.pids) {
      // The number may belong to another program by now.
      if (/ff(?:mpeg|probe)/i.test(await programOf(pid))) orphans.push(pid);
    }
    await list.forget();
  }
  return orphans;
}

async function programOf(pid: number): Promise<string> {
  const run = promisify(execFile);
  const asked =
    process.platform === 'win32'
      ? run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'])
      : run('ps', ['-p', String(pid), '-o', 'comm=']);
  return asked.then(({ stdout }) => stdout).catch(() => '');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function end(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
