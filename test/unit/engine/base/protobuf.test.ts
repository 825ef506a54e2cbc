import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  WireFormatError,
  bytesField,
  floatField,
  joinBytes,
  numberField,
  readFields,
} from '#engine/base/protobuf.ts';

describe('protobuf wire format', () => {
  it('reads the example of the format description', () => {
    expect([...readFields(Uint8Array.of(0x08, 0x96, 0x01))]).toEqual([
      { number: 1, wireType: 0, value: 150n },
    ]);
  });

  it('reads back what it writes', () => {
    const any = fc.array(
      fc.oneof(
        fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
        fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.uint8Array()),
      ),
    );
    fc.assert(
      fc.property(any, (fields) => {
        const bytes = joinBytes(
          fields.map(([number, value]) =>
            typeof value === 'bigint' ? numberField(number, value) : bytesField(number, value),
          ),
        );
        expect([...readFields(bytes)].map(({ number, value }) => [number, value])).toEqual(fields);
      }),
    );
  });

  it('writes floats, texts and messages', () => {
    const bytes = bytesField(3, [floatField(1, 1.5), bytesField(2, 'gate')]);
    const [message] = [...readFields(bytes)];
    const inner = [...readFields(message!.value as Uint8Array)];
    expect(inner.map(({ value }) => value)).toEqual([
      0x3fc00000n,
      new TextEncoder().encode('gate'),
    ]);
  });

  it.each([
    ['a number without end', [0x08, 0x80]],
    ['a number of eleven bytes', [0x08, ...new Array<number>(11).fill(0x80)]],
    ['bytes that are not there', [0x0a, 0x05, 0x01]],
    ['a wire type that does not exist', [0x0f]],
    ['the field number 0', [0x00, 0x00]],
  ])('refuses %s', (_, bytes) => {
    expect(() => [...readFields(Uint8Array.from(bytes))]).toThrow(WireFormatError);
  });
});
