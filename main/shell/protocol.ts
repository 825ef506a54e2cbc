/**
 * Serves the built page at tallywatch://app/, an origin of its own instead of file://.
 */
import { protocol } from 'electron';
import { apiDocuments } from '#server/api-page.ts';
import { servePage } from '#server/page.ts';
import { appOrigin, appScheme } from './origin.ts';

/** Call it before the app is ready: afterwards Electron refuses. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: appScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves `folder`, the built page, and the description of the API, as the HTTP door does. Call it after the app is ready. */
export function serveApp(folder: string): void {
  protocol.handle(appScheme, async ({ method, url }) => {
    const { hostname, pathname } = new URL(url);
    if (hostname !== 'app') return new Response(`There is only ${appOrigin}/`, { status: 404 });
    if (method !== 'GET' && method !== 'HEAD') return new Response(null, { status: 405 });
    return apiDocuments.get(pathname)?.() ?? (await servePage(folder, pathname));
  });
}
