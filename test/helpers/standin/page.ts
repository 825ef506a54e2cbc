/**
 * One page of Chromium with a preload in a world of its own, and the messages between that world and this process.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { app } from './app.ts';
import type { CdpSession } from './cdp.ts';
import { createCodec } from './codec.ts';
import { installBridge } from './page-bridge.ts';
import { announceClosedPorts, announceOpened, installPreload } from './page-preload.ts';
import type { FromPage, ToPage } from './page-preload.ts';
import { toChromium } from './protocol.ts';

const worldName = 'standin-preload';
const hostName = 'standinHost';
const lastWords = 'standin:port-closed';
const openEvent = 'standin:open';
const codec = createCodec();

interface PageEvents {
  message: [FromPage];
  /** A new document takes the place of the old one */
  navigation: [];
  dom: [];
  load: [];
  console: [string];
  crash: [];
  closed: [];
}

/** The events of the DevTools protocol that are used here, as far as they are read. */
interface PageProtocol {
  'Runtime.executionContextCreated': { context: { id: number; name: string } };
  'Runtime.executionContextsCleared': object;
  'Runtime.bindingCalled': { name: string; payload: string };
  'Runtime.consoleAPICalled': { args: RemoteValue[] };
  'Runtime.exceptionThrown': { exceptionDetails: { text: string; exception?: RemoteValue } };
  'Log.entryAdded': { entry: { text: string } };
  'Page.frameNavigated': { frame: { parentId?: string; url: string } };
  'Page.domContentEventFired': object;
  'Page.loadEventFired': object;
  'Inspector.targetCrashed': object;
}

interface RemoteValue {
  readonly value?: unknown;
  readonly description?: string;
}

const inWords = ({ value, description }: RemoteValue): string => description ?? String(value);

export interface Page {
  readonly events: EventEmitter<PageEvents>;
  readonly targetId: string;
  /** The address as Chromium knows it */
  readonly url: () => string;
  load(url: string): Promise<void>;
  reload(): void;
  evaluate(expression: string): Promise<unknown>;
  /** Sends to the preload; lost while no document is there, as in Electron. */
  tell(message: ToPage): void;
  resize(width: number, height: number): Promise<void>;
  screenshot(): Promise<Buffer>;
  crash(): void;
  close(): void;
}

export async function openPage(preload: string | null): Promise<Page> {
  const { cdp } = app.chromium;
  const { targetId } = await cdp.send<{ targetId: string }>('Target.createTarget', {
    url: 'about:blank',
  });
  const { sessionId } = await cdp.send<{ sessionId: string }>('Target.attachToTarget', {
    targetId,
    flatten: true,
  });
  const session = cdp.session(sessionId);
  const events = new EventEmitter<PageEvents>();
  let worldId: number | null = null;
  let url = 'about:blank';

  listen();
  await cdp.send('Target.setDiscoverTargets', { discover: true });
  await session.send('Page.enable');
  await session.send('Runtime.enable');
  await session.send('Inspector.enable');
  await session.send('Log.enable');
  await session.send('Runtime.addBinding', { name: hostName, executionContextName: worldName });
  await addScripts(session, preload);

  function listen(): void {
    const on = <K extends keyof PageProtocol>(
      method: K,
      listener: (event: PageProtocol[K]) => void,
    ): void => void session.events.on(method, listener);
    on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === worldName) worldId = context.id;
    });
    on('Runtime.executionContextsCleared', () => {
      worldId = null;
      events.emit('navigation');
    });
    on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === hostName) events.emit('message', codec.decode(payload) as FromPage);
    });
    on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId === undefined) url = frame.url;
    });
    on('Runtime.consoleAPICalled', ({ args }) =>
      events.emit('console', args.map(inWords).join(' ')),
    );
    on('Runtime.exceptionThrown', ({ exceptionDetails: { text, exception } }) =>
      events.emit('console', exception === undefined ? text : inWords(exception)),
    );
    on('Log.entryAdded', ({ entry }) => events.emit('console', entry.text));
    on('Page.domContentEventFired', () => events.emit('dom'));
    on('Page.loadEventFired', () => events.emit('load'));
    on('Inspector.targetCrashed', () => events.emit('crash'));
    cdp.events.on('Target.targetDestroyed', (event: { targetId: string }) => {
      if (event.targetId === targetId) events.emit('closed');
    });
  }

  return {
    events,
    targetId,
    url: () => url,
    async load(address) {
      const loaded = new Promise((resolve) => events.once('load', resolve as () => void));
      const { errorText } = await session.send<{ errorText?: string }>('Page.navigate', {
        url: await toChromium(address),
      });
      if (errorText !== undefined) throw new Error(`${errorText} loading '${address}'`);
      await loaded;
    },
    reload: () => forget(session.send('Page.reload')),
    async evaluate(expression) {
      const { result, exceptionDetails } = await session.send<{
        result: { value: unknown };
        exceptionDetails?: { text: string };
      }>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
      return result.value;
    },
    tell(message) {
      if (worldId === null) return;
      forget(
        session.send('Runtime.callFunctionOn', {
          executionContextId: worldId,
          functionDeclaration: 'function (text) { window.standinReceive(text); }',
          arguments: [{ value: codec.encode(message) }],
        }),
      );
    },
    resize: async (width, height) => {
      await session.send('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: false,
      });
    },
    async screenshot() {
      const { data } = await session.send<{ data: string }>('Page.captureScreenshot');
      return Buffer.from(data, 'base64');
    },
    crash: () => forget(session.send('Page.crash')),
    close: () => forget(cdp.send('Target.closeTarget', { targetId })),
  };
}

/** The bridge in the page's world first, then bridge and preload in theirs; both before any script of the page. */
async function addScripts(session: CdpSession, preload: string | null): Promise<void> {
  const [page, own] = ['standin-page', 'standin-preload-world'].map((name) => JSON.stringify(name));
  const onTop = (source: string): string => `if (window === window.top) {\n${source}\n}`;
  await session.send('Page.addScriptToEvaluateOnNewDocument', {
    source: onTop(`
      (${String(installBridge)})(${page!}, ${own!});
      (${String(announceClosedPorts)})('${lastWords}');
      (${String(announceOpened)})('${openEvent}');`),
  });
  if (preload === null) return;
  await session.send('Page.addScriptToEvaluateOnNewDocument', {
    worldName,
    source: onTop(`
      const bridge = (${String(installBridge)})(${own!}, ${page!});
      const codec = (${String(createCodec)})();
      const names = { hostName: '${hostName}', platform: '${process.platform}' };
      const events = { lastWords: '${lastWords}', openEvent: '${openEvent}' };
      const given = (${String(installPreload)})({ bridge, codec, ...names, ...events });
      ((require, process, module, exports) => {
        ${readFileSync(preload, 'utf8')}
      })(given.require, given.process, { exports: {} }, {});`),
  });
}

/** A page that goes away while it is spoken to is no error. */
function forget(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}
