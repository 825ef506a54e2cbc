/**
 * Lets blocks of paths wait until no crossing does, and drops the oldest rather than grow: paths explain counts, they
 * are none.
 */
import type { Logger } from '#engine/base/log.ts';
import { StationError } from '#contract/error.ts';
import type { NewBlock } from './trajectories.ts';

/** Blocks that may wait: half an hour of sixteen cameras. */
const maxWaiting = 1_000;
/** Rows in one write, so that a crossing that comes meanwhile waits a few milliseconds only. */
const maxRows = 150;

export interface TrajectoryQueue {
  add(block: NewBlock): void;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
}

export interface TrajectoryQueueOptions {
  /** Resolves when no crossing waits to be written */
  readonly afterCrossings: () => Promise<void>;
  readonly write: (blocks: readonly NewBlock[]) => Promise<unknown>;
  readonly log: Logger;
}

export function createTrajectoryQueue(options: TrajectoryQueueOptions): TrajectoryQueue {
  let waiting: NewBlock[] = [];
  let writing: Promise<void> | null = null;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      await options.afterCrossings();
      const batch = takeBatch();
      try {
        await options.write(batch);
      } catch (error) {
        const { code, message } = StationError.from(error, 'SYS_002');
        options.log.warn('paths not written', { blocks: batch.length, code, reason: message });
      }
    }
    writing = null;
  }

  function takeBatch(): NewBlock[] {
    let rows = 0;
    const end = waiting.findIndex(({ block }, index) => {
      rows += 1 + block.parts.length;
      return index > 0 && rows > maxRows;
    });
    const batch = end < 0 ? waiting : waiting.slice(0, end);
    waiting = end < 0 ? [] : waiting.slice(end);
    return batch;
  }

  return {
    add(block) {
      waiting.push(block);
      if (waiting.length > maxWaiting) {
        waiting = waiting.slice(1);
        options.log.warn('paths dropped, the database is too slow', { waiting: maxWaiting });
      }
      writing ??= drain();
    },
    async idle() {
      while (writing !== null) await writing;
    },
  };
}
