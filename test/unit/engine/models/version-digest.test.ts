import { describe, expect, it } from 'vitest';
import type { ModelFile } from '#contract/model.ts';
import { isDigestOf, versionDigest } from '#engine/models/version-digest.ts';
import { yoloxNanoCard as card } from '#test/cards.ts';

const file = (kind: ModelFile['kind'], path: string, digit: string) => ({
  kind,
  path,
  digest: digit.repeat(64),
});
const model = file('model', 'model.onnx', 'a');
const none = (): boolean => false;

describe('digest of a version', () => {
  it('is that of the model file', () => {
    expect(versionDigest({ files: [model], card }, none)).toBe(model.digest);
  });

  it.each([
    ['its name', { ...card, name: 'other' }],
    ['its notes', { ...card, notes: 'other', licence: 'other' }],
    ['the order of its labels', { ...card, labels: reversed(card.labels) }],
  ])('does not depend on %s where weights lie beside it', (_, other) => {
    const files = [model, file('weights', 'weights.bin', 'b')];
    const digest = versionDigest({ files, card }, none);
    expect(digest).not.toBe(model.digest);
    expect(versionDigest({ files, card: other }, none)).toBe(digest);
  });

  it.each([
    ['other weights', [model, file('weights', 'weights.bin', 'c')], card],
    [
      'another threshold',
      [model, file('weights', 'weights.bin', 'b')],
      { ...card, scoreFloor: 0.3 },
    ],
    ['other labels', [model, file('weights', 'weights.bin', 'b')], { ...card, labels: {} }],
  ])('is another for %s', (_, files, other) => {
    const digest = versionDigest(
      { files: [model, file('weights', 'weights.bin', 'b')], card },
      none,
    );
    expect(versionDigest({ files, card: other }, none)).not.toBe(digest);
  });

  it('tells versions of one file apart, and stays checkable', () => {
    const taken = new Set<string>();
    for (const name of ['one', 'two', 'three']) {
      const parts = { files: [model], card: { ...card, name } };
      const digest = versionDigest(parts, (known) => taken.has(known));
      expect(taken.has(digest)).toBe(false);
      expect(isDigestOf(digest, parts)).toBe(true);
      taken.add(digest);
    }
    expect(isDigestOf('f'.repeat(64), { files: [model], card })).toBe(false);
  });
});

function reversed<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).reverse());
}
