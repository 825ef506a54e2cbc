import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import unicorn from 'eslint-plugin-unicorn';
import tseslint from 'typescript-eslint';

/** The arrows of the architecture: who may not import whom, and what to do instead. */
const stages = [
  'capture',
  'inference',
  'tracking',
  'counting',
  'models',
  'experiments',
  'monitoring',
  'reporting',
  'access',
  'store',
];
const zones = [
  {
    target: './main/contract',
    from: ['./main/engine', './main/server', './main/shell', './renderer'],
    message: 'The contract imports zod only; move the type here instead.',
  },
  {
    target: './main/engine',
    from: ['./main/server', './main/shell', './renderer'],
    message: 'The engine knows no door; let the door call it.',
  },
  {
    target: './renderer',
    from: ['./main/engine', './main/server', './main/shell'],
    message: 'A view sees the contract only; ask for it through the door.',
  },
  {
    target: './main/server',
    from: ['./main/shell'],
    message: 'The HTTP door runs without Electron.',
  },
  ...stages.map((stage) => ({
    target: `./main/engine/${stage}`,
    from: stages.filter((other) => other !== stage).map((other) => `./main/engine/${other}`),
    message: 'Stages do not import each other; pipeline.ts and station.ts connect them.',
  })),
];

export default tseslint.config(
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
    plugins: { 'import-x': importX, unicorn },
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
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'electron',
              message: 'Only main/shell, main/index.ts and preload know Electron; use the host.',
            },
          ],
          patterns: [
            {
              group: ['../../*'],
              message: 'Use #contract/, #engine/, #server/, #shell/ or #test/.',
            },
          ],
        },
      ],
    },
  },
  { files: ['renderer/**/*.{ts,tsx}'], ...reactHooks.configs.flat['recommended-latest'] },
  {
    files: ['main/shell/**', 'main/index.ts', 'preload/**', 'test/**'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['*.config.ts', 'test/*.config.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    files: ['main/cli.ts', 'main/start.ts', 'test/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**'],
    // A row of a table of stories has as many columns as the story needs.
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', 'max-params': 'off' },
  },
);
