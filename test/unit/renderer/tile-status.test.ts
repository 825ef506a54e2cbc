/**
 * What a tile says about its picture.
 */
import { describe, expect, it } from 'vitest';
import { fakeCamera } from '#test/fake-ledger.ts';
import { isAnalysed, needsVeil, tileStatus, type TileFacts } from '#test/renderer.ts';

const now = 1_000_000;
const reason = { code: 'CAM_001', message: 'Nothing answers.' } as const;
const live: TileFacts = {
  capture: { state: 'live', since: 0 },
  pictureAt: now - 100,
  watchedSince: now - 60_000,
  isStationLost: false,
};

describe('tile status', () => {
  it.each<[string, Partial<TileFacts>, object]>([
    ['has a fresh picture', {}, { kind: 'live' }],
    ['has a picture of 2.0 s', { pictureAt: now - 2000 }, { kind: 'live' }],
    ['has a picture of 2.1 s', { pictureAt: now - 2100 }, { kind: 'stale', pictureAt: now - 2100 }],
    ['has just been opened', { pictureAt: null, watchedSince: now - 500 }, { kind: 'opening' }],
    [
      'was hidden and shows its old picture again',
      { pictureAt: now - 90_000, watchedSince: now - 300 },
      { kind: 'opening' },
    ],
    [
      'never got a picture',
      { pictureAt: null, watchedSince: now - 9000 },
      { kind: 'stale', pictureAt: now - 9000 },
    ],
    ['lost its station', { isStationLost: true }, { kind: 'lost', pictureAt: now - 100 }],
    [
      'is frozen though pictures come',
      { capture: { state: 'frozen', since: now - 12_000 } },
      { kind: 'frozen', since: now - 12_000 },
    ],
    [
      'went silent',
      { capture: { state: 'stalled', since: now - 50, lastFrameAt: now - 3000 }, pictureAt: null },
      { kind: 'stalled', pictureAt: now - 3000 },
    ],
    [
      'waits for its next try',
      { capture: { state: 'waiting', since: now - 9, attempt: 3, retryAt: now + 5000, reason } },
      { kind: 'offline', since: now - 9, retryAt: now + 5000, attempt: 3, reason },
    ],
    [
      'connects with an old picture still there',
      { capture: { state: 'connecting', since: now, attempt: 2 } },
      { kind: 'connecting', attempt: 2 },
    ],
    ['came to its end', { capture: { state: 'ended', since: 5 } }, { kind: 'ended', since: 5 }],
    ['is switched off', { capture: { state: 'disabled', since: 0 } }, { kind: 'disabled' }],
  ])('a camera that %s', (_, facts, expected) => {
    const status = tileStatus({ ...live, ...facts }, now);
    expect(status).toEqual(expected);
    expect(needsVeil(status)).toBe(status.kind !== 'live');
  });
});

describe('analysis of a camera', () => {
  const figures = {
    capturedFps: 10,
    inferredFps: 0,
    gatedShare: 0,
    dropped: 0,
    late: 0,
    p95Ms: 0,
    view: null,
  };
  it.each<[string, Partial<ReturnType<typeof fakeCamera>>, boolean]>([
    ['is known to stand still after ten seconds without a frame', { figures }, false],
    ['goes on with any frame', { figures: { ...figures, inferredFps: 0.2 } }, true],
    [
      'is not yet judged when the camera has just come',
      { figures, capture: { state: 'live', since: now - 5000 } },
      true,
    ],
    [
      'is not judged while there is no picture',
      { figures, capture: { state: 'frozen', since: 0 } },
      true,
    ],
  ])('%s', (_, part, expected) => {
    const camera = fakeCamera('cam', 'Gate', {
      capture: { state: 'live', since: now - 60_000 },
      ...part,
    });
    expect(isAnalysed(camera, now)).toBe(expected);
  });
});
