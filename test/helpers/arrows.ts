/**
 * Reads the imports of a file and judges them by the arrows of the architecture.
 */
import { builtinModules } from 'node:module';
import path from 'node:path';
import ts from 'typescript';

/** The stages of the engine: they do not know each other, nor who connects them. */
export const stages = [
  'access',
  'alerting',
  'archive',
  'audit',
  'backup',
  'capture',
  'counting',
  'experiments',
  'inference',
  'models',
  'monitoring',
  'notify',
  'replication',
  'reporting',
  'secrets',
  'store',
  'tracking',
  'trajectories',
  'update',
] as const;

/** Every package and every module of Node, but not Electron */
const libraries = ['node:', 'package:'];
const contract = 'main/contract/';
const engine = 'main/engine/';
const server = 'main/server/';

/** Who may import what, by the beginning of the path; the first row that fits a file decides. */
const arrows: readonly (readonly [importer: string, mayImport: readonly string[]])[] = [
  [contract, [contract, 'package:zod']],
  [`${engine}base/`, [`${engine}base/`, contract, ...libraries]],
  ...stages.map(
    (stage) =>
      [
        `${engine}${stage}/`,
        [`${engine}${stage}/`, `${engine}base/`, `${engine}host.ts`, contract, ...libraries],
      ] as const,
  ),
  [engine, [engine, contract, ...libraries]],
  ['main/workers/', ['main/workers/', engine, contract, ...libraries]],
  [server, [server, engine, contract, ...libraries]],
  ['main/shell/', ['main/shell/', server, engine, contract, 'electron', ...libraries]],
  ['main/index.ts', ['main/shell/', server, engine, contract, 'electron', ...libraries]],
  ['main/', ['main/workers/', server, engine, contract, ...libraries]],
  ['preload/', ['preload/', contract, 'electron']],
  ['renderer/', ['renderer/', contract, 'package:']],
];

const aliases: Readonly<Record<string, string>> = {
  '#contract/': contract,
  '#engine/': engine,
  '#server/': server,
  '#shell/': 'main/shell/',
  '#test/': 'test/helpers/',
};

/**
 * Names what is wrong with the imports of one file; nothing when all is well.
 * @param file path from the root of the repository, with `/`
 */
export function wrongImports(file: string, text: string): string[] {
  const allowed = arrows.find(([importer]) => file.startsWith(importer))?.[1];
  if (allowed === undefined) return [`${file} lies outside the layers`];
  return readImports(file, text).flatMap((specifier) => {
    if (specifier.startsWith('../../')) return [`${file} climbs: ${specifier}`];
    const target = targetOf(file, specifier);
    if (target.startsWith('package:') && builtinModules.includes(specifier)) {
      return [`${file} imports ${specifier} without node:`];
    }
    return allowed.some((start) => target.startsWith(start))
      ? []
      : [`${file} must not import ${specifier}`];
  });
}

/** All specifiers of a file: imports, re-exports, dynamic imports, requires and types by `import('…')`. */
export function readImports(file: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) found.push(specifier.text);
    ts.forEachChild(node, visit);
  };
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind));
  return found;
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return node.argument.literal;
  if (!ts.isCallExpression(node)) return undefined;
  const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
  return isImport || isRequire ? node.arguments[0] : undefined;
}

/** `node:…`, `electron`, `package:…`, or the path of a file from the root. */
function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier);
  const alias = Object.keys(aliases).find((start) => specifier.startsWith(start));
  if (alias !== undefined) return `${aliases[alias] ?? ''}${specifier.slice(alias.length)}`;
  if (specifier.startsWith('node:')) return specifier;
  if (specifier === 'electron' || specifier.startsWith('electron/')) return 'electron';
  return `package:${specifier}`;
}
