import { EventEmitter } from 'node:events';
import type { WebContents } from 'electron';
import { describe, expect, it } from 'vitest';
import type { Door } from '#contract/door.ts';
import { silentLogger } from '#engine/base/log.ts';
import { createConnections } from '#shell/connections.ts';

/** The events of a page are all that connections know of it. */
const page = (): WebContents => new EventEmitter() as unknown as WebContents;

function setUp() {
  const said: string[] = [];
  let opened = 0;
  const connections = createConnections(() => {
    opened += 1;
    const number = opened;
    said.push(`door ${number} opened`);
    const close = (): Promise<void> => {
      said.push(`door ${number} closed`);
      return Promise.resolve();
    };
    return { close } as unknown as Door;
  }, silentLogger);
  return { connections, said };
}

const reload = { isMainFrame: true, isSameDocument: false };

describe('connections of pages', () => {
  it('open one door per page', () => {
    const { connections, said } = setUp();
    const [first, second] = [page(), page()];
    expect(connections.of(first)).toBe(connections.of(first));
    connections.of(second);
    expect(said).toEqual(['door 1 opened', 'door 2 opened']);
  });

  it.each([
    ['is loaded again', 'did-start-navigation', reload],
    ['crashes', 'render-process-gone', {}],
    ['is closed', 'destroyed', {}],
  ])('end with a page that %s', (_, event, details) => {
    const { connections, said } = setUp();
    const contents = page();
    connections.of(contents).onClose(() => said.push('told'));
    contents.emit(event, details);
    connections.of(contents);
    expect(said).toEqual(['door 1 opened', 'told', 'door 1 closed', 'door 2 opened']);
  });

  it.each([
    ['moves within itself', { isMainFrame: true, isSameDocument: true }],
    ['loads a frame', { isMainFrame: false, isSameDocument: false }],
  ])('stay with a page that %s', (_, details) => {
    const { connections, said } = setUp();
    const contents = page();
    connections.of(contents);
    contents.emit('did-start-navigation', details);
    connections.of(contents);
    expect(said).toEqual(['door 1 opened']);
  });

  it('all end with the station', async () => {
    const { connections, said } = setUp();
    connections.of(page());
    connections.of(page());
    await connections.close();
    expect(said.slice(2).sort()).toEqual(['door 1 closed', 'door 2 closed']);
  });
});
