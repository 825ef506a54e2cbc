/**
 * The motion gate of one camera: knows for each frame what the network would find, where that is known without it.
 */
import type { Seen } from '#engine/base/seen.ts';
import type { Clock } from './base/clock.ts';
import type { Frame } from './base/frame.ts';
import type { FrameQueue } from './base/frame-queue.ts';
import type { CameraCounter } from './camera-counter.ts';
import { createMotionGate } from './capture/motion-gate.ts';

type Watched = Pick<CameraCounter, 'isIdle' | 'isSteady'>;

export interface LaneGate {
  /** Takes in the newest frame. */
  see(frame: Frame, counter: Watched | null): void;
  /** What is in the newest frame: nothing, or what the last look has found. Null when the network must look. */
  known(counter: Watched): readonly Seen[] | null;
  /** The newest frame goes to the network. */
  looked(): void;
  /** What the network has found in it */
  found(detections: readonly Seen[]): void;
  /** Share of the last frames that no network had to look at, 0…1 */
  share(): number;
}

const windowFrames = 600;

export function createLaneGate(
  queue: Pick<FrameQueue, 'bytes' | 'layout'>,
  clock: Clock,
): LaneGate {
  const gate = createMotionGate();
  const newest = new Uint8Array(windowFrames);
  let last: readonly Seen[] = [];
  let frames = 0;
  let passed = 0;

  function note(isPassed: 0 | 1): void {
    const place = frames++ % windowFrames;
    passed += isPassed - (newest[place] ?? 0);
    newest[place] = isPassed;
  }

  function judge(counter: Watched): readonly Seen[] | null {
    const nowMs = clock.monotonicMs();
    if (counter.isIdle() && gate.isQuiet(nowMs)) return [];
    return counter.isSteady() &&
      gate.isStill(
        nowMs,
        last.map(({ box }) => box),
      )
      ? last
      : null;
  }

  return {
    see(frame, counter) {
      const layout = queue.layout();
      if (!layout) return;
      const now = { isIdle: counter?.isIdle() ?? false, atMs: clock.monotonicMs() };
      gate.see(queue.bytes(frame.slot), layout.analysis, now);
    },
    known(counter) {
      const detections = judge(counter);
      if (detections) note(1);
      return detections;
    },
    looked() {
      gate.looked(clock.monotonicMs());
      note(0);
    },
    found(detections) {
      last = detections;
    },
    share: () => (frames === 0 ? 0 : passed / Math.min(frames, windowFrames)),
  };
}
