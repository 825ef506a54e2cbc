/**
 * Flags of the command line as settings: `--port 9000`, `--port=9000`, `--config FILE`.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isDemoFolder, StationConfig } from '#contract/config.ts';
import { StationError } from '#contract/error.ts';
import { dataHome, flagName, loadConfig } from '#engine/load-config.ts';

/** Every setting as a flag with its description, for help texts. */
export const configFlags = Object.entries(StationConfig.shape).map(([key, schema]) => ({
  key,
  flag: flagName(key),
  description: schema.description ?? '',
}));

/** @throws StationError SYS_004 for an unknown flag or a wrong value */
export function loadCliConfig(args: readonly string[]): StationConfig {
  const options = Object.fromEntries([
    ...configFlags.map(({ flag }) => [flag.slice(2), { type: 'string' as const }]),
    ['config', { type: 'string' as const }],
  ]) as Record<string, { type: 'string' }>;
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({ args: [...args], options, allowPositionals: false }));
  } catch (cause) {
    throw new StationError('SYS_004', `${(cause as Error).message} See --help.`, { cause });
  }
  const flags = Object.fromEntries(
    configFlags.map(({ key, flag }) => [key, values[flag.slice(2)] as string | undefined]),
  );
  return withDemoFolder(
    loadConfig({ file: configFile(values['config']), env: process.env, flags }),
    flags,
  );
}

/** The file named by `--config`, else `config.json` in the usual data folder when there is one. */
function configFile(named: string | boolean | undefined): string | null {
  if (typeof named === 'string') return named;
  const usual = path.join(dataHome(process.env), 'config.json');
  return existsSync(usual) ? usual : null;
}

/** A demo must not mix its cameras with those of the site. */
function withDemoFolder(
  config: StationConfig,
  flags: Readonly<Record<string, string | undefined>>,
): StationConfig {
  if (!isDemoFolder(config.demo)) return config;
  const dataFolder =
    flags['dataFolder'] === undefined ? `${config.dataFolder}-demo` : config.dataFolder;
  return { ...config, dataFolder, demo: path.resolve(config.demo) };
}
