import { describe, expect, it } from 'vitest';
import type { Size } from '#contract/geometry.ts';
import type { Preprocess } from '#contract/model.ts';
import { analysisSize, fitPicture, neededInput, toPicture } from '#engine/inference/fit.ts';
import { fromHalf, toHalf } from '#engine/inference/half.ts';
import { createInputWriter } from '#engine/inference/preprocess.ts';
import { paintPicture } from '#test/pictures.ts';

const plain: Preprocess = {
  resize: 'stretch',
  pad: 114,
  colour: 'rgb',
  layout: 'nchw',
  dtype: 'float32',
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};
const card = (input: Size, preprocess: Partial<Preprocess>) => ({
  input,
  preprocess: { ...plain, ...preprocess },
});
const size = (width: number, height: number): Size => ({ width, height });

describe('fit of a picture in the input', () => {
  it.each([
    ['letterbox-top-left', size(768, 432), { left: 0, top: 0, width: 416, height: 234 }],
    ['letterbox-top-left', size(432, 768), { left: 0, top: 0, width: 234, height: 416 }],
    ['letterbox-top-left', size(640, 427), { left: 0, top: 0, width: 416, height: 277 }],
    ['letterbox-top-left', size(10_000, 1), { left: 0, top: 0, width: 416, height: 1 }],
    ['letterbox-centre', size(768, 432), { left: 0, top: 91, width: 416, height: 234 }],
    ['letterbox-centre', size(640, 427), { left: 0, top: 69, width: 416, height: 278 }],
    ['stretch', size(768, 432), { left: 0, top: 0, width: 416, height: 416 }],
    ['crop', size(768, 432), { left: -162, top: 0, width: 740, height: 416 }],
  ] as const)('%s of %o', (resize, picture, expected) => {
    expect(fitPicture(picture, card(size(416, 416), { resize }))).toEqual(expected);
  });

  it.each([
    ['letterbox-top-left', size(768, 432), size(416, 256)],
    ['letterbox-top-left', size(432, 768), size(256, 416)],
    ['letterbox-top-left', size(640, 480), size(416, 320)],
    ['letterbox-top-left', size(416, 416), size(416, 416)],
    ['letterbox-top-left', size(10_000, 1), size(416, 32)],
    ['letterbox-centre', size(768, 432), size(416, 416)],
    ['stretch', size(768, 432), size(416, 416)],
    ['crop', size(768, 432), size(416, 416)],
  ] as const)('%s of %o needs %o of the input', (resize, picture, needed) => {
    const whole = card(size(416, 416), { resize });
    expect(neededInput(picture, whole)).toEqual(needed);
    const trimmed = card(neededInput(picture, whole), { resize });
    expect(fitPicture(picture, trimmed)).toEqual(fitPicture(picture, whole));
  });

  it('never loses a pixel to rounding when one side fits exactly', () => {
    for (let width = 1; width <= 4000; width++) {
      const fitted = analysisSize(
        size(width, 1),
        card(size(416, 416), { resize: 'letterbox-top-left' }),
      );
      expect(fitted.width).toBe(416);
    }
  });

  it.each([
    ['letterbox-top-left', { x1: 104, y1: 117, x2: 208, y2: 234 }, [0.25, 0.5, 0.25, 0.5]],
    ['letterbox-centre', { x1: 104, y1: 208, x2: 208, y2: 325 }, [0.25, 0.5, 0.25, 0.5]],
    ['stretch', { x1: 104, y1: 208, x2: 208, y2: 416 }, [0.25, 0.5, 0.25, 0.5]],
    ['letterbox-top-left', { x1: -50, y1: -50, x2: 600, y2: 400 }, [0, 0, 1, 1]],
  ] as const)('%s takes boxes back to the picture', (resize, edges, [x, y, width, height]) => {
    const fit = fitPicture(size(768, 432), card(size(416, 416), { resize }));
    expect(toPicture(edges, fit)).toEqual({ x, y, width, height });
  });

  it('drops a box that lies in the padding', () => {
    const fit = fitPicture(size(768, 432), card(size(416, 416), { resize: 'letterbox-top-left' }));
    expect(toPicture({ x1: 10, y1: 300, x2: 50, y2: 380 }, fit)).toBeNull();
  });
});

describe('input writer', () => {
  const picture = paintPicture(size(2, 1), (x) => [10 + x, 20 + x, 30 + x]);

  it.each([
    ['rgb, planar', { colour: 'rgb' }, [10, 11, 20, 21, 30, 31]],
    ['bgr, planar', { colour: 'bgr' }, [30, 31, 20, 21, 10, 11]],
    ['rgb, interleaved', { colour: 'rgb', layout: 'nhwc' }, [10, 20, 30, 11, 21, 31]],
    ['scaled', { scale: 0.5 }, [5, 5.5, 10, 10.5, 15, 15.5]],
    ['normalised', { mean: [10, 20, 30], std: [1, 2, 4] }, [0, 1, 0, 0.5, 0, 0.25]],
    ['normalised in bgr order', { colour: 'bgr', mean: [30, 20, 10] }, [0, 1, 0, 1, 0, 1]],
  ] as const)('writes %s', (_, preprocess, expected) => {
    const writer = createInputWriter(card(size(2, 1), preprocess as Partial<Preprocess>));
    const input = writer.allocate(1);
    writer.write(input, 0, picture);
    expect([...input]).toEqual(expected);
  });

  it('writes bytes and half floats', () => {
    const bytes = createInputWriter(card(size(2, 1), { dtype: 'uint8', layout: 'nhwc' }));
    const byteInput = bytes.allocate(1);
    bytes.write(byteInput, 0, picture);
    expect(byteInput).toEqual(Uint8Array.of(10, 20, 30, 11, 21, 31));

    const halves = createInputWriter(card(size(2, 1), { dtype: 'float16', scale: 1 / 8 }));
    const halfInput = halves.allocate(1);
    halves.write(halfInput, 0, picture);
    expect([...halfInput].map(fromHalf)).toEqual([1.25, 1.375, 2.5, 2.625, 3.75, 3.875]);
  });

  it('pads around the picture and keeps the padding of the next batch place apart', () => {
    const writer = createInputWriter(card(size(2, 3), { resize: 'letterbox-centre', pad: 7 }));
    const input = writer.allocate(2);
    writer.write(input, 1, picture);
    const red = [...input.subarray(18, 24)];
    expect(red).toEqual([7, 7, 10, 11, 7, 7]);
    expect(new Set(input.subarray(0, 18))).toEqual(new Set([0]));
  });

  it('pads again when a place gets a picture of another shape', () => {
    const writer = createInputWriter(card(size(2, 2), { resize: 'letterbox-top-left', pad: 7 }));
    const input = writer.allocate(1);
    writer.write(
      input,
      0,
      paintPicture(size(1, 2), () => [1, 1, 1]),
    );
    expect([...input.subarray(0, 4)]).toEqual([1, 7, 1, 7]);
    writer.write(input, 0, picture);
    expect([...input.subarray(0, 4)]).toEqual([10, 11, 7, 7]);
  });

  it('cuts the sides of a cropped picture', () => {
    const wide = paintPicture(size(4, 2), (x) => [x, x, x]);
    const writer = createInputWriter(card(size(2, 2), { resize: 'crop' }));
    const input = writer.allocate(1);
    writer.write(input, 0, wide);
    expect([...input.subarray(0, 4)]).toEqual([1, 2, 1, 2]);
  });

  it('resamples a slot of another size to nearly what a fitted slot gives', () => {
    const gradient = (scale: number) => (x: number, y: number) =>
      [x * scale, y * scale, (x + y) * scale] as const;
    const target = card(size(40, 20), { resize: 'stretch' });
    const writer = createInputWriter(target);
    const direct = writer.allocate(1);
    writer.write(direct, 0, paintPicture(size(40, 20), gradient(2)));
    const resampled = writer.allocate(1);
    writer.write(resampled, 0, paintPicture(size(80, 40), gradient(1)));
    const worst = Math.max(...direct.map((value, at) => Math.abs(value - resampled[at]!)));
    expect(worst).toBeLessThanOrEqual(1);
  });
});

describe('half floats', () => {
  it('come back as the nearest half', () => {
    expect([0, -0, 1, -2, 65504, 2 ** -24, 0.1].map((value) => fromHalf(toHalf(value)))).toEqual([
      0,
      -0,
      1,
      -2,
      65504,
      2 ** -24,
      0.0999755859375,
    ]);
    expect([65520, -1e9, Infinity].map((value) => fromHalf(toHalf(value)))).toEqual([
      Infinity,
      -Infinity,
      Infinity,
    ]);
    expect(fromHalf(toHalf(NaN))).toBeNaN();
  });

  it('keep every half as it is', () => {
    for (let half = 0; half < 0x7c00; half++) expect(toHalf(fromHalf(half))).toBe(half);
  });
});
