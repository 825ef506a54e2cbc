/**
 * Our flags among those of Chromium and Electron.
 */

/**
 * Picks known flags with their values, as `--name value` or `--name=value`; what else stands there is Chromium's.
 * @param names known flags with their dashes, for example `--port`
 */
export function pickFlags(args: readonly string[], names: readonly string[]): string[] {
  const known = new Set(names);
  return args.flatMap((arg, index) => {
    if (known.has(arg)) {
      const value = args[index + 1];
      return value === undefined || value.startsWith('--') ? [arg] : [arg, value];
    }
    return known.has(arg.split('=')[0] ?? '') ? [arg] : [];
  });
}
