import { describe, expect, it } from 'vitest';
import { createPostprocessor } from '#engine/inference/postprocess.ts';
import { yoloxNanoCard } from '#test/cards.ts';

const card = { ...yoloxNanoCard, head: 'yolov10' as const, nmsIou: 1 };
const fit = { left: 0, top: 0, width: 100, height: 50 };
const rows = (...numbers: number[]) => ({
  o: { data: Float32Array.from(numbers), dims: [1, numbers.length / 6, 6] },
});
const [person, car, truck, unnamed] = [0, 2, 7, 3];

describe('postprocessor', () => {
  it('names what is counted, drops the rest, and counts one object with two names once', () => {
    const outputs = rows(
      ...[10, 10, 20, 30, 0.9, person],
      ...[50, 10, 90, 30, 0.8, car],
      ...[50, 10, 90, 31, 0.7, truck],
      ...[0, 0, 10, 10, 0.9, unnamed],
    );
    expect(createPostprocessor(card).toDetections(outputs, 0, fit)).toEqual([
      {
        label: 'person',
        score: expect.closeTo(0.9) as number,
        box: {
          x: 0.1,
          y: 0.2,
          width: expect.closeTo(0.1) as number,
          height: expect.closeTo(0.4) as number,
        },
      },
      {
        label: 'vehicle',
        score: expect.closeTo(0.8) as number,
        box: {
          x: 0.5,
          y: 0.2,
          width: expect.closeTo(0.4) as number,
          height: expect.closeTo(0.4) as number,
        },
      },
    ]);
    expect(createPostprocessor(card).toClassDetections(outputs, 0, fit)).toHaveLength(4);
  });

  it.each([
    ['NaN', [NaN, 0, 1, 1, 0.5, 0]],
    ['a box without end', [0, 0, Infinity, 1, 0.5, 0]],
    ['a score of 7', [0, 0, 1, 1, 7, 0]],
    ['a class that is not on the card', [0, 0, 1, 1, 0.5, 80]],
    ['half a class', [0, 0, 1, 1, 0.5, 1.5]],
  ])('refuses %s', (_, numbers) => {
    expect(() => createPostprocessor(card).toDetections(rows(...numbers), 0, fit)).toThrow(
      'numbers that are not detections',
    );
  });
});
