/**
 * The documents say what is there: every error code has its runbook, links lead somewhere, commands and flags exist.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StationConfig } from '#contract/config.ts';
import { errorCodes } from '#contract/error.ts';
import { commandsOf, whatIsWrong } from '#test/documented-commands.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...globSync('docs/**/*.md', { cwd: root }).sort(),
];

/** Of the headings of a page, as GitHub makes them. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

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

  it('link to headings that are there', () => {
    const links = mentions(/\]\((?!https?:)([^)\s]*#[^)\s]+)\)/g);
    expect(links.length).toBeGreaterThan(5);
    const dead = links.filter(({ file, found }) => {
      const [target = '', anchor = ''] = found.split('#');
      const page = target === '' ? file : path.join(path.dirname(file), target);
      return !anchorsOf(read(page)).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  it('name commands as they are: programs, words, flags, settings and inputs', () => {
    const commands = documents.flatMap((file) => commandsOf(file, read(file)));
    expect(commands.length).toBeGreaterThan(60);
    const wrong = commands
      .map((command) => ({ command, wrong: whatIsWrong(command) }))
      .filter(({ wrong: found }) => found.length > 0)
      .map(({ command: { file, text }, wrong: found }) => ({ file, text, wrong: found }));
    expect(wrong).toEqual([]);
  });

  it.each([
    ['npm run nothing', 'package.json has no script nothing'],
    ['npm start -- --window', 'there is no --window'],
    ['npm run -s bench -- --fast', 'there is no --fast'],
    ['npm run -s tallywatch -- dance', 'tallywatch has no dance'],
    ['npm run -s tallywatch -- serve --prot 1', 'there is no --prot'],
    ['tallywatch backup FILE --verbose', 'backup does not know --verbose'],
    ['tallywatch backup', 'backup takes more words'],
    ['tallywatch update-sign FOLDER', '--key <file> is missing'],
    ['tallywatch user', 'user needs a command'],
    ['tallywatch call tally.sum', 'there is no procedure tally.sum'],
    [`tallywatch call camera.get '{"id": 7}'`, expect.stringContaining('expected string')],
  ])('a command that is wrong is found: %s', (text, wrong) => {
    const [command] = commandsOf('x.md', `\`\`\`sh\n${text} | cat   # why\n\`\`\`\n`);
    expect(whatIsWrong(command!)).toEqual([wrong]);
  });

  it('name settings that are there', () => {
    const named = mentions(/`((?:update|serving|redis|result|page)[A-Z]\w+)`/g);
    expect(named.filter(({ found }) => !(found in StationConfig.shape))).toEqual([]);
  });
});
