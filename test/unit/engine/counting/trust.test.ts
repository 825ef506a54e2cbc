import { describe, expect, it } from 'vitest';
import type { Line } from '#contract/counting.ts';
import type { CameraFigures, TrustFigures } from '#contract/trust.ts';
import type { TrackSample } from '#engine/counting/track-samples.ts';
import { measureTrust } from '#engine/counting/trust-figures.ts';
import { judgeHour, type KnownHour } from '#engine/counting/trust-verdict.ts';

const hourMs = 3_600_000;
const picture = { width: 640, height: 360 };
const line: Pick<Line, 'points' | 'anchor' | 'labels'> = {
  points: [
    { x: 0.5, y: 0 },
    { x: 0.5, y: 1 },
  ],
  anchor: 'bottom',
  labels: ['person'],
};

/** A person 30 × 80 px who walks from x to x in so many ms. */
function walk(fromX: number, toX: number, startMs: number, seconds = 4): TrackSample {
  const looks = Array.from({ length: 21 }, (_, index) => ({
    atMs: startMs + (index * seconds * 1000) / 20,
    x: fromX + ((toX - fromX) * index) / 20,
    top: 120,
    bottom: 200,
    width: 30,
  }));
  const isSeen = { isBirthSeen: true, isEndSeen: true };
  return { label: 'person', looks, ...isSeen, jitterPx: 1, stepSeconds: seconds / 20 };
}

const seenWell = { by: 'size', name: 'medium', tracks: 60, frames: 6000, broken: 2 } as const;
const seenFar = { ...seenWell, name: 'small', frames: 3000 };
const usualPicture: CameraFigures = {
  ...{ brightness: 0.45, sharpness: 9, shakePx: 0.1 },
  groups: [
    { ...seenWell, seenFrames: 5640 },
    { ...seenFar, seenFrames: 2700 },
  ],
};

const measure = (samples: readonly TrackSample[]): TrustFigures => ({
  ...usualPicture,
  ...measureTrust(line, {
    ...{ picture, samples, scores: [0.8, 0.6] },
    ...{ framesPerSecond: 10, observedSeconds: 3600 },
  }),
});

describe('figures of an hour', () => {
  it('finds nothing wrong with people who walk through', () => {
    const figures = measure([walk(100, 500, 0), walk(500, 100, 10_000)]);
    expect(figures).toMatchObject({
      ...{ tracks: 2, passages: 2, bornShare: 0, endedShare: 0, fragments: 0 },
      ...{ heightPx: 80, framesPerSecond: 10, observedShare: 1, labels: { person: 2 } },
    });
    expect(figures.score).toBeCloseTo(0.7);
  });

  it.each([
    ['goes on a second later close by', 5_000, 323, 1 / 3],
    ['goes on five seconds later', 9_000, 323, 0],
  ])('sees a walk broken at the line that %s', (_, startMs, x, fragments) => {
    const figures = measure([
      walk(100, 317, 0),
      walk(x, 500, startMs),
      walk(100, 500, 20_000),
      walk(500, 100, 30_000),
    ]);
    expect(figures).toMatchObject({
      tracks: 4,
      bornShare: 0.25,
      endedShare: 0.25,
      passages: 2,
      fragments,
    });
  });

  it('sees walks that break before the line and go on behind it, though no track came to it', () => {
    const figures = measure([walk(100, 300, 0), walk(340, 500, 5_000), walk(100, 500, 20_000)]);
    expect(figures).toMatchObject({ tracks: 1, passages: 1, fragments: 0.5 });
  });

  it('leaves out who does not count there or does not come there', () => {
    const car: TrackSample = { ...walk(100, 500, 0), label: 'vehicle' };
    expect(measure([car, walk(20, 60, 0)])).toMatchObject({ tracks: 0, bornShare: null });
  });
});

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Fault {
  /** Share of the walks that break at the line */
  readonly broken: number;
  readonly observedSeconds: number;
  readonly score: number;
  readonly scale: number;
  /** Share of those at the line that are vehicles, on a line that counts all */
  readonly vehicles: number;
  readonly camera: Partial<CameraFigures>;
}
const clean: Fault = {
  ...{ broken: 0.04, observedSeconds: 3600, score: 0.75, scale: 1, vehicles: 0.2, camera: {} },
};

/** An hour with 40 to 120 walks of which some break at the line, as the tracker would leave them. */
function hourOf(index: number, random: () => number, fault: Partial<Fault> = {}): KnownHour {
  const { broken, observedSeconds, score, scale, vehicles, camera } = { ...clean, ...fault };
  const count = 40 + Math.floor(random() * 80);
  const samples = Array.from({ length: count }, (_, walker): TrackSample[] => {
    const startMs = walker * 30_000;
    const tall = scale * (0.9 + 0.2 * random());
    const size = (sample: TrackSample): TrackSample => ({
      ...sample,
      jitterPx: 0.8 + 0.4 * random(),
      looks: sample.looks.map((look) => ({ ...look, top: look.bottom - 80 * tall })),
    });
    const isVehicle = random() < vehicles;
    const whole = { ...walk(100, 500, startMs), ...(isVehicle && { label: 'vehicle' as const }) };
    if (random() >= broken) return [size(whole)];
    return [size(walk(100, 318, startMs)), size(walk(322, 500, startMs + 4_500))];
  }).flat();
  const scores = samples.map(() => score + 0.2 * (random() - 0.5));
  const data = { picture, samples, scores, framesPerSecond: 10, observedSeconds };
  const around = (value: number): number => value * (0.97 + 0.06 * random());
  const tracks = 30 + Math.floor(random() * 60);
  const seenFrames = Math.round(tracks * 100 * (0.93 + 0.03 * random()));
  const usual: CameraFigures = {
    ...{ brightness: around(0.45), sharpness: around(9), shakePx: around(0.1) },
    groups: [
      { ...seenWell, tracks, frames: tracks * 100, seenFrames, broken: tracks >> 5 },
      { ...seenFar, tracks, frames: tracks * 50, seenFrames: seenFrames >> 1, broken: tracks >> 5 },
    ],
  };
  const ofAll = { ...line, labels: [] };
  return {
    from: index * hourMs,
    figures: { ...measureTrust(ofAll, data), ...usual, ...camera },
  };
}

describe('verdict on an hour', () => {
  const random = randomOf(7);
  const week = Array.from({ length: 48 }, (_, index) => hourOf(index, random));
  const judge = (fault: Partial<Fault>) => judgeHour(hourOf(48, randomOf(99), fault), week);

  it.each<[string, Partial<Fault>, string, readonly string[]]>([
    ['clean', {}, 'reliable', []],
    ['half broken', { broken: 0.5 }, 'unreliable', ['many-fragments', 'many-born', 'many-ended']],
    ['frozen for 20 minutes', { observedSeconds: 2400 }, 'unreliable', ['not-observed']],
    ['frozen for 3 minutes', { observedSeconds: 3420 }, 'doubtful', ['not-observed']],
    ['of low score as at night', { score: 0.5 }, 'unreliable', ['low-score']],
    ['seen by a camera that was turned', { scale: 2.2 }, 'unreliable', ['size-changed']],
    ['full of vehicles', { vehicles: 0.9 }, 'doubtful', ['mix-changed']],
    ['lit by half its lamps', { camera: { brightness: 0.2 } }, 'doubtful', ['light-changed']],
    ['seen through a dirty lens', { camera: { sharpness: 5 } }, 'unreliable', ['blurred']],
    ['seen by a loose camera', { camera: { shakePx: 2 } }, 'unreliable', ['shaking']],
    [
      'bad for those of middle size',
      {
        camera: {
          groups: [
            { ...seenWell, seenFrames: 3600 },
            { ...seenFar, seenFrames: 2700 },
          ],
        },
      },
      ...(['unreliable', ['seen-less']] as const),
    ],
    [
      'bad for a few of middle size',
      { camera: { groups: [{ ...seenWell, tracks: 9, seenFrames: 3600 }] } },
      ...(['reliable', []] as const),
    ],
    [
      'one in which those of middle size break',
      {
        camera: {
          groups: [
            { ...seenWell, seenFrames: 5640, broken: 40 },
            { ...seenFar, seenFrames: 2700 },
          ],
        },
      },
      ...(['unreliable', ['breaks-more']] as const),
    ],
    [
      'bad for all',
      {
        camera: {
          groups: [
            { ...seenWell, seenFrames: 3600, broken: 40 },
            { ...seenFar, seenFrames: 1500, broken: 40 },
          ],
        },
      },
      ...(['unreliable', ['all-seen-less', 'all-break-more']] as const),
    ],
  ])('that was %s', (_, fault, verdict, codes) => {
    const told = judge(fault);
    expect(told.verdict).toBe(verdict);
    expect(told.reasons.map(({ code }) => code)).toEqual(expect.arrayContaining([...codes]));
    expect(told.reasons.length === 0).toBe(codes.length === 0);
  });

  it('calls clean hours reliable, whatever the seed', () => {
    let alarms = 0;
    let hours = 0;
    for (let seed = 1; seed <= 12; seed += 1) {
      const drawn = randomOf(seed);
      const days = Array.from({ length: 36 }, (_, index) => hourOf(index, drawn));
      for (const hour of days) {
        hours += 1;
        if (judgeHour(hour, days).verdict !== 'reliable') alarms += 1;
      }
    }
    process.stdout.write(`trust: ${String(alarms)} false alarms in ${String(hours)} clean hours\n`);
    expect(alarms / hours).toBeLessThan(0.01);
  });

  it('notices an hour to which nobody came, when the same hour is known from five days', () => {
    const days = Array.from({ length: 14 }, (_, day): KnownHour => {
      const hour = hourOf(day * 24, randomOf(day));
      return { ...hour, figures: { ...hour.figures, tracks: 90 + (day % 5) } };
    });
    const empty = { from: 14 * 24 * hourMs, figures: { ...measure([]), score: null } };
    expect(judgeHour(empty, days)).toMatchObject({
      verdict: 'doubtful',
      reasons: [{ code: 'few-tracks', value: 0 }],
    });
    expect(judgeHour({ ...empty, from: empty.from + hourMs }, days).verdict).toBe('unknown');
  });

  it('never calls reliable what breaks more often than not, however usual that is', () => {
    const drawn = randomOf(3);
    const bad = Array.from({ length: 30 }, (_, index) => hourOf(index, drawn, { broken: 0.8 }));
    expect(bad.map((hour) => judgeHour(hour, bad).verdict)).not.toContain('reliable');
  });

  it('says that it knows too little before twelve hours, and of an hour with few tracks', () => {
    const early = judgeHour(hourOf(48, randomOf(1)), week.slice(0, 11));
    expect(early).toMatchObject({
      verdict: 'unknown',
      reasons: [{ code: 'no-normal-yet', value: 11 }],
    });
    const quiet = { from: 49 * hourMs, figures: measure([walk(100, 500, 0)]) };
    expect(judgeHour(quiet, week).reasons.map(({ code }) => code)).toContain('too-few-to-tell');
  });
});
