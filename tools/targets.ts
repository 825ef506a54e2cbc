/**
 * What `npm run dist` is asked to build.
 */

/** The systems and processors that the arguments of electron-builder name, as `linux-x64`; this PC's own when they name none. Pure. */
export function targetsOf(
  args: readonly string[],
  own: { readonly platform: string; readonly arch: string },
): string[] {
  const named = (flags: Readonly<Record<string, string>>): string[] =>
    Object.keys(flags)
      .filter((flag) => args.includes(`--${flag}`))
      .map((flag) => flags[flag] ?? '');
  const platforms = named({ linux: 'linux', win: 'win32', mac: 'darwin' });
  const processors = named({ x64: 'x64', arm64: 'arm64' });
  return (platforms.length > 0 ? platforms : [own.platform]).flatMap((platform) =>
    (processors.length > 0 ? processors : [own.arch]).map((arch) => `${platform}-${arch}`),
  );
}
