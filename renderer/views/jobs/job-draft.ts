/**
 * What a person types for a new job, and the job that it makes. Pure.
 */
import type { JobSource } from '#contract/job.ts';
import type { InputOf } from '#contract/procedures.ts';

export const sourceKinds = ['clip', 'folder', 'pictures', 'recording', 'recent'] as const;
type SourceKind = (typeof sourceKinds)[number];

export interface JobFormDraft {
  readonly name: string;
  readonly kind: SourceKind;
  /** Clips: one path in each line; else one path */
  readonly path: string;
  readonly onlyNew: boolean;
  readonly intervalSeconds: number;
  readonly cameraId: string;
  /** As a field for date and time has them, on the clock of this browser */
  readonly from: string;
  readonly to: string;
  readonly hours: number;
  readonly linesOf: string;
  /** Digest; empty for the one that counts on the site */
  readonly model: string;
  readonly scoreFloor: number | null;
  readonly nmsIou: number | null;
  readonly trackFrom: number | null;
  readonly fps: number;
  readonly batch: number;
  readonly cron: string;
  readonly isStarted: boolean;
}

export const emptyDraft: JobFormDraft = {
  ...{ name: '', kind: 'clip', path: '', onlyNew: false, intervalSeconds: 1, cameraId: '' },
  ...{ from: '', to: '', hours: 24, linesOf: '', model: '', scoreFloor: null, nmsIou: null },
  ...{ trackFrom: null, fps: 30, batch: 32, cron: '', isStarted: true },
};

export function sourcesOf(draft: JobFormDraft): JobSource[] {
  const { kind, cameraId } = draft;
  const path = draft.path.trim();
  switch (kind) {
    case 'clip':
      return path
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .map((line) => ({ kind, path: line, startsAt: null }));
    case 'folder':
      return path === '' ? [] : [{ kind, path, onlyNew: draft.onlyNew }];
    case 'pictures': {
      const intervalMs = Math.round(draft.intervalSeconds * 1000);
      return path === '' ? [] : [{ kind, path, intervalMs, startsAt: null }];
    }
    case 'recording': {
      const [from, to] = [Date.parse(draft.from), Date.parse(draft.to)];
      return cameraId !== '' && from < to ? [{ kind, cameraId, from, to }] : [];
    }
    case 'recent':
      return cameraId === '' ? [] : [{ kind, cameraId, hours: draft.hours }];
  }
}

export function isComplete(draft: JobFormDraft): boolean {
  return draft.name.trim() !== '' && draft.linesOf !== '' && sourcesOf(draft).length > 0;
}

/** @param timeZone IANA name of the zone on whose clock the schedule runs */
export function draftOf(draft: JobFormDraft, timeZone: string): InputOf<'job.create'> {
  const { scoreFloor, nmsIou, trackFrom, fps, batch, model, linesOf } = draft;
  const cron = draft.cron.trim();
  return {
    name: draft.name.trim(),
    sources: sourcesOf(draft),
    model: model === '' ? null : model,
    linesOf,
    settings: { scoreFloor, nmsIou, trackFrom, fps, batch },
    schedule: cron === '' ? null : { cron, timeZone },
    isStarted: cron === '' || draft.isStarted,
  };
}
