import { describe, expect, it } from 'vitest';
import { toHalf } from '#engine/base/half.ts';
import { readOutputs } from '#engine/inference/engines/outputs.ts';

const bytes = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

describe('outputs of an engine', () => {
  it('are read one after the other, whatever their number type', () => {
    const payload = Buffer.concat([
      bytes(Float32Array.of(1.5, -2)),
      bytes(Uint16Array.of(toHalf(0.5))),
      bytes(BigInt64Array.of(7n)),
      bytes(Int32Array.of(-3)),
      bytes(Uint8Array.of(255)),
    ]);
    const read = readOutputs(
      [
        { name: 'a', dtype: 'float32', dims: [1, 2] },
        { name: 'b', dtype: 'float16', dims: [1] },
        { name: 'c', dtype: 'int64', dims: [1] },
        { name: 'd', dtype: 'int32', dims: [1] },
        { name: 'e', dtype: 'uint8', dims: [1] },
      ],
      new Uint8Array(payload),
    );
    expect(Object.entries(read).map(([name, { data, dims }]) => [name, [...data], dims])).toEqual([
      ['a', [1.5, -2], [1, 2]],
      ['b', [0.5], [1]],
      ['c', [7], [1]],
      ['d', [-3], [1]],
      ['e', [255], [1]],
    ]);
  });

  it.each([
    ['more', 2, 'needs 12 bytes'],
    ['fewer', 4, '4 bytes more'],
  ])('that are %s than the bytes are a lie', (_, count, said) => {
    const payload = bytes(new Float32Array(count));
    expect(() => readOutputs([{ name: 'a', dtype: 'float32', dims: [3] }], payload)).toThrow(said);
  });
});
