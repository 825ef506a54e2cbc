/**
 * The guides that are built into the page: which one belongs to which task, in which language.
 */
import type { Task } from './route.ts';

/** Loads the text of a guide, which the build has put beside the page. */
export type Guide = () => Promise<{ readonly default: string }>;

/** By the name that links in the guides use */
export const guides: Readonly<Record<string, Guide>> = {
  'admin.md': () => import('#docs/admin.md?raw'),
  'alerts.md': () => import('#docs/alerts.md?raw'),
  'backup.md': () => import('#docs/backup.md?raw'),
  'cameras.md': () => import('#docs/cameras.md?raw'),
  'experiments.md': () => import('#docs/experiments.md?raw'),
  'first-hour.md': () => import('#docs/first-hour.md?raw'),
  'health.md': () => import('#docs/health.md?raw'),
  'jobs.md': () => import('#docs/jobs.md?raw'),
  'models.md': () => import('#docs/models.md?raw'),
  'notifications.md': () => import('#docs/notifications.md?raw'),
  'operator.md': () => import('#docs/operator.md?raw'),
  'operator.vi.md': () => import('#docs/operator.vi.md?raw'),
  'privacy.md': () => import('#docs/privacy.md?raw'),
  'recording.md': () => import('#docs/recording.md?raw'),
  'reports.md': () => import('#docs/reports.md?raw'),
  'runbooks.md': () => import('#docs/runbooks.md?raw'),
  'security.md': () => import('#docs/security.md?raw'),
  'trust.md': () => import('#docs/trust.md?raw'),
  'updates.md': () => import('#docs/updates.md?raw'),
  'zones.md': () => import('#docs/zones.md?raw'),
};

const guideOfTask: Readonly<Record<Task, string>> = {
  live: 'operator.md',
  counts: 'reports.md',
  alerts: 'alerts.md',
  cameras: 'cameras.md',
  trust: 'trust.md',
  models: 'models.md',
  experiments: 'experiments.md',
  jobs: 'jobs.md',
  health: 'health.md',
  notifications: 'notifications.md',
  privacy: 'privacy.md',
  access: 'admin.md',
  system: 'updates.md',
};

/** The name of the guide of a task, in the language where it is written in it, else in English. */
export function guideOf(task: Task, language: string): string {
  const name = guideOfTask[task];
  const translated = name.replace(/\.md$/, `.${language}.md`);
  return Object.hasOwn(guides, translated) ? translated : name;
}

/** The language that a guide is written in. */
export function languageOf(guide: string): 'en' | 'vi' {
  return guide.endsWith('.vi.md') ? 'vi' : 'en';
}

/** The guide to which a link of a guide leads; null where it leads out of the page. */
export function guideOfLink(href: string): string | null {
  const [file = ''] = href.replace(/^\.\//, '').split('#');
  return Object.hasOwn(guides, file) ? file : null;
}
