/**
 * What a run of a job counts: folders become their clips, recorded time becomes stretches. Fixed when the run begins, so that
 * it is the same after every restart.
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { JobSource } from '#contract/job.ts';
import type { RecordedSpan } from '#contract/recording.ts';
import type { Pictures } from './recorded-pictures.ts';
import type { CountedFile, JobInput, StoredJobItem } from './store/job-records.ts';

export interface JobItemDeps {
  readonly pictures: Pick<Pictures, 'spans'>;
  /** Clips that the job has counted before */
  readonly counted: readonly CountedFile[];
  /** Unix time in ms at which the run begins */
  readonly now: number;
}

/** A recording is cut into stretches of this length: each is a file for as long as it is counted. */
export const stretchMs = 300_000;
const hourMs = 3_600_000;
const videoNames = /\.(?:mp4|m4v|mkv|mov|avi|ts|webm|mpe?g|wmv|flv|3gp)$/i;
const pictureNames = /\.(?:jpe?g|png|webp)$/i;
const mostItems = 10_000;

/**
 * The items of a run, in their order. A source that cannot be read becomes an item that has failed, so that the others are
 * counted. Rejects with REQ_003 when there are too many.
 */
export async function planItems(
  sources: readonly JobSource[],
  deps: JobItemDeps,
): Promise<StoredJobItem[]> {
  const planned: Planned[] = [];
  for (const source of sources) planned.push(...(await planSource(source, deps)));
  if (planned.length > mostItems) {
    throw new StationError(
      'REQ_003',
      `This job has ${String(planned.length)} clips; ${String(mostItems)} are the most: make several jobs of it.`,
    );
  }
  return planned.map(({ place, input, lengthMs, error }, position) => ({
    ...{ position, place, input, lengthMs, frames: 0, doneMs: 0, skipped: [] },
    state: error === null ? 'waiting' : 'failed',
    error: error?.toBody() ?? null,
  }));
}

interface Planned {
  readonly place: string;
  readonly input: JobInput;
  readonly lengthMs: number | null;
  readonly error: StationError | null;
}

async function planSource(source: JobSource, deps: JobItemDeps): Promise<Planned[]> {
  switch (source.kind) {
    case 'clip':
      return [await planClip(source.path, source.startsAt)];
    case 'folder':
      return planFolder(source, deps.counted);
    case 'pictures':
      return [await planPictures(source)];
    case 'recording':
      return planRecording(source, deps);
    case 'recent': {
      const { cameraId, hours } = source;
      return planRecording({ cameraId, from: deps.now - hours * hourMs, to: deps.now }, deps);
    }
  }
}

/** Whether it can be read is found out when it is. */
async function planClip(file: string, startsAt: number | null): Promise<Planned> {
  const found = await stat(file).catch(() => null);
  return {
    place: path.basename(file),
    input: {
      ...{ kind: 'clip', path: path.resolve(file), startsAt: startsAt ?? 0 },
      bytes: found?.size ?? 0,
      modifiedAt: Math.round(found?.mtimeMs ?? 0),
    },
    lengthMs: null,
    error: null,
  };
}

async function planFolder(
  { path: folder, onlyNew }: Extract<JobSource, { kind: 'folder' }>,
  counted: readonly CountedFile[],
): Promise<Planned[]> {
  const names = await namesIn(folder, videoNames);
  if (names instanceof StationError) {
    return [{ ...(await planClip(folder, null)), error: names }];
  }
  const clips = await Promise.all(names.map((name) => planClip(path.join(folder, name), null)));
  const known = new Set(counted.map(fileKey));
  return clips.filter(
    ({ input }) => !onlyNew || input.kind !== 'clip' || !known.has(fileKey(input)),
  );
}

function fileKey({ path: file, bytes, modifiedAt }: CountedFile): string {
  return JSON.stringify([file, bytes, modifiedAt]);
}

async function planPictures(source: Extract<JobSource, { kind: 'pictures' }>): Promise<Planned> {
  const { path: folder, intervalMs, startsAt } = source;
  const names = await namesIn(folder, pictureNames);
  const error = names instanceof StationError ? names : null;
  const files = names instanceof StationError ? [] : names;
  return {
    place: path.basename(path.resolve(folder)),
    input: {
      ...{ kind: 'pictures', path: path.resolve(folder), files, intervalMs },
      startsAt: startsAt ?? 0,
    },
    lengthMs: files.length * intervalMs,
    error,
  };
}

async function planRecording(
  wanted: { readonly cameraId: string; readonly from: number; readonly to: number },
  { pictures }: JobItemDeps,
): Promise<Planned[]> {
  const { cameraId } = wanted;
  const stretches = cutSpans(await pictures.spans(wanted), wanted);
  const input = (stretch: RecordedStretch): JobInput => ({
    ...{ kind: 'recording', cameraId },
    ...stretch,
  });
  if (stretches.length === 0) {
    const { from, to } = wanted;
    const text = `Nothing is recorded of the camera "${cameraId}" at this time: switch its recording on, or choose another time.`;
    const error = new StationError('REQ_002', text);
    return [
      { place: cameraId, input: input({ from, to, isContinued: false }), lengthMs: null, error },
    ];
  }
  return stretches.map((stretch) => ({
    place: cameraId,
    input: input(stretch),
    lengthMs: stretch.to - stretch.from,
    error: null,
  }));
}

export interface RecordedStretch {
  readonly from: number;
  readonly to: number;
  /** It begins where the one before ends */
  readonly isContinued: boolean;
}

/** Recorded time as stretches of a few minutes, oldest first. Pure. */
export function cutSpans(
  spans: readonly Pick<RecordedSpan, 'from' | 'to'>[],
  { from, to }: { readonly from: number; readonly to: number },
): RecordedStretch[] {
  const stretches: RecordedStretch[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const end = Math.min(span.to, Math.floor(to));
    let begin = Math.max(span.from, Math.ceil(from), stretches.at(-1)?.to ?? 0);
    let isContinued = false;
    while (begin < end) {
      const next = Math.min(end, begin + stretchMs);
      stretches.push({ from: begin, to: next, isContinued });
      begin = next;
      isContinued = true;
    }
  }
  return stretches;
}

/** File names of a folder that fit, in the order in which people number them; an error when it has none. */
async function namesIn(folder: string, pattern: RegExp): Promise<string[] | StationError> {
  const found = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    const text = `The folder ${folder} cannot be read: check its path on the PC of the station.`;
    return new StationError('REQ_002', text, { cause });
  });
  if (found instanceof StationError) return found;
  const names = found
    .filter((entry) => !entry.isDirectory() && pattern.test(entry.name))
    .map(({ name }) => name);
  if (names.length === 0) {
    return new StationError('REQ_002', `There is nothing to count in the folder ${folder}.`);
  }
  const { compare } = new Intl.Collator('en', { numeric: true });
  return names.sort((a, b) => compare(a, b) || (a < b ? -1 : 1));
}
