/**
 * The recording ring of the station: what is recorded, the index of its files, and what must go by age, size and reserve.
 */
import { mkdir, statfs } from 'node:fs/promises';
import { z } from 'zod';
import { CameraId } from '#contract/camera.ts';
import {
  type CameraRecording,
  type RecordingDisk,
  RecordingSettings,
  type RecordingState,
  type Segment,
} from '#contract/recording.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import type { Keeping } from './capture/capture.ts';
import { ageLimits } from './capture/recording/age-limits.ts';
import { findRecordings, removeRecording } from './capture/recording/repair.ts';
import type { RecordingMessage } from './site.ts';
import type { Store } from './store/store.ts';

const settingKey = 'recording';
const defaults: RecordingSettings = {
  ...{ isOn: false, mode: 'always', preSeconds: 5, postSeconds: 10 },
  ...{ keepHours: 24, keepEventHours: null, maxGb: 20 },
};
const Settings = z.object({
  reserveGb: z.number().positive(),
  /** What an earlier version has stored lacks what it did not know. */
  cameras: z.record(
    CameraId,
    RecordingSettings.extend({
      mode: RecordingSettings.shape.mode.default(defaults.mode),
      preSeconds: RecordingSettings.shape.preSeconds.default(defaults.preSeconds),
      postSeconds: RecordingSettings.shape.postSeconds.default(defaults.postSeconds),
      keepEventHours: RecordingSettings.shape.keepEventHours.default(defaults.keepEventHours),
    }),
  ),
});
type Settings = z.infer<typeof Settings>;

const defaultReserveGb = 5;
const gb = 1e9;
const tidyMs = 60_000;
/** Files removed in one step, so that nothing else waits long for the store. */
const stepFiles = 50;
/** The least room that is kept for each camera's next files. */
const leastFileBytes = 500_000;

export interface RecordingRingDeps {
  readonly store: Store;
  /** Folder of all recordings; made where it is missing */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Tells the worker of a camera. */
  readonly record: (cameraId: CameraId, target: Keeping['recording']) => void;
  /** Something a person should read */
  readonly onPaused: (cameraId: CameraId, reason: { code: string; message: string }) => void;
}

export interface RecordingRing {
  /** Finds what an earlier run has left, before any camera starts. */
  start(): Promise<void>;
  targetOf(cameraId: CameraId): Keeping['recording'];
  onMessage(message: RecordingMessage): void;
  set(cameraId: CameraId, change: Partial<RecordingSettings>): Promise<void>;
  setReserve(reserveGb: number): Promise<void>;
  disk(): Promise<RecordingDisk>;
  cameras(ids: readonly CameraId[]): Promise<CameraRecording[]>;
  /** Removes what must go now; resolves when it is gone. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

export function createRecordingRing(deps: RecordingRingDeps): RecordingRing {
  const { store, folder, clock, log } = deps;
  const states = new Map<CameraId, RecordingState>();
  const lastBytes = new Map<CameraId, number>();
  const writing = new Set<Promise<void>>();
  let settings: Settings = { reserveGb: defaultReserveGb, cameras: {} };
  let tidying: Promise<void> | null = null;
  let isTidyWanted = false;

  const settingsOf = (id: CameraId): RecordingSettings => settings.cameras[id] ?? defaults;
  const isOn = (id: CameraId): boolean => settingsOf(id).isOn;
  const timer = setInterval(() => void adopt().then(() => tidy()), tidyMs);
  timer.unref();

  function targetOf(id: CameraId): Keeping['recording'] {
    return isOn(id) ? { folder, reserveBytes: settings.reserveGb * gb } : null;
  }

  async function save(next: Settings): Promise<void> {
    settings = next;
    await store.settings.set(settingKey, next);
  }

  function track(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => log.error('recording ring failed', { error: String(error) }))
      .finally(() => writing.delete(done));
    writing.add(done);
  }

  /** Files that the index does not know: finished as the station fell, or repaired. Rows without a file go. */
  async function adopt(): Promise<void> {
    const found = await findRecordings(folder, clock.now());
    const { repaired, dropped } = found;
    if (repaired.length + dropped.length > 0) {
      log.info('unfinished recordings', { repaired: repaired.length, dropped: dropped.length });
    }
    const known = new Set((await store.segments.list({})).map(({ file }) => file));
    const there = new Set(found.segments.map(({ file }) => file));
    const unknown = found.segments.filter(({ file }) => !known.has(file));
    if (unknown.length > 0) await store.segments.add(unknown);
    // A file that was finished while the folder was being read is known but not there: it is asked for again.
    const gone = [...known].filter((file) => !there.has(file));
    if (gone.length === 0) return;
    const still = new Set((await findRecordings(folder, clock.now())).segments.map((s) => s.file));
    await store.segments.remove(gone.filter((file) => !still.has(file)));
  }

  async function removeFiles(segments: readonly Segment[]): Promise<void> {
    // The file first: a row without a file is found at the next look, a file without a row would be adopted again.
    for (const { file } of segments) await removeRecording(folder, file, clock.now());
    await store.segments.remove(segments.map(({ file }) => file));
  }

  async function removeOld(): Promise<void> {
    for (const { cameraId } of await store.segments.use()) {
      const { review, limits } = ageLimits(settingsOf(cameraId), clock.now());
      if (review !== null) await store.segments.findEvents({ cameraId, ...review });
      for (const { hasEvent, before } of limits) {
        for (;;) {
          const query = { cameraId, hasEvent, to: before, limit: stepFiles };
          const old = (await store.segments.list(query)).filter(({ to }) => to <= before);
          if (old.length === 0) break;
          await removeFiles(old);
        }
      }
    }
  }

  async function removeExcess(): Promise<void> {
    for (const { cameraId, bytes } of await store.segments.use()) {
      await removeOldest(bytes - settingsOf(cameraId).maxGb * gb, cameraId);
    }
  }

  /** Removes the oldest files, of one camera or of all, until so many bytes are gone; whether there were enough. */
  async function removeOldest(excess: number, cameraId?: CameraId): Promise<void> {
    let left = excess;
    while (left > 0) {
      const oldest = await store.segments.list({ cameraId, limit: stepFiles });
      if (oldest.length === 0) return;
      const going: Segment[] = [];
      for (const segment of oldest) {
        if (left <= 0) break;
        going.push(segment);
        left -= segment.bytes;
      }
      await removeFiles(going);
    }
  }

  /** Keeps the reserve, and above it room for the next two files of each camera that records. */
  async function keepReserve(): Promise<void> {
    const recorded = Object.keys(settings.cameras).filter((id) => isOn(id));
    if (recorded.length === 0) return;
    const next = recorded.reduce(
      (sum, id) => sum + 3 * Math.max(lastBytes.get(id) ?? 0, leastFileBytes),
      0,
    );
    const { freeBytes } = await disk();
    await removeOldest(settings.reserveGb * gb + next - freeBytes);
  }

  /** Others may have asked while this round ran. */
  function wantsTidy(): boolean {
    return isTidyWanted;
  }

  async function tidyOnce(): Promise<void> {
    for (;;) {
      isTidyWanted = false;
      await removeOld();
      await removeExcess();
      await keepReserve();
      if (!wantsTidy()) return;
    }
  }

  /** One at a time; who asks meanwhile waits for another round. */
  function tidy(): Promise<void> {
    isTidyWanted = true;
    tidying ??= tidyOnce()
      .catch((error: unknown) => log.error('recordings not tidied', { error: String(error) }))
      .finally(() => (tidying = null));
    return tidying;
  }

  async function disk(): Promise<RecordingDisk> {
    // Before the first recording there is no folder yet, and its disk can be asked about.
    await mkdir(folder, { recursive: true });
    const { bavail, blocks, bsize } = await statfs(folder);
    return {
      reserveGb: settings.reserveGb,
      freeBytes: bavail * bsize,
      totalBytes: blocks * bsize,
    };
  }

  function setState(id: CameraId, state: RecordingState): void {
    const before = states.get(id);
    states.set(id, state);
    if (state.state !== 'paused') return;
    void tidy();
    if (before?.state === 'paused') return;
    log.warn('recording paused', { cameraId: id, ...state.reason });
    deps.onPaused(id, state.reason);
  }

  return {
    async start() {
      await mkdir(folder, { recursive: true });
      settings = (await store.settings.get(settingKey, Settings)) ?? settings;
      await adopt();
      await tidy();
    },
    targetOf,
    onMessage(message) {
      if (message.kind === 'recording') {
        setState(message.cameraId, message.state);
        return;
      }
      const { segment } = message;
      lastBytes.set(segment.cameraId, segment.bytes);
      track(store.segments.add([segment]).then(() => tidy()));
    },
    async set(id, change) {
      const next = { ...settingsOf(id), ...change };
      await save({ ...settings, cameras: { ...settings.cameras, [id]: next } });
      deps.record(id, targetOf(id));
      await tidy();
    },
    async setReserve(reserveGb) {
      await save({ ...settings, reserveGb });
      for (const id of Object.keys(settings.cameras)) deps.record(id, targetOf(id));
      await tidy();
    },
    disk,
    async cameras(ids) {
      const uses = new Map((await store.segments.use()).map((use) => [use.cameraId, use]));
      return ids.map((cameraId) => {
        const use = uses.get(cameraId);
        const state = states.get(cameraId);
        return {
          cameraId,
          settings: settingsOf(cameraId),
          recording: isOn(cameraId) ? (state ?? { state: 'waiting' }) : { state: 'off' },
          usedBytes: use?.bytes ?? 0,
          from: use?.from ?? null,
          to: use?.to ?? null,
        };
      });
    },
    tidy,
    async close() {
      clearInterval(timer);
      while (writing.size > 0) await Promise.all(writing);
      await tidying;
    },
  };
}
