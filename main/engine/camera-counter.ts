/**
 * Tracks and counts one camera: detections in; tracks, crossings, zone changes and passages out, with one checkpoint for all of it.
 */
import { z } from 'zod';
import type { LineCrossing } from '#contract/counting.ts';
import type { Track } from '#contract/detection.ts';
import type { TrackPassage } from '#contract/flow.ts';
import type { Size } from '#contract/geometry.ts';
import type { ZoneChange, ZoneOccupancy } from '#contract/zone.ts';
import type { CountingPlan } from './counting-plan.ts';
import type { Seen } from './base/seen.ts';
import { createFlowCounter, FlowCounterCheckpoint } from './counting/flow-counter.ts';
import {
  createLineCounter,
  type FrameTime,
  LineCounterCheckpoint,
} from './counting/line-counter.ts';
import { createZoneCounter, ZoneCounterCheckpoint } from './counting/zone-counter.ts';
import {
  createByteTracker,
  type Tracker,
  TrackerCheckpoint,
  type TrackerOptions,
} from './tracking/byte-tracker.ts';

const CameraCounterCheckpoint = z.object({
  picture: z.object({ width: z.number(), height: z.number() }),
  tracker: TrackerCheckpoint,
  lines: z.array(LineCounterCheckpoint),
  // Checkpoints of before there were zones have none.
  zones: z.array(ZoneCounterCheckpoint).default([]),
  flows: z.array(FlowCounterCheckpoint).default([]),
});

/** What one frame decided. */
export interface FrameCounts {
  readonly tracks: Track[];
  readonly crossings: LineCrossing[];
  readonly zoneChanges: ZoneChange[];
  readonly passages: TrackPassage[];
}

export interface CameraCounter {
  /** Size of the pictures it counts on; another size needs another counter */
  readonly picture: Size;
  update(detections: readonly Seen[], at: FrameTime): FrameCounts;
  /** Whether nobody is tracked, so that a picture in which nothing moves can change no count. */
  isIdle(): boolean;
  /** Whether all who are tracked were seen in the last frame. */
  isSteady(): boolean;
  /** Who is inside each zone as of the last frame. */
  occupancy(): ZoneOccupancy[];
  /** Lines, zones and flows of an unchanged revision keep what they know. */
  setPlan(plan: CountingPlan): void;
  checkpoint(): string;
}

export interface CameraCounterOptions {
  readonly picture: Size;
  readonly fps: number;
  readonly plan: CountingPlan;
  /** Where to go on; null to begin anew. One of another picture size, or unreadable, is not used. */
  readonly checkpoint: string | null;
  /** Thresholds of the tracker other than its own */
  readonly tracking?: Tracking;
}

export type Tracking = Pick<TrackerOptions, 'highThreshold' | 'lowThreshold'>;

/** Something drawn, in one of its revisions. */
interface Drawn {
  readonly id: string;
  readonly revision: number;
}
type Counters<D extends Drawn, C> = ReadonlyMap<string, { readonly drawn: D; readonly counter: C }>;

export function createCameraCounter(options: CameraCounterOptions): CameraCounter {
  const { picture, fps, plan } = options;
  const tracker: Tracker = createByteTracker({ picture, fps, ...options.tracking });
  let lines = renewed(new Map(), plan.lines, (line) => createLineCounter(line, picture));
  let zones = renewed(new Map(), plan.zones, (zone) => createZoneCounter(zone, picture));
  let flows = renewed(new Map(), plan.flows, (flow) => createFlowCounter(flow, picture));

  const former = readCheckpoint(options.checkpoint, picture);
  if (former) {
    tracker.restore(former.tracker);
    for (const saved of former.lines) lines.get(saved.lineId)?.counter.restore(saved);
    for (const saved of former.zones) zones.get(saved.zoneId)?.counter.restore(saved);
    for (const saved of former.flows) flows.get(saved.flowId)?.counter.restore(saved);
  }

  return {
    picture,
    update(detections, at) {
      const tracks = tracker.update(detections, at.seconds);
      const crossings = countersOf(lines).flatMap((counter) => counter.update(tracks, at));
      const zoneChanges = countersOf(zones).flatMap((counter) => counter.update(tracks, at));
      const frame = { tracks, crossings, zoneChanges };
      const passages = countersOf(flows).flatMap((counter) => counter.update(frame, at));
      return { ...frame, passages };
    },
    occupancy: () => countersOf(zones).map((counter) => counter.occupancy()),
    setPlan(next) {
      lines = renewed(lines, next.lines, (line) => createLineCounter(line, picture));
      zones = renewed(zones, next.zones, (zone) => createZoneCounter(zone, picture));
      flows = renewed(flows, next.flows, (flow) => createFlowCounter(flow, picture));
    },
    isIdle: () => tracker.isIdle(),
    isSteady: () => tracker.isSteady(),
    checkpoint: () =>
      JSON.stringify({
        picture,
        tracker: tracker.checkpoint(),
        lines: countersOf(lines).map((counter) => counter.checkpoint()),
        zones: countersOf(zones).map((counter) => counter.checkpoint()),
        flows: countersOf(flows).map((counter) => counter.checkpoint()),
      }),
  };
}

function countersOf<D extends Drawn, C>(counters: Counters<D, C>): C[] {
  return [...counters.values()].map(({ counter }) => counter);
}

/** One counter for each thing drawn now: the known one where its revision is the same. */
function renewed<D extends Drawn, C>(
  before: Counters<D, C>,
  drawn: readonly D[],
  create: (drawn: D) => C,
): Counters<D, C> {
  return new Map(
    drawn.map((each) => {
      const known = before.get(each.id);
      const isSame = known?.drawn.revision === each.revision;
      return [each.id, isSame ? known : { drawn: each, counter: create(each) }];
    }),
  );
}

/** A checkpoint of another picture size would put every side elsewhere; an unreadable one is of another version. */
function readCheckpoint(
  text: string | null,
  picture: Size,
): z.infer<typeof CameraCounterCheckpoint> | null {
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = CameraCounterCheckpoint.safeParse(value);
  if (!parsed.success) return null;
  const { width, height } = parsed.data.picture;
  return width === picture.width && height === picture.height ? parsed.data : null;
}
