import { describe, expect, it } from 'vitest';
import { answerClip, parseRange } from '#server/clip-route.ts';

const clip = Uint8Array.from({ length: 1000 }, (_, at) => at % 251);
const id = 'a'.repeat(32);
/** Gives parts of at most 300 bytes, as the station gives parts of a few MiB. */
const read = (_id: string, offset: number) =>
  Promise.resolve({
    bytes: clip.length,
    data: Buffer.from(clip.subarray(offset, offset + 300)).toString('base64'),
  });

async function ask(range?: string) {
  const req = { header: () => range } as unknown as Parameters<typeof answerClip>[0]['req'];
  const response = await answerClip({ req }, id, read);
  return { response, body: new Uint8Array(await response.arrayBuffer()) };
}

describe('bytes of a clip', () => {
  it('come whole', async () => {
    const { response, body } = await ask();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('1000');
    expect(body).toEqual(clip);
  });

  it.each([
    ['bytes=0-', 0, 1000],
    ['bytes=100-199', 100, 200],
    ['bytes=290-310', 290, 311],
    ['bytes=-10', 990, 1000],
    ['bytes=900-5000', 900, 1000],
  ])('come by range: %s', async (range, from, to) => {
    const { response, body } = await ask(range);
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/1000`);
    expect(body).toEqual(clip.slice(from, to));
  });

  it('are refused beyond the end', async () => {
    const { response } = await ask('bytes=1000-');
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */1000']);
  });

  it.each(['bytes=', 'bytes=-', 'lines=1-2', 'bytes=1-2,5-6'])('ignore %s', (text) => {
    expect(parseRange(text, 10)).toEqual({ from: 0, to: 10 });
  });
});
