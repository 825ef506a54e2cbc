/**
 * The side of the pipeline that takes frames, for a lower frame rate: each n-th frame goes on, the others give their slots back.
 *
 *   frame   0   1   2   3   4   5   6      n = 3
 *           ▼   ·   ·   ▼   ·   ·   ▼
 */
import type { Frame, FrameIntake } from './frame.ts';

/** Frames are counted by their number in the capture, so that it is the same ones each time. */
export function takeEachNth(
  intake: FrameIntake,
  n: number,
  onLeftOut: (frame: Frame) => void,
): FrameIntake {
  return {
    open: (layout) => intake.open(layout),
    take: () => intake.take(),
    bytes: (slot) => intake.bytes(slot),
    giveBack: (slot) => intake.giveBack(slot),
    put(frame) {
      if (frame.seq % n === 0) {
        intake.put(frame);
        return;
      }
      intake.giveBack(frame.slot);
      onLeftOut(frame);
    },
  };
}
