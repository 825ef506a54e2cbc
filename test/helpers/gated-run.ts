/**
 * Counts a scene twice, with every picture looked at and with quiet ones left to the motion gate, and compares.
 */
import type { Line, LineCrossing } from '#contract/counting.ts';
import type { Detection } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import type { Zone, ZoneChange } from '#contract/zone.ts';
import { createCameraCounter } from '#engine/camera-counter.ts';
import { createLaneGate } from '#engine/lane-gate.ts';

/** One picture with what the network finds in it. */
export interface GatedFrame {
  readonly seconds: number;
  readonly pixels: Uint8Array;
  readonly detections: readonly Detection[];
}

export interface GatedScene {
  readonly picture: Size;
  readonly analysis: Size;
  readonly fps: number;
}

export interface GatedResult {
  readonly frames: number;
  /** Share of the pictures that no network looked at */
  readonly gatedShare: number;
  readonly crossings: number;
  readonly stays: number;
  /** Crossings and stays that only one of the two runs has, or has at another frame */
  readonly differences: readonly string[];
}

export interface GatedRun {
  see(frame: GatedFrame): void;
  result(): GatedResult;
}

/** Lines every tenth of the picture in both orientations, and zones of its four quarters. */
export function createGatedRun(scene: GatedScene): GatedRun {
  const whole = createSide(scene);
  const gated = createSide(scene);
  const clock = { ms: 0, now: () => clock.ms, monotonicMs: () => clock.ms };
  let slot: Uint8Array = new Uint8Array(0);
  const layout = { picture: scene.picture, analysis: scene.analysis };
  const gate = createLaneGate({ bytes: () => slot, layout: () => layout }, clock);
  let frames = 0;
  let passed = 0;

  return {
    see({ seconds, pixels, detections }) {
      const at = { seconds, frameSeq: frames++ };
      whole.update(detections, at);
      clock.ms = seconds * 1000;
      slot = new Uint8Array(pixels);
      gate.see({ slot: 0, seq: at.frameSeq, mediaSeconds: seconds, capturedAt: 0 }, gated.counter);
      const known = gate.known(gated.counter);
      if (known) passed++;
      else {
        gate.looked();
        gate.found(detections);
      }
      gated.update(known ?? detections, at);
    },
    result() {
      const [a, b] = [whole.story(), gated.story()];
      return {
        frames,
        gatedShare: frames === 0 ? 0 : passed / frames,
        crossings: whole.crossings.length,
        stays: whole.stays.length,
        differences: [
          ...a.filter((text) => !b.includes(text)).map((text) => `only without gate: ${text}`),
          ...b.filter((text) => !a.includes(text)).map((text) => `only with gate: ${text}`),
        ],
      };
    },
  };
}

function createSide({ picture, fps }: GatedScene) {
  const plan = { lines: gridLines(), zones: quarters(), flows: [] };
  const counter = createCameraCounter({ picture, fps, plan, checkpoint: null });
  const crossings: LineCrossing[] = [];
  const stays: ZoneChange[] = [];
  return {
    crossings,
    stays,
    counter,
    update(detections: readonly Detection[], at: { seconds: number; frameSeq: number }) {
      const counts = counter.update(detections, at);
      crossings.push(...counts.crossings);
      stays.push(...counts.zoneChanges);
    },
    /** What happened, without the numbers of tracks, which depend on what else was seen */
    story: () => [
      ...crossings.map(
        (each) => `${each.lineId} ${each.direction} ${each.label} frame ${each.frameSeq}`,
      ),
      ...stays.map(
        (each) =>
          `${each.zoneId} ${each.kind} ${each.label} frame ${each.frameSeq} dwell ${each.dwellSeconds.toFixed(2)}`,
      ),
    ],
  };
}

function gridLines(): Line[] {
  const shares = Array.from({ length: 9 }, (_, index) => (index + 1) / 10);
  const line = (id: string, points: Line['points']): Line => ({
    id,
    cameraId: 'gate',
    name: id,
    points,
    anchor: 'bottom',
    labels: [],
    revision: 1,
  });
  return shares.flatMap((share) => [
    line(`x${share}`, [
      { x: share, y: 0 },
      { x: share, y: 1 },
    ]),
    line(`y${share}`, [
      { x: 0, y: share },
      { x: 1, y: share },
    ]),
  ]);
}

function quarters(): Zone[] {
  return [0, 1, 2, 3].map((index) => {
    const [x, y] = [(index % 2) / 2, Math.floor(index / 2) / 2];
    return {
      id: `quarter${index}`,
      cameraId: 'gate',
      name: 'quarter',
      points: [
        { x, y },
        { x: x + 0.5, y },
        { x: x + 0.5, y: y + 0.5 },
        { x, y: y + 0.5 },
      ],
      anchor: 'bottom',
      labels: [],
      loiterSeconds: null,
      revision: 1,
    };
  });
}
