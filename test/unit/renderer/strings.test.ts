/**
 * Every string of the page is translated: both languages have the same keys and fields, and no view has text of its own.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '#contract/error.ts';
import { stationSentences } from '#contract/station-sentences.ts';
import { Label } from '#contract/detection.ts';

const root = path.resolve(import.meta.dirname, '../../..', 'renderer');
const read = (language: string) =>
  flatten(JSON.parse(readFileSync(path.join(root, 'i18n', `${language}.json`), 'utf8')) as Texts);
interface Texts {
  readonly [key: string]: string | Texts;
}

function flatten(texts: Texts, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[`${prefix}${key}`, value] as const]
        : [...flatten(value, `${prefix}${key}.`)],
    ),
  );
}

/** Vietnamese has one plural form, English two: a key is the same key in all of its forms. */
const baseOf = (key: string) => key.replace(/_(zero|one|other)$/, '');
const basesOf = (texts: ReadonlyMap<string, string>) =>
  [...new Set([...texts.keys()].map(baseOf))].sort();
const fieldsOf = (text: string) =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort();

// The station's own sentences are English already, as renderer/i18n/i18n.ts has it.
const english = new Map([...read('en'), ...flatten({ sentence: stationSentences })]);
const vietnamese = read('vi');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => {
    const text = readFileSync(path.join(root, name), 'utf8');
    const kind = name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
    return { name, tree: ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, kind) };
  });

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  node.forEachChild((child) => visit(child, see));
}

describe('languages', () => {
  it('have the same keys', () => {
    expect(basesOf(vietnamese)).toEqual(basesOf(english));
  });

  it('have no empty text', () => {
    const empty = [...english, ...vietnamese].filter(([, text]) => text.trim() === '');
    expect(empty).toEqual([]);
  });

  it('fill in the same fields', () => {
    const wrong = [...english].filter(([key, text]) => {
      const same = vietnamese.get(key) ?? vietnamese.get(`${baseOf(key)}_other`) ?? '';
      // The form for one may leave out the number; the field of it is `count` in both.
      const without = (names: string[]) => names.filter((name) => name !== 'count').join();
      return without(fieldsOf(text)) !== without(fieldsOf(same));
    });
    expect(wrong).toEqual([]);
  });

  it('name every error code and every label', () => {
    const wanted = [
      ...Object.keys(errorCodes).map((code) => `error.${code}`),
      ...Label.options.map((label) => `label.${label}`),
    ];
    expect(wanted.filter((key) => !english.has(key) || !vietnamese.has(key))).toEqual([]);
  });

  it('have no text that nobody shows', () => {
    const all = sources.map(({ tree }) => tree.text).join('\n');
    const isShown = (key: string) => {
      const dot = key.lastIndexOf('.');
      const [group, name] = [key.slice(0, dot), key.slice(dot + 1)];
      // Either by its whole key, or by a template such as t(`state.${kind}`).
      return all.includes(`'${group}.${name}'`) || all.includes(`\`${group}.\${`);
    };
    const unused = basesOf(english).filter((key) => !isShown(key));
    expect(unused).toEqual([]);
  });
});

describe('views', () => {
  /** Attributes that a person reads or hears. */
  const spoken = new Set([
    'alt',
    'aria-label',
    'description',
    'hint',
    'label',
    'placeholder',
    'text',
    'title',
  ]);
  /** Names that are the same in every language. */
  const names = new Set(['TCP', 'UDP']);
  /** Keys of the keyboard have one name, too. */
  const keys = new Set(['I', 'O', 'R']);

  it('have no text of their own', () => {
    const found: string[] = [];
    for (const { name, tree } of sources) {
      visit(tree, (node) => {
        if (ts.isJsxText(node) && /\p{L}/u.test(node.text) && !keys.has(node.text.trim()))
          found.push(`${name}: ${node.text.trim()}`);
        if (!ts.isJsxAttribute(node) || !spoken.has(node.name.getText())) return;
        const value = node.initializer;
        if (value !== undefined && ts.isStringLiteral(value) && !names.has(value.text)) {
          found.push(`${name}: ${node.getText()}`);
        }
      });
    }
    expect(found).toEqual([]);
  });
});
