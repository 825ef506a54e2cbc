import { describe, expect, it } from 'vitest';
import type { Track } from '#contract/detection.ts';
import type { TrajectoryBlock } from '#engine/base/trajectory.ts';
import { findBroken } from '#engine/counting/broken-tracks.ts';
import { lightOf, measureGroups } from '#engine/counting/seen-groups.ts';
import { sampleTracks } from '#engine/counting/track-samples.ts';
import { decodeBlock } from '#engine/trajectories/path-codec.ts';
import { createTrajectoryRecorder } from '#engine/trajectories/recorder.ts';
import { picture, trackAt } from './walks.ts';

type Frame = readonly Track[];

/** Blocks as they are written down at ten frames a second, the first from 0 ms on. */
function blocksOf(frames: readonly Frame[]): TrajectoryBlock[] {
  const recorder = createTrajectoryRecorder({ picture, isNearLine: () => false });
  const blocks = frames.map((tracks, frame) => recorder.see(tracks, frame * 100));
  return [...blocks, recorder.flush()].flatMap((block) =>
    block === null ? [] : [decodeBlock({ ...block, epoch: 1 })],
  );
}

const groupsOf = (
  frames: readonly Frame[],
  zones: Parameters<typeof measureGroups>[2]['zones'] = [],
) => {
  const blocks = blocksOf(frames);
  const broken = findBroken(sampleTracks(blocks));
  return measureGroups(blocks, broken, { zones, lightAt: () => 'bright' });
};

/** One who stands at a place, by the frames in which it is seen; `.` where it is not. */
const standing = (seen: string, at: Partial<Track> = {}, x = 0.1): Frame[] =>
  Array.from(seen, (sign) => (sign === '.' ? [] : [trackAt({ x, y: 0.6 }, at)]));

const empty = (count: number): Frame[] => Array.from({ length: count }, () => []);

describe('groups of tracks', () => {
  it('count the frames of a life and those that found the track', () => {
    const groups = groupsOf(standing('xxxx..xxxx'));
    const seen = { tracks: 1, frames: 10, seenFrames: 8, broken: 0 };
    expect(groups).toEqual([
      { by: 'light', name: 'bright', ...seen },
      { by: 'place', name: 'left', ...seen },
      { by: 'size', name: 'medium', ...seen },
    ]);
  });

  it('go on over the end of a block', () => {
    const frames = [...empty(290), ...standing('xxxxxx........xxxxxx')];
    expect(blocksOf(frames)).toHaveLength(2);
    expect(groupsOf(frames)).toContainEqual(
      expect.objectContaining({ by: 'size', tracks: 1, frames: 20, seenFrames: 12 }),
    );
  });

  it('have each frame where the track was then', () => {
    const walk = Array.from({ length: 31 }, (_, frame) => [
      trackAt({ x: 0.05 + 0.03 * frame, y: 0.6 }),
    ]);
    const places = groupsOf(walk).filter(({ by }) => by === 'place');
    expect(places.map(({ name, tracks }) => [name, tracks])).toEqual([
      ['left', 1],
      ['middle', 1],
      ['right', 1],
    ]);
    expect(places.reduce((sum, { frames }) => sum + frames, 0)).toBe(31);
  });

  it('are told by zone and its revision', () => {
    const corner = (x: number, y: number) => ({ x, y });
    const hall = {
      ...{ id: 'hall', revision: 3 },
      points: [corner(0, 0.5), corner(0.3, 0.5), corner(0.3, 1), corner(0, 1)],
    };
    const frames = [...standing('xxxx'), ...standing('xxxx', { trackId: 2 }, 0.8)];
    expect(groupsOf(frames, [hall]).filter(({ by }) => by === 'zone')).toEqual([
      { by: 'zone', name: 'hall:3', tracks: 1, frames: 4, seenFrames: 4, broken: 0 },
    ]);
  });

  it('leave out what was never confirmed', () => {
    expect(groupsOf(standing('xxxxxx', { isConfirmed: false }))).toEqual([]);
  });

  it('tell which tracks broke', () => {
    const frames = [
      ...empty(30),
      ...standing('xxxxxxxxxx', { trackId: 1 }),
      ...empty(5),
      ...standing('xxxxxxxxxx', { trackId: 2 }),
      ...empty(30),
    ];
    expect(groupsOf(frames)).toContainEqual(
      expect.objectContaining({ by: 'place', name: 'left', tracks: 2, broken: 1 }),
    );
  });

  it.each([
    [0.5, 'bright'],
    [0.2, 'dusk'],
    [0.1, 'dark'],
  ])('call a brightness of %f %s', (brightness, light) => {
    expect(lightOf(brightness)).toBe(light);
  });
});
