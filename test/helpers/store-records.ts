/**
 * Records that tests put into a store.
 */
import path from 'node:path';
import type { CameraSettings } from '#contract/camera.ts';
import type {
  FlowDefinition,
  FrameRecord,
  LineDefinition,
  NewCrossing,
  NewFlowPassage,
  NewZoneEvent,
  ZoneDefinition,
} from '#engine/store/records.ts';

/** The thread entry, run from source. */
export const storeEntry = path.resolve(import.meta.dirname, '../../main/workers/store.ts');

/** 2026-03-02 10:00:00 UTC, a whole hour. */
export const start = Date.UTC(2026, 2, 2, 10);

export function aCamera(changes: Partial<CameraSettings> = {}): CameraSettings {
  return {
    id: 'gate',
    name: 'Gate',
    source: 'rtsp://user:secret@10.0.0.7/stream',
    transport: 'tcp',
    fps: 10,
    isLooped: false,
    isEnabled: true,
    ...changes,
  };
}

export function aLine(changes: Partial<LineDefinition> = {}): LineDefinition {
  return {
    id: 'door',
    cameraId: 'gate',
    name: 'Door',
    points: [
      { x: 0.1, y: 0.5 },
      { x: 0.9, y: 0.5 },
    ],
    anchor: 'bottom',
    labels: [],
    ...changes,
  };
}

export function aZone(changes: Partial<ZoneDefinition> = {}): ZoneDefinition {
  return {
    id: 'hall',
    cameraId: 'gate',
    name: 'Hall',
    points: [
      { x: 0.1, y: 0.1 },
      { x: 0.9, y: 0.1 },
      { x: 0.5, y: 0.9 },
    ],
    anchor: 'bottom',
    labels: [],
    loiterSeconds: null,
    ...changes,
  };
}

/** From the zone to the line. */
export function aFlow(changes: Partial<FlowDefinition> = {}): FlowDefinition {
  return {
    id: 'way',
    cameraId: 'gate',
    name: 'Way out',
    from: { on: 'zone', zoneId: 'hall', kind: 'leave' },
    to: { on: 'line', lineId: 'door', direction: 'out' },
    maxSeconds: 60,
    ...changes,
  };
}

export function aZoneEvent(changes: Partial<NewZoneEvent> = {}): NewZoneEvent {
  return {
    zoneId: 'hall',
    zoneRevision: 1,
    trackId: 1,
    ordinal: 0,
    kind: 'enter',
    isSeenPassing: true,
    label: 'person',
    at: start,
    dwellSeconds: 0,
    score: 0.75,
    point: { x: 0.5, y: 0.6 },
    box: { x: 0.4, y: 0.2, width: 0.1, height: 0.4 },
    modelDigest: 'a'.repeat(64),
    configDigest: 'c'.repeat(64),
    ...changes,
  };
}

export function aPassage(changes: Partial<NewFlowPassage> = {}): NewFlowPassage {
  return {
    flowId: 'way',
    flowRevision: 1,
    trackId: 1,
    ordinal: 0,
    label: 'person',
    fromAt: start - 4000,
    at: start,
    modelDigest: 'a'.repeat(64),
    configDigest: 'c'.repeat(64),
    ...changes,
  };
}

export function aCrossing(changes: Partial<NewCrossing> = {}): NewCrossing {
  return {
    lineId: 'door',
    lineRevision: 1,
    trackId: 1,
    ordinal: 0,
    direction: 'in',
    label: 'person',
    at: start,
    score: 0.75,
    point: { x: 0.5, y: 0.6 },
    box: { x: 0.4, y: 0.2, width: 0.1, height: 0.4 },
    modelDigest: 'a'.repeat(64),
    configDigest: 'b'.repeat(64),
    ...changes,
  };
}

export interface RecordChanges {
  readonly cameraId?: string;
  readonly epoch?: number;
  readonly frameSeq?: number;
  readonly at?: number;
  readonly crossings?: readonly Partial<NewCrossing>[];
  readonly zoneEvents?: readonly Partial<NewZoneEvent>[];
  readonly passages?: readonly Partial<NewFlowPassage>[];
  readonly observed?: FrameRecord['observed'];
  readonly state?: string;
}

export function aRecord(changes: RecordChanges = {}): FrameRecord {
  const { cameraId = 'gate', epoch = 1, frameSeq = 1, at = start, state = '{}' } = changes;
  return {
    cameraId,
    crossings: (changes.crossings ?? []).map((crossing) => aCrossing(crossing)),
    zoneEvents: (changes.zoneEvents ?? []).map((event) => aZoneEvent(event)),
    passages: (changes.passages ?? []).map((passage) => aPassage(passage)),
    checkpoint: { cameraId, epoch, frameSeq, at, state },
    observed: changes.observed ?? null,
  };
}
