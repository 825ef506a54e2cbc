import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimeSpan } from '#contract/coverage.ts';
import {
  addObserved,
  beginRun,
  noteAlive,
  noteCause,
  observedSpans,
  queryCoverage,
  totalMs,
  withdrawObserved,
} from '#engine/store/coverage.ts';
import { memoryDatabase, start, tempDatabase } from '#test/store.ts';

const second = 1000;
const at = (seconds: number) => start + seconds * second;
const span = (from: number, to: number): TimeSpan => ({ from: at(from), to: at(to) });
const all = span(-100_000, 100_000);

describe('observed time', () => {
  it.each<[string, TimeSpan[], TimeSpan[]]>([
    ['joins spans that touch', [span(0, 1), span(1, 2), span(2, 3)], [span(0, 3)]],
    ['keeps a gap between spans that do not', [span(0, 1), span(2, 3)], [span(0, 1), span(2, 3)]],
    ['takes a span twice as once', [span(0, 5), span(1, 2), span(0, 5)], [span(0, 5)]],
    ['closes a gap that comes late', [span(0, 1), span(2, 3), span(1, 2)], [span(0, 3)]],
    ['takes a span around many', [span(1, 2), span(3, 4), span(0, 9)], [span(0, 9)]],
    [
      'goes on before itself when the clock is put back',
      [span(5, 6), span(0, 1)],
      [span(0, 1), span(5, 6)],
    ],
  ])('%s', (_, spans, expected) => {
    const database = tempDatabase();
    for (const each of spans) addObserved(database, 'gate', each);
    expect(observedSpans(database, 'gate', all)).toEqual(expected);
  });

  it.each<[string, TimeSpan[], TimeSpan[]]>([
    ['ends where the picture stopped', [span(0, 30)], [span(0, 20)]],
    ['loses what came after, and nothing before', [span(0, 5), span(21, 30)], [span(0, 5)]],
    ['stays as it is when it ended before', [span(0, 19)], [span(0, 19)]],
    ['keeps what a clock that was put back has left far ahead', [span(900, 990)], [span(900, 990)]],
  ])('that is taken back %s', (_, spans, expected) => {
    const database = tempDatabase();
    for (const each of spans) addObserved(database, 'gate', each);
    withdrawObserved(database, { cameraId: 'gate', from: at(20) });
    expect(observedSpans(database, 'gate', all)).toEqual(expected);
  });

  it('is the union of its spans, whatever their order', () => {
    const seconds = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(fc.array(fc.tuple(seconds, seconds), { maxLength: 25 }), (pairs) => {
        const database = memoryDatabase();
        const observed = new Set<number>();
        for (const [from, length] of pairs) {
          addObserved(database, 'gate', span(from, from + length));
          for (let tick = from; tick < from + length; tick += 1) observed.add(tick);
        }
        const spans = observedSpans(database, 'gate', all);
        expect(totalMs(spans)).toBe(observed.size * second);
        expect(spans.every((each, index) => index === 0 || each.from > spans[index - 1]!.to)).toBe(
          true,
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe('coverage of a range', () => {
  it('names a frozen stream of 37 s and the time the station was down', () => {
    const database = tempDatabase();
    noteCause(database, { cameraId: 'gate', cause: 'unknown', from: at(-10) });
    const first = beginRun(database, at(-20));
    addObserved(database, 'gate', span(0, 100));
    noteCause(database, { cameraId: 'gate', cause: 'camera-frozen', from: at(100) });
    addObserved(database, 'gate', span(137, 200));
    noteAlive(database, first, at(201));
    beginRun(database, at(260));
    addObserved(database, 'gate', span(263, 300));

    expect(queryCoverage(database, { ...span(-60, 400) }, at(301))).toEqual([
      {
        cameraId: 'gate',
        ...span(-60, 400),
        observedSeconds: 200,
        gaps: [
          { ...span(-60, 0), cause: 'camera-absent' },
          { ...span(100, 137), cause: 'camera-frozen' },
          { ...span(200, 263), cause: 'station-down' },
        ],
      },
    ]);
  });

  it('names a gap by what was said before the range began', () => {
    const database = tempDatabase();
    beginRun(database, at(0));
    addObserved(database, 'gate', span(0, 100));
    noteCause(database, { cameraId: 'gate', cause: 'camera-offline', from: at(100) });
    const [coverage] = queryCoverage(database, { ...span(500, 600), cameraId: 'gate' }, at(9000));
    expect(coverage).toEqual({
      cameraId: 'gate',
      ...span(500, 600),
      observedSeconds: 0,
      gaps: [{ ...span(500, 600), cause: 'camera-offline' }],
    });
  });

  it('knows nothing of the last second and of the future', () => {
    const database = tempDatabase();
    beginRun(database, at(0));
    addObserved(database, 'gate', span(0, 100));
    const [coverage] = queryCoverage(database, span(0, 1000), at(101));
    expect(coverage?.gaps).toEqual([]);
  });

  it('adds up to the whole', () => {
    const seconds = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(seconds, fc.integer({ min: 0, max: 20 })), { maxLength: 15 }),
        fc.array(seconds, { maxLength: 6 }),
        fc.tuple(seconds, seconds),
        (observed, notes, [a, b]) => {
          const database = memoryDatabase();
          beginRun(database, at(20));
          for (const [from, length] of observed)
            addObserved(database, 'gate', span(from, from + length));
          for (const from of notes)
            noteCause(database, { cameraId: 'gate', cause: 'overload', from: at(from) });
          const range = span(Math.min(a, b), Math.max(a, b));
          for (const { observedSeconds, gaps } of queryCoverage(database, range, at(1000))) {
            expect(observedSeconds * second + totalMs(gaps)).toBe(range.to - range.from);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
