import { describe, expect, it } from 'vitest';
import { escapeFilterValue } from '#engine/capture/recording/make-clip.ts';
import { overlayScript, type OverlayOptions } from '#engine/capture/recording/overlay-script.ts';

const from = Date.UTC(2026, 10, 29, 23, 59, 58, 500);
const box = { x: 100, y: 50, width: 40, height: 80 };
const eventsOf = (options: Partial<OverlayOptions>) =>
  overlayScript({
    ...{ from, to: from + 2_000, timeZone: null, picture: { width: 800, height: 450 }, frames: [] },
    ...options,
  })
    .split('\n')
    .filter((line) => line.startsWith('Dialogue'))
    .map((line) => line.replace(/^Dialogue: \d,/, '').replace(/,(Time|Box),,0,0,0,,/, ' '));
const ring =
  String.raw`{\an7\pos(0,0)\1c&H7CE29A&\p1}` +
  'm 100 50 l 140 50 140 130 100 130 m 102 52 l 102 128 138 128 138 52';

describe('what is drawn over a clip', () => {
  it('shows each second of the clock of the site', () => {
    expect(eventsOf({ timeZone: 'Asia/Ho_Chi_Minh' })).toEqual([
      '0:00:00.00,0:00:00.50 2026-11-30 06:59:58 Asia/Ho_Chi_Minh',
      '0:00:00.50,0:00:01.50 2026-11-30 06:59:59 Asia/Ho_Chi_Minh',
      '0:00:01.50,0:00:02.00 2026-11-30 07:00:00 Asia/Ho_Chi_Minh',
    ]);
  });

  it.each<[string, OverlayOptions['frames'], string[]]>([
    [
      'until the next picture',
      [
        { at: from + 100, boxes: [box] },
        { at: from + 200, boxes: [] },
      ],
      [`0:00:00.10,0:00:00.20 ${ring}`],
    ],
    [
      'a second when no other picture comes',
      [{ at: from + 100, boxes: [box] }],
      [`0:00:00.10,0:00:01.10 ${ring}`],
    ],
    [
      'from the beginning when it was seen just before',
      [{ at: from - 100, boxes: [box] }],
      [`0:00:00.00,0:00:00.90 ${ring}`],
    ],
    ['not when it lies outside', [{ at: from + 2_000, boxes: [box] }], []],
  ])('shows a box %s', (_, frames, expected) => {
    expect(eventsOf({ frames })).toEqual(expected);
  });

  it.each([
    ['/data/clips/a.ass', '/data/clips/a.ass'],
    [String.raw`C:\Station data\a.ass`, String.raw`C\\:/Station data/a.ass`],
    ["/o'neill, [1]/a.ass", String.raw`/o\\\'neill\, \[1\]/a.ass`],
  ])('is found at %s', (file, expected) => {
    expect(escapeFilterValue(file)).toBe(expected);
  });
});
