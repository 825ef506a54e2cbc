/**
 * Made-up tracks for property tests in which identities break far oftener than with any tracker: people walk to and fro over a line
 * while their numbers are lost, taken over by newborns, and come back on themselves or on somebody else.
 */
import fc from 'fast-check';
import type { Label, Track } from '#contract/detection.ts';
import { randomFrom } from './crowd.ts';

export interface Brokenness {
  readonly people: number;
  /** Mean time for which a number stays, and for which nobody sees a person between two, seconds */
  readonly staySeconds: number;
  readonly holeSeconds: number;
  /** How often a number that was there before comes back instead of a new one */
  readonly oldShare: number;
  /** So many first looks of a number, at most, are not confirmed yet */
  readonly unconfirmed: number;
  /** How far apart the people walk, in pictures */
  readonly apart: number;
  readonly seed: number;
}

export const anyBrokenness: fc.Arbitrary<Brokenness> = fc.record({
  people: fc.integer({ min: 1, max: 5 }),
  staySeconds: fc.constantFrom(0.4, 1, 3, 8),
  holeSeconds: fc.constantFrom(0.1, 0.3, 0.8, 1.5),
  oldShare: fc.constantFrom(0, 0.5, 0.9, 1),
  unconfirmed: fc.constantFrom(0, 0, 2, 4),
  apart: fc.constantFrom(0.01, 0.05, 0.2),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
});

/** Who carries which number until when; the person is not seen while `trackId` is null. */
interface Carried {
  readonly trackId: number | null;
  readonly untilFrame: number;
}

/** The tracks frame by frame. */
export function brokenTracks(of: Brokenness, fps: number, frames: number): Track[][] {
  const random = randomFrom(of.seed);
  const firstLooks = new Map<number, number>();
  const carried: Carried[] = Array.from({ length: of.people }, () => ({
    trackId: null,
    untilFrame: -1,
  }));
  const ways = carried.map(() => ({
    swing: 0.04 + 0.2 * random(),
    seconds: 3 + 9 * random(),
    phase: 2 * Math.PI * random(),
    x: 0.5 + of.apart * (random() - 0.5) * 2,
    height: 0.15 * (0.85 + 0.3 * random()),
  }));
  const numberFor = (): number => {
    const free = [...firstLooks.keys()].filter((id) =>
      carried.every(({ trackId }) => trackId !== id),
    );
    const old = random() < of.oldShare ? free[Math.floor(random() * free.length)] : undefined;
    const id = old ?? firstLooks.size + 1;
    if (old === undefined) firstLooks.set(id, Math.floor(random() * (of.unconfirmed + 1)));
    return id;
  };
  const lasts = (mean: number): number => Math.ceil(-Math.log(1 - random()) * mean * fps);

  return Array.from({ length: frames }, (_, frame) => {
    const tracks: Track[] = [];
    carried.forEach(({ trackId, untilFrame }, person) => {
      if (frame > untilFrame) {
        carried[person] =
          trackId === null
            ? { trackId: numberFor(), untilFrame: frame + lasts(of.staySeconds) }
            : { trackId: null, untilFrame: frame + lasts(of.holeSeconds) - 1 };
      }
      const id = carried[person]?.trackId ?? null;
      const way = ways[person];
      if (id === null || way === undefined) return;
      const waiting = firstLooks.get(id) ?? 0;
      firstLooks.set(id, waiting - 1);
      const angle = (2 * Math.PI * frame) / (fps * way.seconds) + way.phase;
      const bottom = 0.5 + way.swing * Math.sin(angle) + 0.004 * (random() - 0.5);
      const x = way.x + 0.1 * Math.cos(angle / 3) + 0.004 * (random() - 0.5) - 0.03;
      const label: Label = random() < 0.02 ? 'vehicle' : 'person';
      const box = { x, y: bottom - way.height, width: 0.06, height: way.height };
      tracks.push({
        trackId: id,
        box,
        label,
        score: 1,
        isConfirmed: waiting <= 0,
        unseenSeconds: 0,
      });
    });
    return tracks.sort((a, b) => a.trackId - b.trackId);
  });
}
