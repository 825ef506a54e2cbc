/**
 * Writes the licences of everything that is shipped into resources/notices: packages at run time, and those that are bundled
 * into the page. `npm run notices`
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/** Development dependencies whose code is in the page. */
const inPage = [
  '@mantine/core',
  '@mantine/hooks',
  '@mantine/modals',
  '@mantine/notifications',
  '@tabler/icons-react',
  '@tanstack/react-query',
  'chart.js',
  'i18next',
  'konva',
  'marked',
  'react',
  'react-dom',
  'react-i18next',
  'react-konva',
];
/** What Electron's own packages say, and what lies beside the packages */
const beside = [
  'Electron and Chromium: see LICENSE.electron.txt and LICENSES.chromium.html beside the program.',
  'ffmpeg, where it is shipped: see the files in the folder ffmpeg of the resources. It is run as a program of its own.',
];

export interface Notice {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Text of the licence; empty where the package has none */
  readonly text: string;
}

interface LockEntry {
  readonly version?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Every package that is shipped, by name. Reads the lock file and what is installed. */
export function gatherNotices(): Notice[] {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockEntry>;
  };
  const { packages } = lock;
  const seen = new Set<string>();
  const visit = (name: string, from: string): void => {
    const place = placeOf(packages, { name, from });
    if (place === null || seen.has(place)) return;
    seen.add(place);
    const { dependencies, optionalDependencies } = packages[place] ?? {};
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies }))
      visit(next, place);
  };
  for (const name of Object.keys(packages['']?.dependencies ?? {})) visit(name, '');
  for (const name of inPage) visit(name, '');
  return [...seen]
    .filter((place) => existsSync(path.join(root, place)))
    .map((place) => noticeOf(place, packages[place] ?? {}))
    .sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}

/** Where Node finds a package: the nearest folder above who asks for it. */
function placeOf(
  packages: Readonly<Record<string, LockEntry>>,
  { name, from }: { readonly name: string; readonly from: string },
): string | null {
  for (let base = from; ; base = base.slice(0, base.lastIndexOf('/node_modules/'))) {
    const place = `${base === '' ? '' : `${base}/`}node_modules/${name}`;
    if (place in packages) return place;
    if (!base.includes('/node_modules/')) {
      const top = `node_modules/${name}`;
      return top in packages ? top : null;
    }
  }
}

function noticeOf(place: string, { version = '', license }: LockEntry): Notice {
  const folder = path.join(root, place);
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  const text = files
    .filter((name) => !/\.(js|ts|json)$/.test(name))
    .map((name) => readFileSync(path.join(folder, name), 'utf8').trim())
    .join('\n\n');
  const own = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    license?: string | { type?: string };
  };
  const stated = typeof own.license === 'string' ? own.license : own.license?.type;
  const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return { name, version, license: license ?? stated ?? 'not stated', text };
}

/** The file that is shipped. */
export function noticesText(notices: readonly Notice[]): string {
  const parts = notices.map(({ name, version, license, text }) =>
    [`${name} ${version} (${license})`, text].join('\n\n').trim(),
  );
  return `Tallywatch contains the following software.\n\n${[...beside, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

if (import.meta.filename === process.argv[1]) {
  const notices = gatherNotices();
  const folder = path.join(root, 'resources/notices');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'third-party.txt'), noticesText(notices));
  console.log(`${String(notices.length)} packages in resources/notices/third-party.txt`);
}
