/**
 * The made-up station's memory for tests of the page: cameras, lines, crossings, models and what it says of itself.
 */
import type { Camera } from '#contract/camera.ts';
import type { CatalogEntry } from '#contract/catalog.ts';
import type { Crossing, Line } from '#contract/counting.ts';
import type { TruthComparison } from '#contract/demo.ts';
import type { DoctorCheck } from '#contract/doctor.ts';
import type { StationInfo } from '#contract/health.ts';
import type { Model } from '#contract/model.ts';
import type { Wall } from '#contract/wall.ts';
import { yoloxNanoCard } from './cards.ts';

export interface FakeLedger {
  readonly cameras: Map<string, Camera>;
  readonly lines: Map<string, Line>;
  /** Oldest first */
  readonly crossings: Crossing[];
  readonly models: Model[];
  /** Cameras of the demonstration; none by default */
  readonly demo?: string[];
  /** Kept walls; none by default */
  walls?: Wall[];
  /** What simulated cameras know; nothing by default */
  readonly truth?: Map<string, TruthComparison[]>;
  /** What the self-test finds; nothing by default */
  readonly checks?: DoctorCheck[];
  /** What can be fetched; nothing by default */
  readonly catalog?: CatalogEntry[];
}

const hex = (digit: string) => digit.repeat(64);

export function fakeCamera(id: string, name: string, extra: Partial<Camera> = {}): Camera {
  return {
    id,
    name,
    source: `rtsp://guard:***@10.0.0.${20 + id.length}:554/${id}`,
    transport: 'tcp',
    fps: 10,
    isLooped: true,
    isEnabled: true,
    capture: { state: 'live', since: Date.now() - 3_600_000 },
    figures: {
      capturedFps: 15,
      inferredFps: 10,
      gatedShare: 0,
      dropped: 0,
      late: 0,
      p95Ms: 84,
      view: null,
    },
    counting: null,
    picture: { width: 1280, height: 720 },
    workerId: 'worker-1',
    ...extra,
  };
}

export function fakeLine(id: string, cameraId: string, extra: Partial<Line> = {}): Line {
  return {
    id,
    cameraId,
    name: id,
    points: [
      { x: 0.5, y: 0.98 },
      { x: 0.5, y: 0.42 },
    ],
    anchor: 'bottom',
    labels: [],
    revision: 1,
    ...extra,
  };
}

export function fakeCrossing(id: number, line: Line, extra: Partial<Crossing> = {}): Crossing {
  return {
    id,
    cameraId: line.cameraId,
    lineId: line.id,
    lineRevision: line.revision,
    trackUid: `${line.cameraId}:1:${id}`,
    ordinal: 0,
    direction: 'in',
    label: 'person',
    at: Date.now(),
    score: 0.8,
    point: { x: 0.5, y: 0.6 },
    box: { x: 0.45, y: 0.4, width: 0.1, height: 0.2 },
    modelDigest: hex('a'),
    configDigest: hex('b'),
    ...extra,
  };
}

export function fakeModel(name: string, digit: string, extra: Partial<Model> = {}): Model {
  return {
    card: {
      ...yoloxNanoCard,
      name,
      classes: ['person', 'car', 'bicycle'],
      labels: { person: 'person', car: 'vehicle', bicycle: 'bicycle' },
      scoreFloor: 0.1,
      nmsIou: 0.45,
      licence: 'Apache-2.0',
      notes: 'Made up for a test of the page.',
    },
    digest: hex(digit),
    bytes: 3_658_000,
    isChampion: false,
    isEmbedded: false,
    importedAt: Date.now() - 86_400_000,
    files: [{ path: 'model.onnx', kind: 'model', bytes: 3_658_000, digest: hex(digit) }],
    lineage: {
      parent: null,
      variant: null,
      importedBy: 'admin',
      origin: { kind: 'file', where: `${name}.onnx` },
      releaseNotes: '',
    },
    tags: [],
    aliases: [],
    ...extra,
  };
}

export function fakeInfo(cameraIds: readonly string[]): StationInfo {
  const step = (p50Ms: number, p95Ms: number) => ({ p50Ms, p95Ms });
  return {
    version: '0.1.0',
    host: 'headless',
    startedAt: Date.now() - 7_384_000,
    node: '24.21.0',
    platform: 'linux x64',
    cores: 2,
    ffmpeg: { path: '/usr/bin/ffmpeg', version: '5.1.9' },
    providers: ['cpu', 'webgpu'],
    dataFolder: '/var/lib/tallywatch',
    workers: [
      {
        id: 'worker-1',
        pid: 4711,
        state: 'ready',
        since: Date.now() - 7_300_000,
        restarts: 1,
        threads: 2,
        cameras: [...cameraIds],
        rssBytes: 231_000_000,
        timings: {
          queue: step(1.2, 4.8),
          preprocess: step(0.9, 1.4),
          infer: step(8.8, 11.6),
          postprocess: step(0.3, 0.6),
          total: step(12.4, 19.7),
        },
      },
    ],
    rssBytes: 148_000_000,
  };
}
