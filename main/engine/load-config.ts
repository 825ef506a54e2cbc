/**
 * Settings from three places, the later one winning: file, environment, flag.
 */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import { StationConfig } from '#contract/config.ts';
import { StationError } from '#contract/error.ts';

type Key = keyof StationConfig;
const keys = Object.keys(StationConfig.shape) as Key[];

export interface ConfigSources {
  /** Path of a JSON file; `null` when there is none */
  readonly file: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: Readonly<Record<string, string | undefined>>;
}

/** Name of the variable of one setting: `dataFolder` → `TALLYWATCH_DATA_FOLDER`. */
export function envName(key: string): string {
  return `TALLYWATCH_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Name of the flag of one setting: `dataFolder` → `--data-folder`. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Merges and parses the settings.
 * @throws StationError SYS_004 that names the place and the field of a wrong value
 */
export function loadConfig({ file, env, flags }: ConfigSources): StationConfig {
  const values: Partial<Record<Key, unknown>> = {};
  const places: Partial<Record<Key, string>> = {};
  for (const [key, value] of Object.entries(file === null ? {} : readConfigFile(file))) {
    values[key as Key] = value;
    places[key as Key] = `"${key}" in ${String(file)}`;
  }
  for (const key of keys) {
    const fromEnv = env[envName(key)];
    if (fromEnv !== undefined && fromEnv !== '') {
      values[key] = fromText(key, fromEnv);
      places[key] = envName(key);
    }
    const fromFlag = flags[key];
    if (fromFlag !== undefined) {
      values[key] = fromText(key, fromFlag);
      places[key] = flagName(key);
    }
  }
  const parsed = StationConfig.safeParse(values);
  if (parsed.success) {
    return { ...parsed.data, dataFolder: path.resolve(parsed.data.dataFolder || dataHome(env)) };
  }
  throw wrongValue(parsed.error, places);
}

/** Where a station keeps its data unless told otherwise; the window and the headless station share it. */
export function dataHome(env: Readonly<Record<string, string | undefined>>): string {
  if (process.platform === 'win32') {
    return path.join(env['LOCALAPPDATA'] ?? path.join(os.homedir(), 'AppData/Local'), 'Tallywatch');
  }
  if (process.platform === 'darwin') {
    return path.join(os.homedir(), 'Library/Application Support/Tallywatch');
  }
  return path.join(env['XDG_DATA_HOME'] ?? path.join(os.homedir(), '.local/share'), 'tallywatch');
}

function readConfigFile(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StationError('SYS_004', `The settings file ${file} cannot be read.`, { cause });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch (cause) {
    throw new StationError('SYS_004', `The settings file ${file} is not JSON: mend or remove it.`, {
      cause,
    });
  }
  throw new StationError('SYS_004', `The settings file ${file} must hold one JSON object.`);
}

/** A number where the schema wants one; anything else is judged by the schema. */
function fromText(key: Key, text: string): unknown {
  const isNumber = StationConfig.shape[key].def.innerType.def.type === 'number';
  return isNumber && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

function wrongValue(error: z.ZodError, places: Partial<Record<Key, string>>): StationError {
  const issue = error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    const name = issue.keys[0] ?? '';
    return new StationError(
      'SYS_004',
      `${places[name as Key] ?? name} is no setting of this station; known are ${keys.join(', ')}.`,
      { path: name },
    );
  }
  const key = String(issue?.path[0]) as Key;
  return new StationError(
    'SYS_004',
    `${places[key] ?? key} is wrong: ${issue?.message ?? 'unreadable'}. It means: ${
      StationConfig.shape[key].description ?? key
    }.`,
    { path: key },
  );
}
