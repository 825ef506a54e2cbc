import { Tensor } from 'onnxruntime-node';
import type { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { planFetches } from '#engine/inference/fetches.ts';

type Output = InferenceSession.ValueMetadata;
const boxes = (shape: (number | string)[], type: Tensor.Type = 'float32'): Output => ({
  name: 'boxes',
  isTensor: true,
  type,
  shape,
});
const shown = { boxes: new Tensor('float32', new Float32Array(12), [2, 3, 2]) };

describe('planFetches', () => {
  it('makes memory of the shown size where the graph fixes all but the batch', () => {
    const fetches = planFetches({ outputMetadata: [boxes(['batch', 3, 2])] }, shown);
    expect(fetches?.['boxes']?.dims).toEqual([2, 3, 2]);
    expect(fetches?.['boxes']?.data).toHaveLength(12);
    expect(fetches?.['boxes']?.data).not.toBe(shown.boxes.data);
  });

  it.each([
    ['an axis that the picture decides', [boxes([1, 'found', 2])]],
    ['an axis that is not what the graph says', [boxes([2, 4, 2])]],
    ['integers', [boxes([2, 3, 2], 'int64')]],
    ['an output that was not given', [boxes([2, 3, 2]), { ...boxes([1]), name: 'labels' }]],
  ])('leaves %s to the runtime', (_, outputMetadata) => {
    expect(planFetches({ outputMetadata }, shown)).toBeNull();
  });
});
