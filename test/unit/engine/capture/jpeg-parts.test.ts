import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createJpegParts, jpegSize } from '#engine/capture/jpeg-parts.ts';

const part = (body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`Content-type: image/jpeg\r\nContent-length: ${body.length}\r\n\r\n`),
    body,
    Buffer.from('\r\n--ffmpeg\r\n'),
  ]);
const bodies = [Buffer.from('first\r\n\r\n'), Buffer.from('--ffmpeg'), Buffer.alloc(70_000, 7)];
const stream = Buffer.concat([Buffer.from('--ffmpeg\r\n'), ...bodies.map(part)]);

describe('createJpegParts', () => {
  it.each([1, 5, 64, 65_536])('cuts a stream that comes in pieces of %i bytes', (size) => {
    const got: Buffer[] = [];
    const take = createJpegParts({
      isWanted: () => true,
      onJpeg: (jpeg) => got.push(Buffer.from(jpeg)),
    });
    for (let at = 0; at < stream.length; at += size) take(stream.subarray(at, at + size));
    expect(got).toEqual(bodies);
  });

  it('skips what nobody wants and finds the next', () => {
    const got: number[] = [];
    let asked = 0;
    const take = createJpegParts({
      isWanted: () => ++asked !== 2,
      onJpeg: (jpeg) => got.push(jpeg.length),
    });
    take(stream);
    expect(got).toEqual([9, 70_000]);
  });

  it('does not grow on a stream without headers', () => {
    const take = createJpegParts({ isWanted: () => true, onJpeg: () => undefined });
    for (let round = 0; round < 50; round++) take(Buffer.alloc(10_000, 1));
    const got: number[] = [];
    const other = createJpegParts({
      isWanted: () => true,
      onJpeg: (jpeg) => got.push(jpeg.length),
    });
    other(Buffer.alloc(10_000, 1));
    other(Buffer.concat([Buffer.from('\r\n\r\n'), part(bodies[0]!)]));
    expect(got).toEqual([9]);
  });
});

describe('jpegSize', () => {
  it.each([
    ['baseline', { progressive: false }],
    ['progressive', { progressive: true }],
  ])('reads a %s JPEG', async (_, options) => {
    const picture = sharp({ create: { width: 61, height: 35, channels: 3, background: '#345' } });
    const jpeg = await picture
      .withExif({ IFD0: { Copyright: 'x' } })
      .jpeg(options)
      .toBuffer();
    expect(jpegSize(jpeg)).toEqual({ width: 61, height: 35 });
  });

  it.each([[''], ['hello'], ['\xff\xd8\xff\xd9'], ['\xff\xd8\xff\xe0\xff\xff\xff']])(
    'finds none in %j',
    (text) => {
      expect(jpegSize(Buffer.from(text, 'latin1'))).toBeNull();
    },
  );
});
