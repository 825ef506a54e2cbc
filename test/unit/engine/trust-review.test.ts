import { describe, expect, it } from 'vitest';
import type { Line } from '#contract/counting.ts';
import type { Track } from '#contract/detection.ts';
import type { MetricFacts } from '#engine/base/metric-facts.ts';
import { noFacts, noteAverage, toStored } from '#engine/base/metric-facts.ts';
import { createReview } from '#engine/review.ts';
import { addObserved } from '#engine/store/coverage.ts';
import { addMetrics } from '#engine/store/metrics.ts';
import { insertBlock } from '#engine/store/trajectories.ts';
import { addTrustHours, listUnmeasured } from '#engine/store/trust-hours.ts';
import { createTrajectoryRecorder } from '#engine/trajectories/recorder.ts';
import { memoryDatabase } from '#test/store.ts';
import { middle, path, picture, trackAt } from './counting/walks.ts';

const hourMs = 3_600_000;
const never = (): boolean => false;
const second: Line = { ...middle, id: 'second', revision: 4 };

function aCamera() {
  const database = memoryDatabase();
  const review = createReview(database);
  let epoch = 0;
  const measure = (hour: number) =>
    review.measureHour(
      { cameraId: 'cam', lines: [middle, second], zones: [], from: hour * hourMs },
      never,
    );
  return {
    database,
    measure,
    observe: (fromHour: number, toHour: number) =>
      addObserved(database, 'cam', { from: fromHour * hourMs, to: toHour * hourMs }),
    /** So many walk up the picture in the first minutes of an hour; frames are missed where `isMissed` says so. */
    walk(hour: number, people: number, isMissed: (frame: number) => boolean = () => false) {
      epoch += 1;
      const recorder = createTrajectoryRecorder({ picture, isNearLine: () => true });
      const steps = path([
        [0.5, 0.95],
        [0.5, 0.05],
      ]);
      let frame = 0;
      const see = (tracks: Track[]): void => {
        const block = recorder.see(tracks, hour * hourMs + frame * 100);
        frame += 1;
        if (block !== null) insertBlock(database, { cameraId: 'cam', epoch, block });
      };
      for (let person = 1; person <= people; person += 1) {
        for (let gap = 0; gap < 25; gap += 1) see([]);
        steps.forEach((feet, at) => {
          see(feet === null || isMissed(at) ? [] : [trackAt(feet, { trackId: person })]);
        });
      }
      for (let gap = 0; gap < 25; gap += 1) see([]);
      const block = recorder.flush();
      if (block !== null) insertBlock(database, { cameraId: 'cam', epoch, block });
    },
    picture(hour: number, facts: Partial<Record<keyof MetricFacts['averaged'], number>>) {
      const minute = noFacts();
      for (const [what, value] of Object.entries(facts)) {
        noteAverage(minute, what as keyof MetricFacts['averaged'], value);
      }
      const rows = [0, 1, 2].map((at) => ({
        ...({ kind: 'camera', subject: 'cam', at: hour * hourMs + at * 60_000 } as const),
        facts: toStored(minute),
      }));
      addMetrics(database, { rows, serving: [], times: [] });
    },
    keep: (hour: number) => addTrustHours(database, [measure(hour)]),
    verdicts: (from: number, to: number) =>
      review.trustVerdicts({ line: middle, span: { from: from * hourMs, to: to * hourMs } }, never),
    judge: (from: number, to: number) =>
      review.trust({ line: middle, span: { from: from * hourMs, to: to * hourMs } }, never),
  };
}

describe('an hour of a camera', () => {
  it('is measured once for all its lines, and observed whole although nothing moved for most of it', () => {
    const camera = aCamera();
    camera.observe(0, 1);
    camera.walk(0, 3);
    camera.picture(0, { brightness: 0.1, sharpness: 7, shakePx: 0.5 });
    const { lines, camera: ofCamera } = camera.measure(0);
    expect(lines.map(({ lineId, revision }) => [lineId, revision])).toEqual([
      ['middle', 1],
      ['second', 4],
    ]);
    expect(lines[0]?.figures).toMatchObject({
      ...{ tracks: 3, passages: 3, observedShare: 1, framesPerSecond: 10, switches: 0 },
    });
    expect(ofCamera).toMatchObject({ sharpness: 7, shakePx: 0.5 });
    expect(ofCamera?.brightness).toBeCloseTo(0.1);
    expect(ofCamera?.groups).toContainEqual(
      expect.objectContaining({ by: 'light', name: 'dark', tracks: 3 }),
    );
  });

  it('is known to have nothing, and is not measured again', () => {
    const camera = aCamera();
    camera.walk(4, 1);
    camera.keep(5);
    expect(camera.measure(5)).toMatchObject({ camera: null, lines: [{ figures: null }, {}] });
    const span = { from: hourMs / 2, to: 7 * hourMs };
    const left = (lines: readonly Line[]) =>
      listUnmeasured(camera.database, { cameraId: 'cam', lines, span }).map((at) => at / hourMs);
    expect(left([middle, second])).toEqual([4, 6]);
    expect(left([{ ...middle, revision: 2 }, second])).toEqual([4, 5, 6]);
    expect(camera.judge(0, 10).hours).toEqual([]);
  });
});

it('has no hours to measure before the first path of its camera', () => {
  const camera = aCamera();
  const query = { cameraId: 'cam', lines: [middle], span: { from: 0, to: 10 * hourMs } };
  expect(listUnmeasured(camera.database, query)).toEqual([]);
  camera.walk(8, 1);
  expect(listUnmeasured(camera.database, query)).toEqual([8 * hourMs, 9 * hourMs]);
});

describe('measured hours', () => {
  it('are judged by those around them: a night in which people are lost for every third frame', () => {
    const camera = aCamera();
    camera.observe(0, 16);
    for (let hour = 0; hour < 16; hour += 1) {
      const isBad = hour === 14;
      camera.walk(hour, 11, (frame) => isBad && frame % 3 === 0 && frame > 3 && frame < 42);
      camera.picture(hour, { brightness: 0.5, sharpness: isBad ? 4 : 9, shakePx: 0.1 });
      camera.keep(hour);
    }
    const { hours, knownHours } = camera.judge(12, 16);
    expect(knownHours).toBe(16);
    expect(hours.map(({ from, verdict }) => [from / hourMs, verdict])).toEqual([
      [12, 'reliable'],
      [13, 'reliable'],
      [14, 'unreliable'],
      [15, 'reliable'],
    ]);
    const reasons = hours[2]?.reasons.map(({ code, of }) => [code, of]) ?? [];
    expect(reasons).toContainEqual(['blurred', undefined]);
    // Those of one size, one light and one place: all there are.
    expect(reasons).toContainEqual(['all-seen-less', undefined]);
    expect(reasons.map(([code]) => code)).not.toContain('seen-less');
    expect(camera.verdicts(12, 16)).toEqual({
      hours: hours.map(({ from, to, verdict, reasons: why }) => ({
        from,
        to,
        verdict,
        reasons: why,
      })),
      knownHours,
    });
  });

  it('are unreliable where the camera was not observed', () => {
    const camera = aCamera();
    camera.observe(0, 1.5);
    camera.walk(0, 2);
    camera.walk(1, 2);
    camera.keep(0);
    camera.keep(1);
    expect(camera.judge(0, 2).hours.map(({ verdict }) => verdict)).toEqual([
      'unknown',
      'unreliable',
    ]);
  });
});
