import js from '@eslint/js';
import type { Linter } from 'eslint';
import { defineConfig } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import unicorn from 'eslint-plugin-unicorn';
import tseslint from 'typescript-eslint';

/** The stages of the engine, which do not know each other. */
const stages = [
  'capture',
  'inference',
  'tracking',
  'counting',
  'models',
  'experiments',
  'monitoring',
  'notify',
  'replication',
  'reporting',
  'access',
  'alerting',
  'archive',
  'store',
  'backup',
  'update',
];

interface Arrow {
  readonly files: readonly string[];
  /** What these files may not import */
  readonly group: readonly string[];
  /** What to do instead */
  readonly message: string;
}

/** The arrows of the architecture: who may not import whom. Imports are `#…` or `./`, so their text says where they go. */
const arrows: readonly Arrow[] = [
  {
    files: ['main/contract/**'],
    group: ['#engine/*', '#server/*', '#shell/*', 'node:*'],
    message: 'The contract imports zod only; move the type here instead.',
  },
  {
    files: ['main/engine/*.ts', 'main/engine/base/**', 'main/engine/services/**'],
    group: ['#server/*', '#shell/*'],
    message: 'The engine knows no door; let the door call it.',
  },
  {
    files: ['renderer/**', 'preload/**'],
    group: ['#engine/*', '#server/*', '#shell/*'],
    message: 'A view sees the contract only; ask for it through the door.',
  },
  {
    files: ['main/server/**'],
    group: ['#shell/*'],
    message: 'The HTTP door runs without Electron.',
  },
  ...stages.map((stage) => ({
    files: [`main/engine/${stage}/**`],
    group: [
      ...['#server/*', '#shell/*', '#engine/services/*', '../*'],
      ...stages.filter((other) => other !== stage).map((other) => `#engine/${other}/*`),
    ],
    message: 'Stages do not import each other; pipeline.ts and station.ts connect them.',
  })),
];

const electronOnly = {
  name: 'electron',
  message: 'Only main/shell, main/index.ts and preload know Electron; use the host.',
};
const noClimbing = {
  group: ['../../*'],
  message: 'Use #contract/, #engine/, #server/, #shell/ or #test/.',
};

export default defineConfig(
  { ignores: ['out/', 'dist/', 'node_modules/', 'coverage/', 'test-results/'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          './main/tsconfig.json',
          './preload/tsconfig.json',
          './renderer/tsconfig.json',
          './test/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { unicorn },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'max-params': ['error', 3],
      'no-console': 'error',
      'unicorn/filename-case': ['error', { case: 'kebabCase' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name; configs excepted.' },
      ],
      'no-restricted-imports': ['error', { paths: [electronOnly], patterns: [noClimbing] }],
    },
  },
  ...arrows.map(({ files, group, message }): Linter.Config => {
    const patterns = [noClimbing, { group: [...group], message }];
    const rule: Linter.RuleEntry = ['error', { paths: [electronOnly], patterns }];
    return { files: [...files], rules: { 'no-restricted-imports': rule } };
  }),
  { files: ['renderer/**/*.{ts,tsx}'], ...reactHooks.configs.flat['recommended-latest'] },
  {
    files: ['main/shell/**', 'main/index.ts', 'preload/**', 'test/**'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['*.config.ts', 'test/*.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['main/cli.ts', 'main/start.ts', 'test/**', 'docs/api/**', 'tools/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**'],
    // A row of a table of stories has as many columns as the story needs.
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', 'max-params': 'off' },
  },
);
