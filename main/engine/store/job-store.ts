/**
 * Batch jobs in front of the threads of the store.
 */
import type { JobStore } from './job-records.ts';
import type { ReaderOperations, WriterOperations } from './messages.ts';
import type { StoreThread } from './store-thread.ts';

export function createJobStore(
  writer: StoreThread<WriterOperations>,
  reader: StoreThread<ReaderOperations>,
): JobStore {
  return {
    list: () => reader.ask('jobs.list', null),
    save: (job) => done(writer.ask('jobs.save', job)),
    remove: (id) => writer.ask('jobs.remove', id),
    runs: (jobId) => reader.ask('jobs.runs', jobId ?? null),
    addRun: (run) => writer.ask('jobs.addRun', run),
    saveRun: (run) => done(writer.ask('jobs.saveRun', run)),
    beginRun: (begun) => writer.ask('jobs.beginRun', begun),
    items: (runId) => reader.ask('jobs.items', runId),
    saveItem: (change) => done(writer.ask('jobs.saveItem', change)),
    checkpoint: (item) => reader.ask('jobs.checkpoint', item),
    record: (record) => done(writer.ask('jobs.record', record)),
    crossings: (query) => reader.ask('jobs.crossings', query),
    tallies: (runId) => reader.ask('jobs.tallies', runId),
    countedFiles: (jobId) => reader.ask('jobs.countedFiles', jobId),
  };
}

async function done(change: Promise<null>): Promise<void> {
  await change;
}
