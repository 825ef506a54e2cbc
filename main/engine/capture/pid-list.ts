/**
 * A list of the ffmpegs of this process in a file, for systems that do not show the environment of a process.
 */
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';

const Pids = z.array(z.number().int().positive());

export interface PidList {
  /** Process that wrote the list */
  readonly parentPid: number;
  readonly pids: readonly number[];
  forget(): Promise<void>;
}

const running = new Map<string, Set<number>>();

/** Notes a process that was started; returns how to strike it out. Written at once: we may be killed any time. */
export function notePid(owner: string, pid: number, folder = os.tmpdir()): () => void {
  const file = path.join(folder, `${prefixOf(owner)}${process.pid}.json`);
  const pids = running.get(file) ?? new Set<number>();
  running.set(file, pids);
  const write = (): void => {
    try {
      if (pids.size === 0) rmSync(file, { force: true });
      else writeFileSync(file, JSON.stringify([...pids]), { mode: 0o600 });
    } catch {
      // Without the list a silent orphan may outlive us; the capture itself must go on.
    }
  };
  pids.add(pid);
  write();
  return () => {
    pids.delete(pid);
    write();
  };
}

/** The lists of all processes that worked for this owner. */
export async function readPidLists(owner: string, folder = os.tmpdir()): Promise<PidList[]> {
  const prefix = prefixOf(owner);
  const names = await readdir(folder).catch(() => []);
  const lists: PidList[] = [];
  for (const name of names) {
    const parentPid = Number(/^(\d+)\.json$/.exec(name.slice(prefix.length))?.[1]);
    if (!name.startsWith(prefix) || !Number.isInteger(parentPid)) continue;
    const file = path.join(folder, name);
    const text = await readFile(file, 'utf8').catch(() => '[]');
    lists.push({ parentPid, pids: parsePids(text), forget: () => rm(file, { force: true }) });
  }
  return lists;
}

function parsePids(text: string): number[] {
  try {
    return Pids.parse(JSON.parse(text));
  } catch {
    return [];
  }
}

/** The owner may be any text; a file name may not. */
function prefixOf(owner: string): string {
  const digest = createHash('sha256').update(owner).digest('hex');
  return `tallywatch-${digest.slice(0, 16)}-`;
}
