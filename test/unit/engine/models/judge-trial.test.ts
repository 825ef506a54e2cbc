import { describe, expect, it } from 'vitest';
import { judgeTrial, type TrialEvidence } from '#engine/models/judge-trial.ts';

/** A good model after a minute at 10 frames per second. */
const good: TrialEvidence = {
  frames: 600,
  failures: 0,
  compared: 60,
  expectedBoxes: 120,
  matchedBoxes: 115,
  foundBoxes: 130,
  p50Ms: 26,
  p95Ms: 30,
  formerP95Ms: 25,
  frameMs: 100,
  oldestRunMs: 12,
  growthBytes: 80e6,
  workerEnds: 0,
  boxesPerFrame: 2,
  formerBoxesPerFrame: 2.1,
  framesBefore: 5_000,
  crossings: 20,
  expectedCrossings: 22,
};

describe('a new model on trial', () => {
  it.each<[string, Partial<TrialEvidence>, string | null]>([
    ['does as well as before', {}, null],
    ['fails now and then', { failures: 20 }, null],
    ['fails often', { failures: 60 }, 'it failed on 10 % of the frames'],
    ['fails on its first two frames, which says little', { frames: 2, failures: 2 }, null],
    ['fails on all of its first ten frames', { frames: 10, failures: 10 }, 'it failed on 100 %'],
    ['misses boxes', { matchedBoxes: 60 }, 'it finds only 50 %'],
    ['misses boxes, of which there were few', { expectedBoxes: 20, matchedBoxes: 0 }, null],
    ['is slow', { p95Ms: 400 }, 'it needs 400 ms for a frame, and more than 100 ms'],
    ['is slow from the start', { frames: 30, p50Ms: 300, p95Ms: 400 }, 'it needs 300 ms'],
    ['begins while the PC is busy for a second', { frames: 60, p95Ms: 400 }, null],
    ['is slower, but fast enough for the camera', { p95Ms: 95 }, null],
    ['hangs', { oldestRunMs: 6_000 }, 'a run did not end within 6.0 s'],
    ['leaks', { growthBytes: 900e6 }, 'its memory grew by 900 MB'],
    ['breaks its worker down', { workerEnds: 1 }, 'its worker process broke down'],
    ['sees less traffic, as the former one does', { boxesPerFrame: 0.1, crossings: 0 }, null],
    [
      'sees less than before, and nothing says that the former one would too',
      { expectedBoxes: 0, matchedBoxes: 0, boxesPerFrame: 0.1 },
      'it finds 5 % of what was found before it',
    ],
    [
      'counts less than before, and nothing says that the former one would too',
      { expectedBoxes: 0, matchedBoxes: 0, crossings: 2 },
      'it has counted 2 crossings where about 22 were expected',
    ],
  ])('that %s', (_, changes, expected) => {
    const verdict = judgeTrial({ ...good, ...changes });
    if (expected === null) expect(verdict).toBeNull();
    else expect(verdict).toContain(expected);
  });
});
