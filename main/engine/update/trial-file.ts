/**
 * The note of the last installation on the disk, beside the copies of the database from before each.
 */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { TrialNote } from './trial.ts';

const noteName = 'trial.json';
const copyForm = /^before-[\w.+-]+\.db$/;

/** Folder of updates below the data folder. */
export function updateFolder(dataFolder: string): string {
  return path.join(dataFolder, 'updates');
}

/** null when there is none, or none that can be read: then no version waits to prove itself. */
export function readTrialNote(dataFolder: string): TrialNote | null {
  try {
    const text = readFileSync(path.join(updateFolder(dataFolder), noteName), 'utf8');
    return TrialNote.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Replaces the note in one move. Throws the error of the file system. */
export function writeTrialNote(dataFolder: string, note: TrialNote): void {
  const folder = updateFolder(dataFolder);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, noteName);
  writeFileSync(`${file}.new`, `${JSON.stringify(note, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function copyName(version: string): string {
  return `before-${version.replaceAll(/[^\w.+-]/g, '_')}.db`;
}

/** Removes all but the newest `keep` copies of the database. @returns the names of those that are left, newest first */
export function pruneCopies(dataFolder: string, keep: number): string[] {
  const folder = updateFolder(dataFolder);
  const newestFirst = readdirSync(folder)
    .filter((name) => copyForm.test(name))
    .map((name) => ({ name, at: statSync(path.join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at || (a.name < b.name ? 1 : -1));
  for (const { name } of newestFirst.slice(keep)) rmSync(path.join(folder, name), { force: true });
  return newestFirst.slice(0, keep).map(({ name }) => name);
}
