/**
 * Words and tones of batch jobs that several parts of the page share.
 */
import type { TFunction } from 'i18next';
import type { JobItem, JobRunState, JobSource } from '#contract/job.ts';
import type { Formats } from '../kit.ts';

export const runTones: Record<JobRunState, string> = {
  waiting: 'quiet',
  running: 'good',
  paused: 'warning',
  done: 'good',
  cancelled: 'quiet',
  failed: 'bad',
};

export const itemTones: Record<JobItem['state'], string> = {
  waiting: 'quiet',
  running: 'good',
  done: 'good',
  failed: 'bad',
};

/** Times of a clip whose beginning nobody knows count from 0: no camera ran in the seventies. */
const knownFrom = Date.UTC(1980, 0);

/** A time of a crossing: on the clock, or from the beginning of the clip. */
export function jobTime(t: TFunction, at: number, { date, minute }: Formats): string {
  if (at >= knownFrom) return `${date(at)} ${minute(at)}`;
  return t('job.minuteNumber', { value: Math.floor(at / 60_000) + 1 });
}

/** What a job counts, in a few words. */
export function sourceText(t: TFunction, source: JobSource, { date, minute }: Formats): string {
  switch (source.kind) {
    case 'clip':
      return source.path;
    case 'folder':
      return t(source.onlyNew ? 'job.sourceText.newInFolder' : 'job.sourceText.folder', {
        path: source.path,
      });
    case 'pictures':
      return t('job.sourceText.pictures', { path: source.path });
    case 'recording': {
      const at = (time: number) => `${date(time)} ${minute(time)}`;
      return t('job.sourceText.recording', {
        ...{ camera: source.cameraId, from: at(source.from), to: at(source.to) },
      });
    }
    case 'recent':
      return t('job.sourceText.recent', { camera: source.cameraId, hours: source.hours });
  }
}
