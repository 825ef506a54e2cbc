import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWireReader, encodeHead } from '#engine/inference/engines/frames.ts';

const wire = (header: unknown, payload: Uint8Array): Uint8Array =>
  Buffer.concat([encodeHead(header, payload.length), payload]);

describe('wire of the engine protocol', () => {
  it('gives back whatever was sent, however it is cut', () => {
    const message = fc.record({
      header: fc.record({ kind: fc.string(), text: fc.string() }),
      payload: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 6 }),
        fc.integer({ min: 1, max: 40 }),
        (sent, step) => {
          const bytes = Buffer.concat(sent.map(({ header, payload }) => wire(header, payload)));
          const reader = createWireReader();
          const came = [];
          for (let at = 0; at < bytes.length; at += step) {
            came.push(...reader.push(bytes.subarray(at, at + step)));
          }
          expect(came.map(({ header, payload }) => ({ header, payload: [...payload] }))).toEqual(
            sent.map(({ header, payload }) => ({ header, payload: [...payload] })),
          );
        },
      ),
    );
  });

  it.each([
    ['text on stdout', Buffer.from('Loading model, please wait ...\n')],
    ['an empty header', Buffer.from([0, 0, 0, 0, 0, 0, 0, 0])],
    [
      'a header that is no JSON',
      Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('abc')]),
    ],
  ])('refuses %s and says where text belongs', (_, bytes) => {
    expect(() => createWireReader().push(bytes)).toThrow(
      expect.objectContaining({
        code: 'INF_004',
        message: expect.stringContaining('stderr') as string,
      }) as Error,
    );
  });
});
