/**
 * Serves the built page at tallywatch://app/, an origin of its own instead of file://.
 */
import { protocol } from 'electron';
import { appScheme } from './origin.ts';

/** Call it before the app is ready: afterwards Electron refuses. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: appScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Call it after the app is ready. `servePage` is the handler of the HTTP door: one page, both doors. */
export function serveApp(servePage: (request: Request) => Promise<Response>): void {
  protocol.handle(appScheme, async (request) =>
    new URL(request.url).hostname === 'app'
      ? await servePage(request)
      : new Response('There is only tallywatch://app/', { status: 404 }),
  );
}
