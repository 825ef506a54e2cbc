import { describe, expect, it, vi } from 'vitest';
import type { Detection } from '#contract/detection.ts';
import { createCameraCounter } from '#engine/camera-counter.ts';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene } from '#engine/capture/simulated/scene.ts';
import type { CountingPlan } from '#engine/counting-plan.ts';
import { cornersOf, trueEntries, truthOf } from '#test/zone-truth.ts';
import { aFlow, aLine, aZone } from '#test/store.ts';

/** A minute is counted several times. */
vi.setConfig({ testTimeout: 180_000 });

const fps = 10;
const frames = 600;
const scene = createScene(parseSimulatedUrl('simulated://plaza?people=8&seed=7', fps).scene);
const picture = { width: scene.options.width, height: scene.options.height };
const rectangle = { left: 0.15, right: 0.45, top: 0.4, bottom: 0.95 };
const plan: CountingPlan = {
  lines: [
    {
      ...aLine({
        points: [
          { x: 0.5, y: 0.98 },
          { x: 0.5, y: 0.3 },
        ],
      }),
      revision: 1,
    },
  ],
  zones: [{ ...aZone({ points: cornersOf(rectangle), loiterSeconds: 5 }), revision: 1 }],
  flows: [{ ...aFlow({ to: { on: 'line', lineId: 'door', direction: null } }), revision: 1 }],
};

const truth = truthOf(scene, frames);
const boxes = truth.map((objects): Detection[] =>
  objects
    .filter((object) => object.visibleShare >= 0.35)
    .map(({ box, label }) => ({ box, label, score: 0.9 })),
);

/** Counts all frames; at each of `cuts` a new counter goes on from the checkpoint of the one before. */
function count(cuts: readonly number[] = []) {
  const open = (checkpoint: string | null) =>
    createCameraCounter({ picture, fps, plan, checkpoint });
  let counter = open(null);
  const counted = boxes.map((detections, frame) => {
    if (cuts.includes(frame)) counter = open(counter.checkpoint());
    const counts = counter.update(detections, { seconds: frame / fps, frameSeq: frame });
    return { ...counts, occupancy: counter.occupancy() };
  });
  return counted;
}

const whole = count();
const changes = whole.flatMap((frame) => frame.zoneChanges);
const entered = changes.filter(({ kind }) => kind === 'enter');

describe('a camera that counts in zones', () => {
  it('sees enter whoever truly goes in, and nobody else', () => {
    const stays = trueEntries(truth, rectangle, fps);
    // Who only brushes the edge, or is hidden, may be seen or not.
    const definite = stays.filter((entry) => entry.staySeconds >= 1 && entry.depth >= 0.03);
    expect(definite.length).toBeGreaterThan(10);
    const isNear = (seconds: number, others: readonly number[]) =>
      others.some((other) => Math.abs(other - seconds) <= 1);
    const times = entered.map(({ atSeconds }) => atSeconds);
    const missed = definite.filter((entry) => entry.isSeen && !isNear(entry.seconds, times));
    const invented = times.filter(
      (time) =>
        !stays.some(
          (entry) => time >= entry.seconds - 1 && time <= entry.seconds + entry.staySeconds + 1,
        ),
    );
    expect({ missed, invented }).toEqual({ missed: [], invented: [] });
  });

  it('has inside who entered and has not left, on every frame', () => {
    let inside = 0;
    for (const { zoneChanges, occupancy } of whole) {
      for (const { kind } of zoneChanges) {
        if (kind === 'enter') inside++;
        if (kind === 'leave') inside--;
      }
      expect(occupancy).toMatchObject([{ zoneId: 'hall', count: inside }]);
    }
  });

  it('calls loitering what lasts longer than the limit, once per stay', () => {
    const loitered = changes.filter(({ kind }) => kind === 'loiter');
    expect(loitered.length).toBeGreaterThan(0);
    for (const { dwellSeconds } of loitered) expect(dwellSeconds).toBeGreaterThanOrEqual(5);
    const long = changes.filter(({ kind, dwellSeconds }) => kind === 'leave' && dwellSeconds >= 5);
    expect(loitered.length).toBeGreaterThanOrEqual(long.length);
  });

  it('counts who goes from the zone over the line', () => {
    expect(whole.flatMap((frame) => frame.passages).length).toBeGreaterThan(0);
  });

  it('goes on from checkpoints as if nothing had happened', () => {
    expect(count([3, 157, 400, 401, 577])).toEqual(whole);
  });

  it('keeps what it knows when another zone is drawn, and begins anew with a new revision', () => {
    const counter = createCameraCounter({ picture, fps, plan, checkpoint: null });
    const insideAt = (frame: number) => whole[frame]?.occupancy[0]?.count ?? 0;
    const last = boxes.findIndex((_, frame) => insideAt(frame) > 0);
    for (let frame = 0; frame <= last; frame++) {
      counter.update(boxes[frame] ?? [], { seconds: frame / fps, frameSeq: frame });
    }
    const [zone] = plan.zones;
    counter.setPlan({ ...plan, zones: [...plan.zones, { ...zone!, id: 'other' }] });
    expect(counter.occupancy().map((each) => [each.zoneId, each.count])).toEqual([
      ['hall', insideAt(last)],
      ['other', 0],
    ]);
    counter.setPlan({ ...plan, zones: [{ ...zone!, revision: 2 }] });
    expect(counter.occupancy()).toMatchObject([{ zoneId: 'hall', count: 0 }]);
  });

  it('does not count on a line who is smaller than its least size', () => {
    const crossings = (minHeight: number) => {
      const [line] = plan.lines;
      const counter = createCameraCounter({
        picture,
        fps,
        plan: { lines: [{ ...line!, minHeight }], zones: [], flows: [] },
        checkpoint: null,
      });
      return boxes.flatMap(
        (detections, frame) =>
          counter.update(detections, { seconds: frame / fps, frameSeq: frame }).crossings,
      );
    };
    const all = crossings(0);
    const middle = all.map(({ box }) => box.height).sort((a, b) => a - b)[all.length >> 1]!;
    const large = crossings(middle);
    expect(large.length).toBeLessThan(all.length);
    expect(
      large.map(({ trackId, direction, atSeconds }) => [trackId, direction, atSeconds]),
    ).toEqual(
      all
        .filter(({ box }) => box.height >= middle)
        .map(({ trackId, direction, atSeconds }) => [trackId, direction, atSeconds]),
    );
  });
});
