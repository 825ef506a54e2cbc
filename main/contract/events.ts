/**
 * Everything that a station announces. An event tells what has happened; it steers nothing.
 */
import { z } from 'zod';
import { Alert, AlertPhase } from './alert.ts';
import { Camera, CameraId } from './camera.ts';
import { Crossing, Line } from './counting.ts';
import { Label } from './detection.ts';
import { Flow, FlowPassage } from './flow.ts';
import { Box } from './geometry.ts';
import { ModelTrial } from './rehearsal.ts';
import { SiteOccupancy } from './site-occupancy.ts';
import { StationSentence } from './station-sentence.ts';
import { UpdateStatus } from './update.ts';
import { CameraOccupancy, Zone, ZoneEvent } from './zone.ts';

export const events = {
  /** A camera was added, changed or got into another state */
  camera: Camera,
  cameraRemoved: z.object({ id: CameraId }),
  line: Line,
  lineRemoved: z.object({ id: z.string(), cameraId: CameraId }),
  zone: Zone,
  zoneRemoved: z.object({ id: z.string(), cameraId: CameraId }),
  flow: Flow,
  flowRemoved: z.object({ id: z.string(), cameraId: CameraId }),
  /** A row of the ledger, after it was written */
  crossing: Crossing,
  zoneEvent: ZoneEvent,
  flowPassage: FlowPassage,
  /** Who is inside the zones of a camera; after each change and about once a second */
  occupancy: CameraOccupancy,
  siteOccupancy: SiteOccupancy,
  /** A wall was added, changed or removed: read them again */
  wallsChanged: z.object({}),
  /** What is on the newest analysed frame of a camera; at most ten a second per camera */
  overlay: z.object({
    cameraId: CameraId,
    /** Unix time in ms of the frame */
    at: z.number(),
    tracks: z.array(
      z.object({
        trackId: z.number(),
        label: Label,
        score: z.number(),
        box: Box,
        isConfirmed: z.boolean(),
      }),
    ),
  }),
  /** A model began to count, has proven itself, or was rolled back by itself: what alerts are made of */
  modelTrial: ModelTrial,
  /** An alert began to fire, was acknowledged or resolved, or its figures changed */
  alert: Alert,
  /** What people who have the page open are told about an alert */
  alertNotice: z.object({
    alertId: z.string(),
    phase: AlertPhase,
    severity: Alert.shape.severity,
    metric: Alert.shape.metric,
    subject: z.string().nullable(),
    cameraId: CameraId.nullable(),
    detail: z.string(),
    said: StationSentence.optional(),
    at: z.number(),
    /** Whether it is shown, and whether it is heard */
    isShown: z.boolean(),
    isHeard: z.boolean(),
  }),
  /** An update was found, fetched, put off or refused */
  update: UpdateStatus,
  /** Something a person should read: shown in the page and logged */
  notice: z.object({
    severity: z.enum(['info', 'warning', 'error']),
    code: z.string().nullable(),
    message: z.string(),
    cameraId: CameraId.nullable(),
    at: z.number(),
  }),
} as const;

export type Events = typeof events;
export type Topic = keyof Events;
export type EventOf<T extends Topic> = z.output<Events[T]>;
