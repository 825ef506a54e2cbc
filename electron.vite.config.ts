/**
 * Builds the three parts: main (with headless, command line and workers) as ES modules, the preload as one CommonJS
 * file (a sandboxed preload can be nothing else), and the page.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;

/** Entry points by the name of their file below out/main; one that does not exist is left out. */
const entries = [
  'index',
  'headless',
  'cli',
  'client',
  'workers/worker',
  'workers/inference',
  'workers/store',
  'workers/review',
  'workers/report',
  'workers/copy',
  'workers/simulator',
  'workers/inspect',
  'workers/serving',
  'workers/shadow',
  'workers/variant',
  'workers/tuning',
];
const input = Object.fromEntries(
  entries
    .map((name) => [name, path.join(root, 'main', `${name}.ts`)] as const)
    .filter(([, file]) => existsSync(file)),
);

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      sourcemap: true,
      rolldownOptions: {
        input,
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload may require nothing but 'electron'.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: path.join(root, 'preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: path.join(root, 'renderer'),
    plugins: [react()],
    // The place of the nonce that main/server/page.ts draws anew for every page.
    html: { cspNonce: '__CSP_NONCE__' },
    build: {
      outDir: path.join(root, 'out/renderer'),
      rolldownOptions: { input: path.join(root, 'renderer/index.html') },
    },
  },
});
