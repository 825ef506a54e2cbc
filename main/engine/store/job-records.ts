/**
 * Batch jobs as the store keeps them.
 */
import { z } from 'zod';
import { CameraId } from '#contract/camera.ts';
import type { LineCrossing } from '#contract/counting.ts';
import {
  type Job,
  type JobCrossing,
  JobItem,
  type JobProgress,
  type JobRun,
  type JobTally,
} from '#contract/job.ts';

/** Where the pictures of an item come from; fixed when the run begins. */
export const JobInput = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('clip'),
    path: z.string(),
    startsAt: z.number().int(),
    /** What the file was then */
    bytes: z.number(),
    modifiedAt: z.number(),
  }),
  z.object({
    kind: z.literal('pictures'),
    path: z.string(),
    files: z.array(z.string()),
    intervalMs: z.number(),
    startsAt: z.number().int(),
  }),
  z.object({
    kind: z.literal('recording'),
    cameraId: CameraId,
    from: z.number().int(),
    to: z.number().int(),
    /** It goes on where the item before ends: who is tracked there is tracked here */
    isContinued: z.boolean(),
  }),
]);
export type JobInput = z.infer<typeof JobInput>;

export const StoredJobItem = JobItem.extend({ input: JobInput });
export type StoredJobItem = z.infer<typeof StoredJobItem>;

/** What of an item is JSON; the rest has columns of its own. */
export const JobItemBody = StoredJobItem.omit({
  position: true,
  state: true,
  frames: true,
  doneMs: true,
});

/** Where an item goes on after a restart. */
export interface JobCheckpoint {
  readonly frameSeq: number;
  /** Time of the frame on the time line of the item, Unix ms */
  readonly at: number;
  /** Tracker and counters as JSON */
  readonly state: string;
}

/** What a frame of an item has decided, with the checkpoint after it. */
export interface JobRecord {
  readonly runId: number;
  readonly position: number;
  readonly frames: number;
  readonly doneMs: number;
  readonly crossings: readonly (Omit<LineCrossing, 'atSeconds'> & { readonly at: number })[];
  readonly checkpoint: JobCheckpoint;
}

/** A new state of an item, with what is known of it by then. */
export interface JobItemChange {
  readonly runId: number;
  readonly item: Omit<StoredJobItem, 'frames' | 'doneMs'>;
}

export interface JobCrossingQuery {
  readonly runId: number;
  readonly afterId: number;
  readonly limit: number;
}

/** A file that a run of a job has counted to its end. */
export type CountedFile = Pick<
  Extract<JobInput, { kind: 'clip' }>,
  'path' | 'bytes' | 'modifiedAt'
>;

/** Batch jobs, their runs, and what was counted in them. */
export interface JobStore {
  /** Newest first. */
  list(): Promise<Job[]>;
  /** Adds a job or changes one. */
  save(job: Job): Promise<void>;
  /** With all its runs. Resolves to whether there was one. */
  remove(id: string): Promise<boolean>;
  /** Of one job or of all, newest first, with their progress. */
  runs(jobId?: string): Promise<(JobRun & { readonly progress: JobProgress })[]>;
  addRun(run: Omit<JobRun, 'id'>): Promise<JobRun>;
  saveRun(run: JobRun): Promise<void>;
  /** A run with all its items, in one step. Resolves to whether a person has not paused or cancelled it meanwhile. */
  beginRun(begun: {
    readonly run: JobRun;
    readonly items: readonly StoredJobItem[];
  }): Promise<boolean>;
  items(runId: number): Promise<StoredJobItem[]>;
  saveItem(change: JobItemChange): Promise<void>;
  checkpoint(item: {
    readonly runId: number;
    readonly position: number;
  }): Promise<JobCheckpoint | null>;
  /** Rows and checkpoint in one step, so that no frame is counted twice and none is left out. */
  record(record: JobRecord): Promise<void>;
  crossings(query: JobCrossingQuery): Promise<JobCrossing[]>;
  /** Sums by minute, in the order of items and time. */
  tallies(runId: number): Promise<JobTally[]>;
  countedFiles(jobId: string): Promise<CountedFile[]>;
}
