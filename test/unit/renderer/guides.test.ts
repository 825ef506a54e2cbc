/**
 * Every page has its guide, and a link inside a guide leads to another one that is built in.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { guideOf, guideOfLink, guides, languageOf } from '../../../renderer/lib/guides.ts';
import { tasks } from '../../../renderer/lib/route.ts';

const docs = path.resolve(import.meta.dirname, '../../../docs');

describe('guides', () => {
  it('are files that exist', () => {
    const missing = Object.keys(guides).filter((name) => !existsSync(path.join(docs, name)));
    expect(missing).toEqual([]);
  });

  it('are there for every task in every language', () => {
    const missing = tasks.flatMap((task) =>
      ['en', 'vi']
        .map((language) => guideOf(task, language))
        .filter((name) => !Object.hasOwn(guides, name)),
    );
    expect(missing).toEqual([]);
  });

  it('are in the language of the reader where they are written in it', () => {
    expect([guideOf('live', 'en'), guideOf('live', 'vi'), guideOf('alerts', 'vi')]).toEqual([
      'operator.md',
      'operator.vi.md',
      'alerts.md',
    ]);
  });

  it('say which language they are written in', () => {
    expect(['operator.md', 'operator.vi.md'].map(languageOf)).toEqual(['en', 'vi']);
  });

  it.each([
    ['zones.md#who-is-on-the-site', 'zones.md'],
    ['./reports.md', 'reports.md'],
    ['../CONTRIBUTING.md', null],
    ['https://example.org/zones.md', null],
  ])('follow %s to %s', (href, guide) => {
    expect(guideOfLink(href)).toBe(guide);
  });
});
