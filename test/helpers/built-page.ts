/**
 * The page as it is built, for tests that open it in a browser on a made-up station.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '../../renderer');

export interface BuiltPage {
  readonly folder: string;
  remove(): void;
}

/** Builds the page into a folder of its own. */
export async function buildPage(): Promise<BuiltPage> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-page-'));
  await build({
    root,
    plugins: [react()],
    configFile: false,
    logLevel: 'error',
    html: { cspNonce: '__CSP_NONCE__' },
    build: { outDir: folder, emptyOutDir: true, minify: false },
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
