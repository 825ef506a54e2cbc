/**
 * Starts the page: language, theme, the door to the station, and then everything on screen.
 */
import './theme/layers.css';
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import './theme/tokens.css';
import './theme/base.css';
import './theme/shell.css';
import './theme/live.css';
import './theme/zones.css';
import './theme/pages.css';
import './theme/first-run.css';
import './theme/models.css';
import './theme/access.css';
import './theme/keeping.css';
import './theme/review.css';
import './theme/trust.css';
import './theme/counts.css';
import './theme/alerts.css';
import './theme/notifications.css';
import './theme/privacy.css';
import './theme/system.css';
import './theme/experiments.css';
import './theme/jobs.css';
import './theme/health.css';
import './theme/guide.css';
import { StrictMode } from 'react';
import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { z } from 'zod';
import { StationError } from '#contract/error.ts';
import { createLedgerStore } from './api/ledger-store.ts';
import { pickLink } from './api/pick-link.ts';
import { createPreviewHub } from './api/preview-hub.ts';
import { StationContext, type Station } from './api/station-context.tsx';
import { sessionKey } from './api/session.ts';
import { App } from './app.tsx';
import { NamedControls } from './components/named-controls.tsx';
import { Notes } from './components/notes.tsx';
import { createI18n } from './i18n/i18n.ts';
import { createPaintLoop } from './lib/paint-loop.ts';
import { SessionGate } from './views/access/session-gate.tsx';
import { colorSchemeManager, cssVariablesResolver, theme } from './theme/theme.ts';

// Compiling parsers at run time needs eval, which the page's security policy forbids.
z.config({ jitless: true });

function openStation(): Station {
  const link = pickLink(window);
  const previews = createPreviewHub<ImageBitmap>({
    openPreview: (handlers) => link.openPreview(handlers),
    decode: (jpeg) => createImageBitmap(new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' })),
    discard: (picture) => picture.close(),
    stationNow: () => link.stationNow(),
  });
  let hasOpened = false;
  link.onOpened(() => {
    // After a gap the pictures' channel may be dead without having said so.
    if (hasOpened) previews.restart();
    hasOpened = true;
  });
  return {
    link,
    previews,
    ledger: createLedgerStore(link),
    paintLoop: createPaintLoop((paint) => requestAnimationFrame(paint)),
  };
}

const station = openStation();
const queries = new QueryClient({
  queryCache: new QueryCache({
    onError(error, query) {
      // Signed out, or the session has ended: the page asks who it is, and so comes to the sign-in.
      const isAccess = error instanceof StationError && error.code.startsWith('ACC_');
      if (isAccess && query.queryKey[0] !== sessionKey[0]) {
        void queries.invalidateQueries({ queryKey: sessionKey });
      }
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      retry: 1,
      // The page's own link knows better than the browser whether the station can be reached.
      networkMode: 'always',
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
    mutations: { networkMode: 'always' },
  },
});
const i18n = await createI18n(window);
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

// The page's policy lets in no style element but those with the nonce of this page (main/server/page.ts).
const styleNonce = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? '';
// The scroll lock under every modal looks for it here.
Object.assign(window, { __webpack_nonce__: styleNonce });

createRoot(root).render(
  <StrictMode>
    <I18nextProvider i18n={i18n}>
      <MantineProvider
        theme={theme}
        defaultColorScheme="dark"
        colorSchemeManager={colorSchemeManager}
        cssVariablesResolver={cssVariablesResolver}
        getStyleNonce={() => styleNonce}
      >
        <QueryClientProvider client={queries}>
          <StationContext value={station}>
            <NamedControls>
              <ModalsProvider>
                <Notes />
                <SessionGate>
                  <App />
                </SessionGate>
              </ModalsProvider>
            </NamedControls>
          </StationContext>
        </QueryClientProvider>
      </MantineProvider>
    </I18nextProvider>
  </StrictMode>,
);
