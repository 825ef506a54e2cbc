/**
 * What a run of a job has counted, as a whole: its digest, its sums by time, and another run beside it.
 */
import { createHash, type Hash } from 'node:crypto';
import { createCalendar } from '#contract/calendar.ts';
import type {
  JobBucket,
  JobComparison,
  JobCrossing,
  JobItem,
  JobRunView,
  JobTally,
} from '#contract/job.ts';
import { countKinds, pairCrossings } from './experiments/pairing.ts';
import type { JobStore } from './store/job-records.ts';

const pageRows = 10_000;
const hourMs = 3_600_000;
const quarterMs = 900_000;

/** All crossings of a run, page by page. */
export async function* pagesOf(
  store: Pick<JobStore, 'crossings'>,
  runId: number,
): AsyncGenerator<JobCrossing[]> {
  for (let afterId = 0; ;) {
    const page = await store.crossings({ runId, afterId, limit: pageRows });
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (!last || page.length < pageRows) return;
    afterId = last.id;
  }
}

/** SHA-256 of everything that a run has counted: every crossing, and how far each item came. */
export async function digestRun(
  store: Pick<JobStore, 'crossings' | 'items'>,
  runId: number,
): Promise<string> {
  const hash = createHash('sha256');
  for (const item of await store.items(runId)) addItem(hash, item);
  for await (const page of pagesOf(store, runId)) {
    for (const { id: _, ...crossing } of page) hash.update(`${JSON.stringify(crossing)}\n`);
  }
  return hash.digest('hex');
}

function addItem(hash: Hash, { position, place, state, frames, skipped }: JobItem): void {
  hash.update(`${JSON.stringify([position, place, state, frames, skipped])}\n`);
}

/**
 * Sums of minutes as sums of longer buckets, in the order of items and time. Pure.
 * @throws StationError REQ_001 for an unknown zone
 */
export function foldTallies(
  minutes: readonly JobTally[],
  bucket: JobBucket,
  timeZone: string,
): JobTally[] {
  const startOf = bucketStart(bucket, timeZone);
  const sums = new Map<string, JobTally>();
  for (const tally of minutes) {
    const from = startOf(tally.from);
    const key = JSON.stringify([tally.position, from, tally.lineId, tally.label]);
    const known = sums.get(key);
    sums.set(key, {
      ...tally,
      from,
      in: (known?.in ?? 0) + tally.in,
      out: (known?.out ?? 0) + tally.out,
    });
  }
  return [...sums.values()];
}

function bucketStart(bucket: JobBucket, timeZone: string): (at: number) => number {
  const { offsetMs, dayOf, startOf } = createCalendar(timeZone);
  switch (bucket) {
    case 'minute':
      return (at) => at;
    case 'quarter':
      return (at) => Math.floor(at / quarterMs) * quarterMs;
    case 'hour':
      // Some zones are half an hour off.
      return (at) => Math.floor((at + offsetMs(at)) / hourMs) * hourMs - offsetMs(at);
    case 'day':
      return (at) => startOf(dayOf(at));
    case 'all':
      return () => 0;
  }
}

/** Both runs event by event. Pictures of the same name and lines of the same id are the same. */
export async function compareRuns(
  store: Pick<JobStore, 'crossings'>,
  a: JobRunView,
  b: JobRunView,
): Promise<JobComparison> {
  const [left, right] = [await groupsOf(store, a.id), await groupsOf(store, b.id)];
  const keys = [...new Set([...left.keys(), ...right.keys()])].sort();
  const rows = keys.map((key) => {
    const [place = '', lineId = ''] = JSON.parse(key) as string[];
    const [ofA, ofB] = [left.get(key) ?? [], right.get(key) ?? []];
    const pairs = pairCrossings(ofA.map(comparable), ofB.map(comparable));
    return { place, lineId, a: ofA.length, b: ofB.length, counts: countKinds(pairs) };
  });
  return { a, b, rows };
}

async function groupsOf(
  store: Pick<JobStore, 'crossings'>,
  runId: number,
): Promise<Map<string, JobCrossing[]>> {
  const groups = new Map<string, JobCrossing[]>();
  for await (const page of pagesOf(store, runId)) {
    for (const crossing of page) {
      const key = JSON.stringify([crossing.place, crossing.lineId]);
      const known = groups.get(key);
      if (known) known.push(crossing);
      else groups.set(key, [crossing]);
    }
  }
  return groups;
}

function comparable({ place, lineId, direction, label, at }: JobCrossing) {
  return { place, line: lineId, direction, label, at };
}
