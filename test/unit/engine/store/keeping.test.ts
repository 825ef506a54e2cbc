import { describe, expect, it } from 'vitest';
import type { PrivacyMask } from '#contract/mask.ts';
import type { Segment } from '#contract/recording.ts';
import { addCamera, removeCamera } from '#engine/store/cameras.ts';
import { listMasks, removeMask, saveMask } from '#engine/store/masks.ts';
import { addSegments, listSegments, removeSegments, segmentUse } from '#engine/store/segments.ts';
import { aCamera, memoryDatabase, start } from '#test/store.ts';

const aMask = (change: Partial<PrivacyMask> = {}): PrivacyMask => ({
  id: 'door',
  cameraId: 'gate',
  name: 'Door',
  points: [
    { x: 0, y: 0 },
    { x: 0.5, y: 0 },
    { x: 0, y: 0.5 },
  ],
  ...change,
});

describe('privacy masks', () => {
  it('come back as they were saved, and go with their camera', () => {
    const database = memoryDatabase();
    addCamera(database, aCamera({ id: 'gate' }), start);
    addCamera(database, aCamera({ id: 'yard' }), start);
    saveMask(database, aMask(), start);
    saveMask(database, aMask({ id: 'sky', cameraId: 'yard' }), start);
    saveMask(database, aMask({ name: 'Front door' }), start);
    expect(listMasks(database, 'gate')).toEqual([aMask({ name: 'Front door' })]);
    expect(listMasks(database, null).map(({ id }) => id)).toEqual(['door', 'sky']);
    removeCamera(database, 'gate', start);
    expect(listMasks(database, null).map(({ id }) => id)).toEqual(['sky']);
    expect(removeMask(database, 'sky').cameraId).toBe('yard');
    expect(listMasks(database, null)).toEqual([]);
  });

  it.each([
    ['a camera that does not exist', aMask({ cameraId: 'attic' }), 'REQ_002'],
    ['the id of a mask on another camera', aMask({ cameraId: 'yard' }), 'REQ_003'],
  ])('refuse %s', (_, mask, code) => {
    const database = memoryDatabase();
    addCamera(database, aCamera({ id: 'gate' }), start);
    addCamera(database, aCamera({ id: 'yard' }), start);
    saveMask(database, aMask(), start);
    expect(() => saveMask(database, mask, start)).toThrow(expect.objectContaining({ code }));
  });

  it('cannot be removed twice', () => {
    expect(() => removeMask(memoryDatabase(), 'door')).toThrow(
      expect.objectContaining({ code: 'REQ_002' }),
    );
  });
});

describe('segments', () => {
  const segment = (cameraId: string, from: number): Segment => ({
    cameraId,
    from,
    to: from + 10,
    bytes: 100,
    codec: 'h264',
    isMasked: from > 5,
    file: `${cameraId}/${from}.ts`,
  });
  const files = (segments: readonly Segment[]) => segments.map(({ file }) => file);

  it('are found by the range that they touch, oldest first', () => {
    const database = memoryDatabase();
    addSegments(database, [segment('b', 10), segment('a', 20), segment('a', 0), segment('a', 10)]);
    addSegments(database, [{ ...segment('a', 0), bytes: 7 }]);
    expect(listSegments(database, { cameraId: 'a' })).toEqual([
      segment('a', 0),
      segment('a', 10),
      segment('a', 20),
    ]);
    expect(files(listSegments(database, { cameraId: 'a', from: 10, to: 20 }))).toEqual(['a/10.ts']);
    expect(files(listSegments(database, { from: 9, to: 11 }))).toEqual([
      'a/0.ts',
      'a/10.ts',
      'b/10.ts',
    ]);
    expect(files(listSegments(database, { limit: 1 }))).toEqual(['a/0.ts']);
    expect(segmentUse(database)).toEqual([
      { cameraId: 'a', bytes: 300, from: 0, to: 30 },
      { cameraId: 'b', bytes: 100, from: 10, to: 20 },
    ]);
    removeSegments(database, ['a/0.ts', 'nowhere.ts']);
    expect(files(listSegments(database, {}))).toEqual(['a/10.ts', 'b/10.ts', 'a/20.ts']);
  });
});
