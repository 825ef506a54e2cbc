/**
 * The small pure parts of the page: clocks, ages, days, event text, sources.
 */
import { describe, expect, it } from 'vitest';
import {
  ageOf,
  createClockOffset,
  createEventStreamParser,
  createPaintLoop,
  formatRoute,
  parseRoute,
  kindOf,
  startOfDay,
  startOfNextDay,
} from '#test/renderer.ts';

describe('event stream parser', () => {
  it.each([
    ['one event', ['event: crossing\ndata: {"id":1}\n\n'], [['crossing', '{"id":1}']]],
    ['an event in pieces', ['event: cam', 'era\nda', 'ta: 1\n', '\n'], [['camera', '1']]],
    [
      'two events at once',
      ['data: 1\n\ndata: 2\n\n'],
      [
        ['message', '1'],
        ['message', '2'],
      ],
    ],
    ['data over lines', ['data: a\ndata:b\n\n'], [['message', 'a\nb']]],
    ['line ends of Windows, cut between', ['data: a\r', '\n\r\n'], [['message', 'a']]],
    ['comments and unknown fields', [': beat\n\nretry: 5\nid: 7\n\n'], []],
    ['an event without its end', ['data: a\n'], []],
  ])('reads %s', (_, pieces, expected) => {
    const parse = createEventStreamParser();
    expect(pieces.flatMap(parse).map(({ topic, data }) => [topic, data])).toEqual(expected);
  });
});

describe('clock offset', () => {
  it('is zero while both clocks agree as far as a second tells', () => {
    const clock = createClockOffset();
    clock.observe(10_200, 10_000, 10_230);
    expect(clock.offsetMs()).toBe(0);
  });

  it('closes in on a station that is ahead', () => {
    const clock = createClockOffset();
    const ahead = 5300;
    for (let at = 100_000; at < 110_000; at += 730) {
      const station = at + 5 + ahead;
      clock.observe(at, Math.floor(station / 1000) * 1000, at + 10);
    }
    expect(Math.abs(clock.offsetMs() - ahead)).toBeLessThan(100);
  });

  it('follows a clock that was set', () => {
    const clock = createClockOffset();
    clock.observe(100_000, 160_000, 100_010);
    clock.observe(200_000, 200_000, 200_010);
    expect(clock.offsetMs()).toBe(0);
  });
});

describe('age', () => {
  it.each([
    [-500, { unit: 'seconds', seconds: 0 }],
    [8900, { unit: 'seconds', seconds: 8 }],
    [65_000, { unit: 'minutes', minutes: 1, seconds: '05' }],
    [3_660_000, { unit: 'hours', hours: 1, minutes: '01' }],
    [180_000_000, { unit: 'days', days: 2, hours: 2 }],
  ])('of %i ms', (ms, expected) => {
    expect(ageOf(ms)).toEqual(expected);
  });
});

describe('day', () => {
  it('begins at local midnight and ends at the next', () => {
    const noon = new Date(2026, 9, 25, 12, 30).getTime();
    expect(startOfDay(noon)).toBe(new Date(2026, 9, 25).getTime());
    expect(startOfNextDay(noon)).toBe(new Date(2026, 9, 26).getTime());
    expect(startOfDay(startOfDay(noon))).toBe(startOfDay(noon));
  });
});

describe('kind of a source', () => {
  it.each([
    ['rtsp://10.0.0.4/live', 'rtsp'],
    [' RTSPS://cam.lan/1', 'rtsp'],
    ['https://cam.lan/v.mjpg', 'http'],
    ['usb:/dev/video0', 'usb'],
    ['simulated://plaza?seed=1', 'simulated'],
    ['C:\\clips\\a.mp4', 'file'],
    ['file:///clips/a.mp4', 'file'],
    ['', null],
  ])('%s', (source, kind) => {
    expect(kindOf(source)).toBe(kind);
  });
});

describe('route', () => {
  it.each([
    ['', { task: 'live', id: null }],
    ['#/', { task: 'live', id: null }],
    ['#/cameras', { task: 'cameras', id: null }],
    ['#/live/gate-cam', { task: 'live', id: 'gate-cam' }],
    ['#/live/a%20b', { task: 'live', id: 'a b' }],
    ['#/live/%zz', { task: 'live', id: '%zz' }],
    ['#/nowhere/x', { task: 'live', id: 'x' }],
  ])('%s', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
    expect(parseRoute(formatRoute(parseRoute(hash)))).toEqual(route);
  });
});

describe('paint loop', () => {
  it('paints whoever asked once per frame, and asks for no frame when nobody did', () => {
    const frames: ((nowMs: number) => void)[] = [];
    const loop = createPaintLoop((paint) => frames.push(paint));
    const painted: string[] = [];
    const item = (name: string) => ({ paint: (nowMs: number) => painted.push(`${name} ${nowMs}`) });
    const [one, two, gone] = [item('one'), item('two'), item('gone')];
    for (const each of [one, two, one, gone]) loop.request(each);
    loop.forget(gone);
    frames.shift()?.(16);
    expect(painted).toEqual(['one 16', 'two 16']);
    expect(frames).toHaveLength(0);
    loop.request(two);
    frames.shift()?.(33);
    expect(painted.at(-1)).toBe('two 33');
  });
});
