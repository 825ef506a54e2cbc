import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { createBodyRoom } from '#server/read-body.ts';
import { readInput } from '#server/read-input.ts';

const picture = Buffer.from('ffd8ffe000104a464946', 'hex');
const base64 = picture.toString('base64');
const file = new Blob([picture], { type: 'image/jpeg' });

function request(body: BodyInit, headers: Record<string, string> = {}): Request {
  return new Request('http://station/', { method: 'POST', body, headers });
}

function form(parts: readonly (readonly [string, string | Blob])[]): Request {
  const made = new FormData();
  for (const [name, value] of parts) made.append(name, value);
  return request(made);
}

const read = (asked: Request, name = 'inference.run'): Promise<unknown> =>
  readInput(asked, name, createBodyRoom(1_000_000).open());

async function refusal(asked: Request, name?: string): Promise<string> {
  const error: unknown = await read(asked, name).catch((cause: unknown) => cause);
  return error instanceof StationError ? `${error.code} ${error.path ?? ''}`.trim() : 'taken';
}

describe('input of a procedure that takes pictures', () => {
  it.each([
    [
      'a picture as the body',
      request(picture, { 'content-type': 'image/jpeg' }),
      { image: base64 },
    ],
    ['a picture in a form', form([['image', file]]), { image: base64 }],
    [
      'a form with options beside the picture',
      form([
        ['image', file],
        ['maxDetections', '3'],
        ['confidenceThreshold', '0.5'],
        ['options', '{"outputFormat":"xml"}'],
      ]),
      {
        ...{ image: base64, maxDetections: 3, confidenceThreshold: 0.5 },
        options: { outputFormat: 'xml' },
      },
    ],
    ['base64 in a form', form([['image', base64]]), { image: base64 }],
    [
      'JSON',
      request('{"image":"a"}', { 'content-type': 'application/json; charset=utf-8' }),
      { image: 'a' },
    ],
  ])('may be %s', async (_, asked, expected) => {
    expect(await read(asked)).toEqual(expected);
  });

  it('may be a form with many pictures, and a key in a header', async () => {
    const many = form([
      ['images', file],
      ['images', file],
      ['batchSize', '8'],
    ]);
    many.headers.set('idempotency-key', 'k-1');
    expect(await read(many, 'inference.batch')).toEqual({
      ...{ images: [base64, base64], batchSize: 8, idempotencyKey: 'k-1' },
    });
  });

  it.each([
    ['a picture of another kind', request('GIF89a', { 'content-type': 'image/gif' }), 'REQ_006'],
    ['a text', request('hello', { 'content-type': 'text/plain' }), 'REQ_006'],
    [
      'a form of HTML',
      request('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
      'REQ_006',
    ],
    [
      'a form without its boundary',
      request('x', { 'content-type': 'multipart/form-data' }),
      'REQ_001',
    ],
    [
      'a form that is cut',
      request('--x\r\ncontent-disposition: form-data; name="image"', {
        'content-type': 'multipart/form-data; boundary=x',
      }),
      'REQ_001',
    ],
    [
      'a form with two pictures',
      form([
        ['image', file],
        ['image', file],
      ]),
      'REQ_001 image',
    ],
    ['a form with a file of another name', form([['photo', file]]), 'REQ_001 photo'],
    [
      'a form with broken options',
      form([
        ['image', file],
        ['options', '{'],
      ]),
      'REQ_001 options',
    ],
    [
      'a form with very many parts',
      form(Array.from({ length: 1_001 }, (_, index) => [`p${String(index)}`, 'x'] as const)),
      'REQ_001',
    ],
  ])('may not be %s', async (_, asked, expected) => {
    expect(await refusal(asked)).toBe(expected);
  });

  it('may not be a picture where there must be many, or where none is taken', async () => {
    const asked = () => request(picture, { 'content-type': 'image/jpeg' });
    expect(await refusal(asked(), 'inference.batch')).toBe('REQ_006');
    expect(await refusal(asked(), 'camera.add')).toBe('REQ_006');
    expect(await refusal(form([['image', file]]), 'camera.add')).toBe('REQ_006');
  });
});
