import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { releaseOutputs } from '#engine/inference/output-memory.ts';

describe('releaseOutputs', () => {
  it('takes the numbers away at once', () => {
    const boxes = new Tensor('float32', new Float32Array(300_000), [1, 300_000]);
    const before = process.memoryUsage().arrayBuffers;
    releaseOutputs({ boxes });
    expect(boxes.data).toHaveLength(0);
    expect(before - process.memoryUsage().arrayBuffers).toBeGreaterThan(1_000_000);
  });

  it('takes outputs that share their memory, and text', () => {
    const memory = new ArrayBuffer(16);
    const left = new Tensor('float32', new Float32Array(memory, 0, 2), [2]);
    const right = new Tensor('float32', new Float32Array(memory, 8, 2), [2]);
    const labels = new Tensor('string', ['person'], [1]);
    releaseOutputs({ left, right, labels });
    expect(left.data).toHaveLength(0);
    expect(right.data).toHaveLength(0);
    expect(labels.data).toEqual(['person']);
  });
});
