/**
 * The documents say what is there: every error code has its runbook, links lead somewhere, commands and flags exist.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StationConfig } from '#contract/config.ts';
import { errorCodes } from '#contract/error.ts';
import { procedures } from '#contract/procedures.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...globSync('docs/**/*.md', { cwd: root }).sort(),
];
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** Every match of the first group in every document, with where it stands. */
function mentions(pattern: RegExp): { readonly file: string; readonly found: string }[] {
  return documents.flatMap((file) =>
    [...read(file).matchAll(pattern)].map((match) => ({ file, found: match[1] ?? '' })),
  );
}

describe('runbooks', () => {
  const entries = read('docs/runbooks.md').split(/^### /m).slice(1);
  const entryOf = (code: string): string => entries.find((entry) => entry.startsWith(code)) ?? '';

  it('have every error code, and no other', () => {
    expect(entries.map((entry) => entry.slice(0, entry.indexOf('\n'))).sort()).toEqual(
      Object.keys(errorCodes).sort(),
    );
  });

  it.each(Object.entries(errorCodes))('%s says what it means and what to do', (code, row) => {
    const entry = entryOf(code);
    expect(entry.replaceAll(/\s+/g, ' ')).toContain(`${row.meaning} (HTTP ${row.status})`);
    expect(entry).toMatch(/^1\. \S.{20,}/m);
  });
});

describe('documents', () => {
  it('link to what is there', () => {
    const links = mentions(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g);
    expect(links.length).toBeGreaterThan(30);
    const dead = links.filter(
      ({ file, found }) => !existsSync(path.join(root, path.dirname(file), found)),
    );
    expect(dead).toEqual([]);
  });

  it('name scripts of npm that are there', () => {
    const named = mentions(/npm run (?:-s )?([a-z][a-z0-9:]*)/g);
    expect(named.filter(({ found }) => !(found in scripts))).toEqual([]);
  });

  it('name commands that are there', () => {
    const sources = ['main/cli.ts', ...globSync('main/server/cli-*.ts', { cwd: root })].map(read);
    const known = new Set(sources.join('\n').match(/(?<=command\(')[a-z0-9-]+/g));
    const named = [
      ...mentions(/tallywatch -- ([a-z][a-z-]*)/g),
      ...mentions(/tallywatch -- (?:models|user|audit|secrets|engine) ([a-z][a-z0-9-]*)/g),
    ];
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ found }) => !known.has(found))).toEqual([]);
  });

  it('name procedures that are there', () => {
    const named = mentions(/tallywatch -- call ([\w.]+)/g);
    expect(named.filter(({ found }) => !(found in procedures))).toEqual([]);
  });

  it('name settings that are there', () => {
    const named = mentions(/`((?:update|serving|redis|result|page)[A-Z]\w+)`/g);
    expect(named.filter(({ found }) => !(found in StationConfig.shape))).toEqual([]);
  });
});
