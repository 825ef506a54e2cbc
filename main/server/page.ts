/**
 * Serves the built page: the same handler for http:// (headless) and tallywatch:// (window).
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Stands in the built index.html where a nonce belongs; vite writes it (electron.vite.config.ts, `html.cspNonce`). */
export const noncePlaceholder = '__CSP_NONCE__';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
};

/**
 * Answers with a file below `folder`, the folder of the built page (null where it was not built). A path without an
 * extension is a view of the page and gets index.html; a file that does not exist is 404, and anything outside the
 * folder does not exist.
 */
export async function servePage(folder: string | null, pathname: string): Promise<Response> {
  if (folder === null) return answer(503, 'The page is not built: run "npm run build"');
  const root = path.resolve(folder);
  const file = fileOf(root, pathname);
  const bytes = file === null ? null : await readOrNull(file);
  if (file === null || bytes === null) return answer(404, 'There is no such file');
  const isPage = file.endsWith('.html');
  const nonce = randomBytes(16).toString('base64');
  return new Response(isPage ? bytes.toString('utf8').replaceAll(noncePlaceholder, nonce) : bytes, {
    headers: {
      'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream',
      // Files below assets/ carry their digest in their name.
      'cache-control': file.startsWith(path.join(root, 'assets') + path.sep)
        ? 'public, max-age=31536000, immutable'
        : 'no-cache',
      ...guards,
      ...(isPage ? { 'content-security-policy': contentPolicy(nonce) } : {}),
    },
  });
}

/** What the page may load. Style elements that a library adds at run time carry the nonce of their page. */
export function contentPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const guards = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** The file that a path of a URL names, or null when it leaves the folder or cannot be decoded. */
function fileOf(root: string, pathname: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (decoded.includes('\0')) return null;
  const file = path.join(root, path.extname(decoded) === '' ? 'index.html' : decoded);
  return file.startsWith(root + path.sep) ? file : null;
}

async function readOrNull(file: string): Promise<Buffer<ArrayBuffer> | null> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return null;
    throw error;
  }
}

function answer(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain', ...guards } });
}
