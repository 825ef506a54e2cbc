import { describe, expect, it } from 'vitest';
import type { Line } from '#contract/counting.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import type { TrajectoryBlock } from '#engine/base/trajectory.ts';
import { openDatabase } from '#engine/store/database.ts';
import { addObserved } from '#engine/store/coverage.ts';
import { createTrustReview } from '#engine/trust-review.ts';

const hourMs = 3_600_000;
const line: Line = {
  ...{ id: 'gate', cameraId: 'door', name: 'Gate', anchor: 'bottom', labels: ['person'] },
  ...{ revision: 1 },
  points: [
    { x: 0.5, y: 0 },
    { x: 0.5, y: 1 },
  ],
};

/** Ten frames a second for a minute, then nothing moves for the rest of the hour. */
function minuteOf({ from }: TimeSpan): TrajectoryBlock {
  return {
    ...{ epoch: 1, picture: { width: 640, height: 360 }, parts: [] },
    frameMs: Array.from({ length: 600 }, (_, frame) => from + frame * 100),
  };
}

function reviewOf(options: { readonly msPerHour: number; readonly observed: TimeSpan }) {
  const database = openDatabase({ file: ':memory:', role: 'writer' });
  addObserved(database, 'door', options.observed);
  const measured: number[] = [];
  let elapsed = 0;
  const ask = createTrustReview(
    database,
    ({ span }) => {
      measured.push(span.from / hourMs);
      elapsed += options.msPerHour;
      return [minuteOf(span)];
    },
    () => elapsed,
  );
  const question = { line, span: { from: 0, to: 6 * hourMs }, now: 6.5 * hourMs };
  return { measured, ask: () => ask(question, () => false) };
}

describe('hours of a line', () => {
  it('are observed whole when nothing moved for most of them', () => {
    const { ask } = reviewOf({ msPerHour: 1, observed: { from: 0, to: 6 * hourMs } });
    const { hours, missingHours } = ask();
    expect(missingHours).toBe(0);
    expect(hours).toHaveLength(6);
    for (const { figures, reasons } of hours) {
      expect(figures.observedShare).toBe(1);
      expect(figures.framesPerSecond).toBe(10);
      expect(reasons.map(({ code }) => code)).not.toContain('not-observed');
    }
  });

  it('are unreliable where the camera was not observed', () => {
    const { ask } = reviewOf({ msPerHour: 1, observed: { from: 0, to: 4.5 * hourMs } });
    expect(ask().hours.map(({ verdict }) => verdict)).toEqual([
      ...['unknown', 'unknown', 'unknown', 'unknown', 'unreliable', 'unreliable'],
    ]);
  });

  it('are measured for a second at a time, the newest first, and each once', () => {
    const story = reviewOf({ msPerHour: 600, observed: { from: 0, to: 6 * hourMs } });
    expect(story.ask()).toMatchObject({ missingHours: 4 });
    expect(story.measured).toEqual([5, 4]);
    expect(story.ask().hours.map(({ from }) => from / hourMs)).toEqual([2, 3, 4, 5]);
    expect(story.ask()).toMatchObject({ missingHours: 0 });
    story.ask();
    expect(story.measured).toEqual([5, 4, 3, 2, 1, 0]);
  });
});
