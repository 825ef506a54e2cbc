import { describe, expect, it } from 'vitest';
import type { Detection } from '#contract/detection.ts';
import type { FrameLayout } from '#engine/base/frame.ts';
import { compareBoxes } from '#engine/box-agreement.ts';
import { createLaneTrial } from '#engine/lane-trial.ts';
import type { CameraSlots } from '#engine/inference/inference-protocol.ts';
import { yoloxNanoCard } from '#test/cards.ts';

const at = (x: number, score = 0.9, label: Detection['label'] = 'person'): Detection => ({
  box: { x, y: 0.2, width: 0.1, height: 0.3 },
  score,
  label,
});

describe('agreement of boxes', () => {
  it.each<[string, Detection[], Detection[], [number, number, number]]>([
    ['the same', [at(0.1), at(0.5)], [at(0.1), at(0.5)], [2, 2, 2]],
    ['a little moved and less sure', [at(0.1)], [at(0.12, 0.35)], [1, 1, 0]],
    ['elsewhere', [at(0.1)], [at(0.3)], [1, 0, 1]],
    ['another label', [at(0.1)], [at(0.1, 0.9, 'vehicle')], [1, 0, 1]],
    ['one box for two', [at(0.1), at(0.11)], [at(0.1)], [2, 1, 1]],
    ['unsure of the reference do not count', [at(0.1, 0.4)], [], [0, 0, 0]],
  ])('%s', (_, reference, other, [expected, matched, found]) => {
    expect(compareBoxes(reference, other)).toEqual({ expected, matched, found });
  });
});

describe('the trial of a model on a camera', () => {
  const layout: FrameLayout = {
    picture: { width: 2, height: 1 },
    analysis: { width: 2, height: 1 },
  };

  it('copies each second frame, compares when the former model has looked, and counts failures', () => {
    const slots: CameraSlots[] = [];
    const trial = createLaneTrial({
      trial: { former: { path: '', digest: 'old', card: yoloxNanoCard }, share: 0.5 },
      digest: 'new',
      slotsId: 'gate/copy',
      setSlots: (given) => slots.push(given),
      nowMs: () => 7,
    });
    const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6);
    trial.saw([at(0.1)], pixels, layout);
    pixels.fill(9);
    expect([...new Uint8Array(slots[0]!.shared)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(trial.waitingSinceMs()).toBe(7);
    trial.start();
    expect(trial.waitingSinceMs()).toBeNull();
    // While the former model looks, no other copy is taken.
    trial.saw([], pixels, layout);
    trial.saw([], pixels, layout);
    trial.compared([at(0.1), at(0.5)]);
    trial.failed();
    trial.saw([], pixels, layout);
    trial.compared(null);
    expect(slots).toHaveLength(1);
    expect(trial.figures()).toEqual({
      digest: 'new',
      frames: 5,
      failures: 1,
      boxes: 1,
      compared: 1,
      agreement: { expected: 2, matched: 1, found: 1 },
    });
  });
});
