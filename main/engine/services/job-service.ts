/**
 * The procedures of batch jobs.
 */
import { stringify } from 'csv-stringify/sync';
import type { Camera } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import type { Job, JobCrossing, JobItem } from '#contract/job.ts';
import type { Clock } from '#engine/base/clock.ts';
import { validateLine } from '#engine/counting/validate-line.ts';
import type { JobKeeper } from '#engine/job-keeper.ts';
import { compareRuns, foldTallies } from '#engine/job-result.ts';
import type { Handlers } from '#engine/router.ts';
import type { StoredJobItem } from '#engine/store/job-records.ts';
import type { Store } from '#engine/store/store.ts';
import { findModel } from './find-model.ts';
import { freeId } from './free-id.ts';

export interface JobServiceDeps {
  readonly keeper: JobKeeper;
  readonly store: Pick<Store, 'jobs' | 'models'>;
  readonly clock: Clock;
  readonly cameras: () => readonly Pick<Camera, 'id'>[];
  /** IANA name of the zone of the site */
  readonly timeZone: string;
}

type JobHandlers = Pick<Handlers, Extract<keyof Handlers, `job.${string}`>>;

/** A line must count on a picture of this size; which size the pictures have is not known yet. */
const usualPicture = { width: 1280, height: 720 };
const mostJobs = 200;

export function createJobService(deps: JobServiceDeps): JobHandlers {
  const { keeper, store, clock } = deps;

  /** @throws StationError REQ_001, REQ_002, MODEL_001: what can be known before anything is counted */
  async function check(job: Job): Promise<void> {
    const named = job.sources.flatMap((source) => ('cameraId' in source ? [source.cameraId] : []));
    const known = deps.cameras().map(({ id }) => id);
    for (const id of [...named, ...(job.linesOf === null ? [] : [job.linesOf])]) {
      if (known.includes(id)) continue;
      throw new StationError('REQ_002', `There is no camera "${id}".`, { path: 'sources' });
    }
    if (job.linesOf === null && job.lines.length === 0) {
      throw new StationError('REQ_001', 'Name a camera whose lines are counted, or give lines.', {
        path: 'lines',
      });
    }
    for (const { points } of job.lines) validateLine(points, usualPicture);
    if (job.model !== null) findModel(job.model, await store.models.list());
  }

  return {
    'job.list': () => keeper.list(),
    'job.get': ({ id }) => keeper.get(id),
    'job.create': async ({ isStarted, ...draft }, { caller }) => {
      const known = (await store.jobs.list()).map(({ id }) => id);
      if (known.length >= mostJobs) {
        const text = `There are ${String(mostJobs)} jobs already; remove one first.`;
        throw new StationError('REQ_003', text);
      }
      const now = clock.now();
      const job: Job = {
        ...{ ...draft, id: freeId(draft.name, known), scheduledFrom: now },
        ...{ createdAt: now, createdBy: caller.user },
      };
      await check(job);
      await keeper.save(job);
      if (isStarted) await keeper.start(job.id, caller.user);
      return keeper.get(job.id);
    },
    'job.setSchedule': async ({ id, schedule }) => {
      const { nextAt: _, runs: __, ...job } = await keeper.get(id);
      return keeper.save({ ...job, schedule, scheduledFrom: clock.now() });
    },
    'job.remove': async ({ id }) => {
      await keeper.remove(id);
      return {};
    },
    'job.run': ({ id }, { caller }) => keeper.start(id, caller.user),
    'job.setState': ({ runId, state }) => keeper.setState(runId, state),
    'job.result': async ({ runId, bucket, timeZone }) => {
      const run = await keeper.run(runId);
      const items = (await store.jobs.items(runId)).map(withoutInput);
      const minutes = await store.jobs.tallies(runId);
      return { run, items, tallies: foldTallies(minutes, bucket, timeZone ?? deps.timeZone) };
    },
    'job.crossings': async ({ runId, afterId, limit }) => {
      await keeper.run(runId);
      return store.jobs.crossings({ runId, afterId, limit });
    },
    'job.rows': async ({ runId, afterId, limit, bom }) => {
      await keeper.run(runId);
      const rows = await store.jobs.crossings({ runId, afterId, limit });
      const last = rows.at(-1);
      return {
        text: rowsToCsv(rows, { isFirst: afterId === 0, bom }),
        rows: rows.length,
        next: last && rows.length === limit ? { afterId: last.id } : null,
      };
    },
    'job.compare': async ({ runId, otherId }) =>
      compareRuns(store.jobs, await keeper.run(runId), await keeper.run(otherId)),
  };
}

/** Pictures that were passed over are no frames. */
function withoutInput({ input, ...item }: StoredJobItem): JobItem {
  if (input.kind !== 'pictures') return item;
  const reached = new Set(input.files.slice(0, item.frames));
  const passedOver = item.skipped.filter(({ name }) => reached.has(name)).length;
  return { ...item, frames: item.frames - passedOver };
}

const columns = [
  ...['id', 'place', 'at_ms', 'line_id', 'direction', 'label', 'score', 'track'],
  ...['x', 'y', 'width', 'height'],
];

function rowsToCsv(
  rows: readonly JobCrossing[],
  { isFirst, bom }: { readonly isFirst: boolean; readonly bom: boolean },
): string {
  const lines = rows.map(({ id, place, at, lineId, direction, label, score, trackId, box }) => [
    ...[id, place, at, lineId, direction, label, rounded(score), trackId],
    ...[box.x, box.y, box.width, box.height].map(rounded),
  ]);
  return stringify(isFirst ? [columns, ...lines] : lines, {
    ...{ bom: bom && isFirst, record_delimiter: 'windows', escape_formulas: true },
  });
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
