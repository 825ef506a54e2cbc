import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';

const handle = vi.fn<(scheme: string, handler: (request: Request) => Promise<Response>) => void>();
vi.mock('electron', () => ({ protocol: { handle } }));
const { serveApp } = await import('#shell/protocol.ts');

const pageFolder = path.resolve(import.meta.dirname, '../../../renderer');

async function ask(url: string, method = 'GET'): Promise<readonly [status: number, title: string]> {
  serveApp(pageFolder);
  const [, handler] = handle.mock.lastCall!;
  const answer = await handler(new Request(url, { method }));
  const [, title = ''] = /<title>(.*)<\/title>/.exec(await answer.text()) ?? [];
  return [answer.status, title];
}

describe('the scheme of the app', () => {
  it.each([
    ['the page', 'tallywatch://app/', 200, 'Tallywatch'],
    // The page links to it, and without a server behind the window nobody else would answer.
    ['the description of the API', 'tallywatch://app/api/v1/docs', 200, 'Tallywatch API'],
    ['no other host', 'tallywatch://elsewhere/', 404, ''],
  ])('has %s', async (_, url, status, title) => {
    expect(await ask(url)).toEqual([status, title]);
  });

  it('describes the API to machines, too', async () => {
    serveApp(pageFolder);
    const [, handler] = handle.mock.lastCall!;
    const answer = await handler(new Request('tallywatch://app/api/v1/openapi.json'));
    expect(await answer.json()).toHaveProperty('openapi');
  });

  it('takes nothing in', async () => {
    expect(await ask('tallywatch://app/api/v1/docs', 'POST')).toEqual([405, '']);
  });
});
