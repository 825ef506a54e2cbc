import { describe, expect, it } from 'vitest';
import {
  parsePartFile,
  parseSegmentFile,
  partFile,
  segmentFile,
} from '#engine/capture/recording/segment-name.ts';

const start = {
  cameraId: 'gate-cam',
  from: Date.UTC(2026, 10, 27, 6, 30),
  codec: 'h264',
  isMasked: true,
} as const;

describe('names of recordings', () => {
  it('say everything that the index knows', () => {
    const file = segmentFile(start, start.from + 10_000);
    expect(file).toBe(`gate-cam/2026-11-27/${start.from}-${start.from + 10_000}-h264-m.ts`);
    expect(parseSegmentFile(file)).toEqual({ ...start, to: start.from + 10_000, file });
  });

  it('say who writes an unfinished one', () => {
    const file = partFile({ ...start, isMasked: false }, 4711);
    expect(parsePartFile(file)).toEqual({ ...start, isMasked: false, pid: 4711 });
    expect(parseSegmentFile(file)).toBe(null);
  });

  it.each([
    'notes.txt',
    'gate-cam/2026-11-27/5-4-h264-m.ts',
    'gate-cam/2026-11-27/4-5-vp9-m.ts',
    '../2026-11-27/4-5-h264-m.ts',
    'Gate/2026-11-27/4-5-h264-m.ts',
    'gate-cam/4-5-h264-m.ts',
  ])('are not those of other files: %s', (file) => {
    expect(parseSegmentFile(file)).toBe(null);
  });
});
