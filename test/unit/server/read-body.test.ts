import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { contentTypeOf, createBodyRoom, parseJsonBody, readBytes } from '#server/read-body.ts';

const limit = 1_000;

/** A JSON body as the door reads it. */
async function readJson(asked: Request, limitBytes: number): Promise<unknown> {
  const share = createBodyRoom(10 * limitBytes).open();
  return parseJsonBody(await readBytes(asked, limitBytes, share), contentTypeOf(asked));
}

function request(body: BodyInit | null, headers: Record<string, string> = {}): Request {
  return new Request('http://station/', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    duplex: 'half',
  } as RequestInit);
}

/** A body that never ends and says nothing about its length; tells how much was taken of it. */
function endless(): { body: ReadableStream<Uint8Array>; taken: () => number } {
  let bytes = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      bytes += 400;
      controller.enqueue(new Uint8Array(400).fill(32));
    },
  });
  return { body, taken: () => bytes };
}

describe('body of a request', () => {
  it.each([
    ['is read as JSON', '{"a":"é"}', { a: 'é' }],
    ['may be missing', null, {}],
    ['may be empty', '', {}],
  ])('%s', async (_, body, expected) => {
    expect(await readJson(request(body), limit)).toEqual(expected);
  });

  it.each([
    ['no JSON', () => request('{'), 'REQ_001'],
    ['too large', () => request(`"${'x'.repeat(limit)}"`), 'REQ_005'],
    ['said to be too large', () => request('{}', { 'content-length': '1001' }), 'REQ_005'],
    ['said to be something else', () => request('{}', { 'content-type': 'text/plain' }), 'REQ_006'],
  ])('is refused when it is %s', async (_, make, code) => {
    const error: unknown = await readJson(make(), limit).catch((cause: unknown) => cause);
    expect(error instanceof StationError && error.code).toBe(code);
  });

  it('is not read further than its limit, whatever it says', async () => {
    const { body, taken } = endless();
    await expect(readJson(request(body), limit)).rejects.toThrow(/larger than 1000 bytes/);
    expect(taken()).toBeLessThan(4 * limit);
  });
});

describe('room for the bodies of all requests', () => {
  it('turns away what does not fit, and takes it when another is answered', async () => {
    const room = createBodyRoom(1_000);
    const [first, second] = [room.open(), room.open()];
    const read = (share: typeof first) => readBytes(request('x'.repeat(600)), limit, share);
    expect((await read(first)).byteLength).toBe(600);
    const error: unknown = await read(second).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'RES_003', retryAfterS: 2 });
    second.close();
    first.close();
    expect((await read(room.open())).byteLength).toBe(600);
  });
});
