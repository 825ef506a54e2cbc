/**
 * The files of scheduled reports: each schedule has a folder, and a file under its name is whole.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { ReportFile } from '#contract/report.ts';

const types: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.pdf': 'application/pdf',
};

/** Media type by the ending of a name. */
export function typeOf(name: string): string {
  return types[path.extname(name)] ?? 'application/octet-stream';
}

/** Writes a file into a folder, which is made; whenever the power goes, it is whole or not there. */
export async function writeWhole(folder: string, { name, data }: ReportFile): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, name);
  await writeFile(`${file}.part`, Buffer.from(data, 'base64'), { flush: true });
  await rename(`${file}.part`, file);
}

/** @throws StationError REQ_002 when somebody has removed it */
export async function readWhole(folder: string, name: string): Promise<ReportFile> {
  const bytes = await readFile(path.join(folder, name)).catch(() => null);
  if (bytes === null) {
    throw new StationError('REQ_002', `There is no report file "${name}".`, { path: 'name' });
  }
  return { name, type: typeOf(name), data: bytes.toString('base64') };
}

/** As `counts-2026-11-01-to-2026-12-01.pdf` is named: nothing else in the folder is ours to remove. */
const ours = /^counts-(\d{4}-\d\d-\d\d)-to-(\d{4}-\d\d-\d\d)\.(?:csv|json|pdf)$/;

/** Removes the files of all times but the newest `times`. @returns their names */
export async function keepNewest(folder: string, times: number): Promise<string[]> {
  const found = (await readdir(folder)).flatMap((name) => {
    const [, from, to] = ours.exec(name) ?? [];
    return from === undefined || to === undefined ? [] : [{ name, time: `${to} ${from}` }];
  });
  const kept = [...new Set(found.map(({ time }) => time))].sort().slice(-times);
  const old = found.filter(({ time }) => !kept.includes(time)).map(({ name }) => name);
  for (const name of old) await rm(path.join(folder, name), { force: true });
  return old;
}
