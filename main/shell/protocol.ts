/**
 * Serves the built page at tallywatch://app/, an origin of its own instead of file://.
 */
import { protocol } from 'electron';
import { createPageHandler } from '#server/page.ts';
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

/** Serves `folder`, the built page, as the HTTP door does. Call it after the app is ready. */
export function serveApp(folder: string): void {
  const servePage = createPageHandler(folder);
  protocol.handle(appScheme, async (request) =>
    new URL(request.url).hostname === 'app'
      ? await servePage(request)
      : new Response(`There is only ${appOrigin}/`, { status: 404 }),
  );
}
