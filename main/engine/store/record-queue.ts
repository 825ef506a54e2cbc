/**
 * Gathers frame records while a write is under way, so that many cameras share one transaction and one fsync.
 */
import { StationError } from '#contract/error.ts';
import { assert } from '#engine/base/assert.ts';
import { FrameRecord, type Recorded } from './records.ts';

/** Records in one transaction; more would hold up the others that wait for the writer. */
const maxBatch = 256;

export interface RecordQueue {
  /** Rejects with REQ_001 when the record is malformed, else with what the write is rejected with. */
  add(record: FrameRecord): Promise<Recorded>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

interface Entry {
  readonly record: FrameRecord;
  readonly resolve: (recorded: Recorded) => void;
  readonly reject: (error: unknown) => void;
}

export function createRecordQueue(
  write: (records: readonly FrameRecord[]) => Promise<readonly Recorded[]>,
): RecordQueue {
  let queue: Entry[] = [];
  let flushing: Promise<void> | null = null;

  async function flush(): Promise<void> {
    // Lets the caller add all that it has at hand before the first write.
    await Promise.resolve();
    while (queue.length > 0) {
      const batch = queue.slice(0, maxBatch);
      queue = queue.slice(maxBatch);
      await settle(batch);
    }
    flushing = null;
  }

  async function settle(batch: readonly Entry[]): Promise<void> {
    try {
      const results = await write(batch.map(({ record }) => record));
      batch.forEach((entry, index) => {
        const recorded = results[index];
        assert(recorded !== undefined, 'a record was not answered');
        entry.resolve(recorded);
      });
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    }
  }

  return {
    async add(record) {
      const parsed = parse(record);
      const recorded = new Promise<Recorded>((resolve, reject) => {
        queue.push({ record: parsed, resolve, reject });
      });
      flushing ??= flush();
      return recorded;
    },
    async idle() {
      while (flushing !== null) await flushing;
    },
  };
}

/** Records come from worker processes: what does not fit must not reach the ledger of the others. */
function parse(record: FrameRecord): FrameRecord {
  const result = FrameRecord.safeParse(record);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  throw new StationError(
    'REQ_001',
    `"${path}" of a frame record is wrong: ${issue?.message ?? ''}.`,
    {
      path,
    },
  );
}
