import { expect, it } from 'vitest';
import { createStampReader } from '#engine/capture/frame-stamps.ts';

const printed =
  'frame:0    pts:0       pts_time:0\ns=1\n' +
  'frame:1    pts:33333   pts_time:0.033333\nlavfi.other=frame:9 pts:1\ns=1\n' +
  'frame:2    pts:NOPTS   pts_time:NOPTS\ns=1\n' +
  'frame:0    pts:-40000  pts_time:-0.04\n';

it.each([1, 7, 1000])('reads stamps in pieces of %i characters', (size) => {
  const read = createStampReader();
  const pieces = printed.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
  expect(pieces.flatMap((piece) => read(piece))).toEqual([
    { number: 0, ticks: 0 },
    { number: 1, ticks: 33_333 },
    { number: 2, ticks: null },
    { number: 0, ticks: -40_000 },
  ]);
});
