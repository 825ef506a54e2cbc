/**
 * A Python that holds what a runner needs, for tests of the engines that come with the station.
 */
import { spawnSync } from 'node:child_process';

export interface Python {
  /** The program; null where the packages are missing */
  readonly program: string | null;
  /** The text that a test shows, with what to install where it is skipped */
  readonly why: string;
}

const find =
  'import sys, importlib.util as u; sys.exit(any(u.find_spec(m) is None for m in sys.argv[1:]))';

/** `python3` on PATH, or the one that the environment variable names; `packages` are `import name` → `name on PyPI`. */
export function findPython(variable: string, packages: Readonly<Record<string, string>>): Python {
  const program = process.env[variable] ?? 'python3';
  const { status } = spawnSync(program, ['-c', find, ...Object.keys(packages)], {
    stdio: 'ignore',
  });
  if (status === 0) return { program, why: 'real processes' };
  const install = Object.values(packages).join(' ');
  return {
    program: null,
    why: `needs ${Object.keys(packages).join(', ')}: python3 -m venv v && v/bin/pip install ${install}, then ${variable}=v/bin/python`,
  };
}
