/**
 * The commands that documents name, taken apart as a shell does, and what is wrong with them by the programs they call.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { procedures } from '#contract/procedures.ts';
import { configFlags } from '#server/cli-config.ts';
import { createProgram } from '#server/cli-program.ts';

const root = path.resolve(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
/** Those of `npm start` beside the settings */
const startFlags = ['--headless', '--kiosk', '--screen', '--hidden', '--config'];
/** What npm itself understands */
const ofNpm = ['ci', 'install', 'run', 'start', 'test', 'pack'];

export interface DocumentedCommand {
  /** Where it stands */
  readonly file: string;
  /** As it is written, without comment */
  readonly text: string;
  readonly words: readonly string[];
  /** A whole command in a block, as against one that is named in a sentence */
  readonly isWhole: boolean;
}

/** Every command of npm and of tallywatch in a document. */
export function commandsOf(file: string, markdown: string): DocumentedCommand[] {
  const blocks = [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)];
  const whole = blocks
    .filter(([, language]) => ['', 'sh', 'bat'].includes(language ?? ''))
    .flatMap(([, , text]) => (text ?? '').replaceAll(/[\\^]\n\s*/g, ' ').split('\n'))
    .map((line) => line.replace(/(^|\s)#\s.*$/, ''));
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
  const named = [...prose.matchAll(/`((?:npm|tallywatch) [a-z-][^`]*)`/g)].map(
    ([, text]) => text ?? '',
  );
  return [
    ...whole.flatMap((text) => partsOf(text, { file, isWhole: true })),
    ...named.flatMap((text) => partsOf(text, { file, isWhole: false })),
  ];
}

function partsOf(
  line: string,
  { file, isWhole }: Pick<DocumentedCommand, 'file' | 'isWhole'>,
): DocumentedCommand[] {
  return splitCommands(line)
    .map((text) => ({ file, text, words: wordsOf(text), isWhole }))
    .filter(({ words: [first] }) => first === 'npm' || first === 'tallywatch');
}

/** At `&&`, `|`, `;` and `>` outside of quotes. */
function splitCommands(line: string): string[] {
  const pieces = line.match(/'[^']*'|"(?:\\.|[^"\\])*"|&&|[|;>]|[^'"&|;>]+|./g) ?? [];
  const commands = [''];
  for (const piece of pieces) {
    if (['&&', '|', ';', '>'].includes(piece)) commands.push('');
    else commands.push(`${commands.pop() ?? ''}${piece}`);
  }
  return commands.map((text) => text.trim()).filter((text) => text !== '');
}

/** Quotes are taken off; the brackets around what may be left out, and settings before the command, too. */
function wordsOf(text: string): string[] {
  const words = text.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"])+/g) ?? [];
  return words
    .map((word) => (/^'.*'$|^".*"$/.test(word) ? word.slice(1, -1) : word.replaceAll(/[[\]]/g, '')))
    .filter((word, index, all) => !(/^[A-Z_]+=/.test(word) && isFirst(all, index)));
}

function isFirst(words: readonly string[], index: number): boolean {
  return words.slice(0, index).every((word) => /^[A-Z_]+=/.test(word));
}

/** Arguments for `tallywatch`; null when it is another program that is called. */
export function tallywatchArguments({ words }: DocumentedCommand): readonly string[] | null {
  if (words[0] === 'tallywatch') return words.slice(1);
  const dashes = words.indexOf('--');
  return words[0] === 'npm' && words[1] === 'run' && scriptOf(words) === 'tallywatch' && dashes > 0
    ? words.slice(dashes + 1)
    : null;
}

const scriptOf = (words: readonly string[]): string =>
  words.slice(2).find((word) => !word.startsWith('-')) ?? '';

/** What is wrong with a command, a sentence each; nothing when all is well. */
export function whatIsWrong(command: DocumentedCommand): string[] {
  const args = tallywatchArguments(command);
  if (args !== null) return wrongInProgram(args, command.isWhole);
  const [, verb = ''] = command.words;
  if (!ofNpm.includes(verb)) return [`npm has no ${verb}`];
  const given = command.words.includes('--')
    ? command.words.slice(command.words.indexOf('--') + 1)
    : [];
  if (verb === 'start') return unknownFlags(given, [...flagsOfServe, ...startFlags]);
  if (verb !== 'run' && verb !== 'test') return [];
  const script = verb === 'test' ? 'test' : scriptOf(command.words);
  const body = scripts[script];
  if (body === undefined) return [`package.json has no script ${script}`];
  return script === 'dist' ? [] : unknownFlags(given, flagsInSource(body));
}

const flagsOfServe = configFlags.map(({ flag }) => flag);

function unknownFlags(args: readonly string[], known: readonly string[]): string[] {
  return args
    .filter((arg) => arg.startsWith('--'))
    .map((arg) => arg.split('=')[0] ?? '')
    .filter((flag) => !known.includes(flag))
    .map((flag) => `there is no ${flag}`);
}

/** What a script of this repository reads by `parseArgs` or by name. */
function flagsInSource(body: string): string[] {
  const file = /\S+\.ts\b/.exec(body.replace(/\S+\.config\.ts/, ''))?.[0];
  if (file === undefined) return [];
  const source = readFileSync(path.join(root, file), 'utf8');
  const options = [...source.matchAll(/(?<![\w.])'?([a-z][a-z0-9-]*)'?: \{ type: /g)];
  return [
    ...options.map(([, name]) => `--${name ?? ''}`),
    ...(source.match(/--[a-z0-9-]+/g) ?? []),
  ];
}

function wrongInProgram(args: readonly string[], isWhole: boolean): string[] {
  let command: Command = createProgram(path.join(root, 'main/workers'));
  let rest = [...args];
  for (;;) {
    const next = command.commands.find((each) => each.name() === rest[0]);
    if (next === undefined) break;
    command = next;
    rest = rest.slice(1);
  }
  if (command.parent === null) {
    return rest[0] === '--version' ? [] : [`tallywatch has no ${rest[0] ?? 'command'}`];
  }
  if (command.name() === 'serve')
    return unknownFlags(rest, [...flagsOfServe, '--help', '--config']);
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  let parsed: { operands: string[]; unknown: string[] };
  try {
    parsed = command.parseOptions(rest);
  } catch (error) {
    return [(error as Error).message];
  }
  const { operands, unknown } = parsed;
  const isNamed = !isWhole && rest.length === 0;
  const places = command.registeredArguments;
  const missing = command.options
    .filter((each) => each.mandatory && command.getOptionValue(each.attributeName()) === undefined)
    .map(({ flags }) => `${flags} is missing`);
  return [
    ...unknown.map((word) => `${command.name()} does not know ${word}`),
    ...(command.commands.length > 0 && !isNamed ? [`${command.name()} needs a command`] : []),
    ...(operands.length > places.length ? [`${command.name()} takes fewer words`] : []),
    ...(!isNamed && operands.length < places.filter(({ required }) => required).length
      ? [`${command.name()} takes more words`]
      : []),
    ...(isNamed ? [] : missing),
    ...(command.name() === 'call' ? wrongInCall(operands) : []),
  ];
}

function wrongInCall([name = '', input = '{}']: readonly string[]): string[] {
  if (!(name in procedures)) return [`there is no procedure ${name}`];
  if (input.includes('…') || input.startsWith('@')) return [];
  const { input: schema } = procedures[name as keyof typeof procedures];
  try {
    const read = schema.safeParse(JSON.parse(input));
    return read.success ? [] : [read.error.message];
  } catch {
    return [`${input} is not JSON`];
  }
}
