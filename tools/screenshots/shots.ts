/**
 * Which pictures of the page there are: every page in both themes and both languages, and the states that matter.
 */
import { tasks, type Task } from '#test/renderer.ts';

export const themes = ['dark', 'light'] as const;
export const languages = ['en', 'vi'] as const;

/** Where the station stands when a picture is taken, in the order in which they are reached. */
export const stages = ['empty', 'filled', 'viewer', 'signed-out', 'gone'] as const;
export type Stage = (typeof stages)[number];

export interface Shot {
  /** Name of the file without its ending */
  readonly name: string;
  readonly stage: Stage;
  /** Address after `#/` */
  readonly route: string;
  readonly theme: (typeof themes)[number];
  readonly language: (typeof languages)[number];
}

/** Pages that say what to do while there is nothing yet. */
const emptyPages: readonly Task[] = ['live', 'cameras', 'counts', 'trust', 'alerts', 'experiments'];
/** Pages that somebody who may only look sees with less. */
const viewerPages: readonly Task[] = ['cameras', 'models', 'alerts', 'access', 'system'];
/** Parts of pages that have an address of their own. */
const parts = {
  'live-one': 'live/demo-plaza',
  'cameras-new': 'cameras/new',
  'models-catalog': 'models/catalog',
  'health-figures': 'health/figures',
  'health-uptime': 'health/uptime',
  'health-incidents': 'health/incidents',
  'health-drill': 'health/drill',
  'health-log': 'health/log',
} as const;

const plain = { theme: 'dark', language: 'en' } as const;

export const shots: readonly Shot[] = [
  ...emptyPages.map((task) => shot(`${task}-empty`, 'empty', task)),
  ...tasks.flatMap((task) =>
    themes.flatMap((theme) =>
      languages.map((language) => ({
        ...shot(`${task}-${theme}-${language}`, 'filled', task),
        ...{ theme, language },
      })),
    ),
  ),
  ...Object.entries(parts).map(([name, route]) => shot(name, 'filled', route)),
  ...viewerPages.map((task) => shot(`${task}-viewer`, 'viewer', task)),
  shot('sign-in', 'signed-out', 'live'),
  shot('live-gone', 'gone', 'live'),
];

function shot(name: string, stage: Stage, route: string): Shot {
  return { name, stage, route, ...plain };
}

/** The page of the documents that lists all pictures, as Markdown. */
export function shotsPage(): string {
  const rows = tasks.map((task) => {
    const own = shots.filter(({ name }) => name.startsWith(`${task}-`));
    const links = own.map(({ name }) => linkTo(name, name.slice(task.length + 1)));
    return `| ${task} | ${links.join(', ')} |`;
  });
  const others = shots.filter(({ name }) => !tasks.some((task) => name.startsWith(`${task}-`)));
  return [
    '# Screenshots\n',
    'Every page in both looks and languages, and the states that matter, made by `npm run screenshots` on the simulated site; this',
    'page is made with them. The crossings of the three weeks before are made up; what counts on the pictures is real.',
    '`npm run screenshots -- --only models` makes those of one page anew. Chromium is needed; `STANDIN_CHROMIUM` names another one.\n',
    '| page | pictures |',
    '| --- | --- |',
    ...rows,
    `| others | ${others.map(({ name }) => linkTo(name, name)).join(', ')} |`,
  ].join('\n');
}

const linkTo = (name: string, text: string): string =>
  `[${text.replaceAll('-', ' ')}](screenshots/${name}.webp)`;
