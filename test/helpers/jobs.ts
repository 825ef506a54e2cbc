/**
 * Jobs, runs and items for tests.
 */
import type { Job, JobRun } from '#contract/job.ts';
import type { StoredJobItem } from '#engine/store/job-records.ts';
import { start } from './store-records.ts';

const settings = { scoreFloor: null, nmsIou: null, trackFrom: null, fps: 30, batch: 32 };
const points = [
  { x: 0.5, y: 0 },
  { x: 0.5, y: 1 },
];
const lines = [{ id: 'door', name: 'Door', points, anchor: 'bottom' as const, labels: [] }];

export function aJob(changes: Partial<Job> = {}): Job {
  return {
    ...{ id: 'night', name: 'Night', sources: [{ kind: 'clip', path: '/a.mp4', startsAt: null }] },
    ...{ model: null, settings, linesOf: null, lines, schedule: null },
    ...{ scheduledFrom: start, createdAt: start, createdBy: 'mai' },
    ...changes,
  };
}

export function aRun(changes: Partial<JobRun> = {}): Omit<JobRun, 'id'> {
  return {
    ...{ jobId: 'night', state: 'waiting', createdAt: start, startedAt: null, endedAt: null },
    ...{ by: 'mai', dueAt: null, model: null, settings, lines, configDigest: null },
    ...{ resultDigest: null, error: null },
    ...changes,
  };
}

export function anItem(position: number, changes: Partial<StoredJobItem> = {}): StoredJobItem {
  const file = `/${String(position)}.mp4`;
  return {
    ...{ position, place: file.slice(1), state: 'waiting', frames: 0, doneMs: 0, lengthMs: 4_000 },
    ...{ error: null, skipped: [] },
    input: { kind: 'clip', path: file, startsAt: 0, bytes: 1, modifiedAt: 2 },
    ...changes,
  };
}
