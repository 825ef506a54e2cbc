import { describe, expect, it } from 'vitest';
import type { Line } from '#contract/counting.ts';
import type { Track } from '#contract/detection.ts';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene } from '#engine/capture/simulated/scene.ts';
import { checkLine, mapPicture } from '#engine/counting/line-doctor.ts';
import { sampleTracks } from '#engine/counting/track-samples.ts';
import { createByteTracker } from '#engine/tracking/byte-tracker.ts';
import { decodeBlock } from '#engine/trajectories/path-codec.ts';
import { createTrajectoryRecorder } from '#engine/trajectories/recorder.ts';

const scene = createScene(parseSimulatedUrl('simulated://plaza?people=12&seed=7&fps=10', 10).scene);
const picture = { width: scene.options.width, height: scene.options.height };
const fps = 10;

/** A minute of the plaza, as a network that sees whole bodies only would see it. */
function plaza() {
  const tracker = createByteTracker({ picture, fps });
  const recorder = createTrajectoryRecorder({ picture, isNearLine: () => false });
  const blocks = Array.from({ length: 60 * fps }, (_, frame) => {
    const seen = scene
      .truth(frame)
      .filter(({ visibleShare }) => visibleShare >= 0.5)
      .map(({ box, label }) => ({ box, label, score: 0.9 }));
    const tracks: Track[] = tracker.update(seen, frame / fps);
    return recorder.see(tracks, frame * 100);
  });
  const decoded = [...blocks, recorder.flush()]
    .filter((block) => block !== null)
    .map((block) => decodeBlock({ ...block, epoch: 1 }));
  return { picture, samples: sampleTracks(decoded), from: 0, to: 60_000 };
}

const upright = (x: number): Pick<Line, 'points' | 'anchor' | 'labels'> => ({
  points: [
    { x, y: 0.05 },
    { x, y: 1 },
  ],
  anchor: 'bottom',
  labels: [],
});

describe('the line doctor on the plaza', () => {
  const data = plaza();

  it('ranks a line in the middle above one at the edge, and says what is wrong there', () => {
    const inside = checkLine(upright(0.5), data);
    const atEdge = checkLine(upright(0.004), data);
    expect(inside.verdict).toBe('countable');
    expect(atEdge.score).toBeLessThan(inside.score);
    expect(['not-countable', 'doubtful', 'unknown']).toContain(atEdge.verdict);
    expect(atEdge.faults.length).toBeGreaterThan(0);
  });

  it('says nothing where nobody walks', () => {
    const sky = {
      ...upright(0.5),
      points: [
        { x: 0.4, y: 0.01 },
        { x: 0.6, y: 0.01 },
      ],
    };
    expect(checkLine(sky, data)).toMatchObject({ verdict: 'unknown', faults: ['too-few-tracks'] });
  });

  it('maps the picture: worse at the edges than within, nothing in the sky', () => {
    const { scores, columns, rows } = mapPicture('bottom', data);
    const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
    const column = (x: number) =>
      Array.from({ length: rows }, (_, row) => scores[row * columns + x] ?? -1).filter(
        (s) => s >= 0,
      );
    expect(scores.slice(0, columns).every((score) => score === -1)).toBe(true);
    expect(mean([...column(0), ...column(columns - 1)])).toBeLessThan(
      mean([...column(columns / 2), ...column(columns / 2 - 1)]),
    );
  });
});
