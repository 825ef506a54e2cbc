/**
 * The worker's side of one inference thread: an instance of a model that runs batches one after the other.
 */
import { Worker } from 'node:worker_threads';
import { StationError } from '#contract/error.ts';
import { assert, assertNever } from '#engine/base/assert.ts';
import { smallHeap } from '#engine/base/small-heap.ts';
import type {
  BatchFrame,
  BatchResult,
  BrokenWay,
  CameraSlots,
  FailoverModel,
  FromThread,
  InferenceThreadData,
  Standing,
  ToThread,
} from './inference-protocol.ts';

export interface InferenceThreadOptions {
  /** Path of the thread's entry point (main/workers/inference) */
  readonly entry: string;
  readonly model: Pick<InferenceThreadData, 'path' | 'digest' | 'card'>;
  /** Resolves `ready` also when the model cannot be loaded now: others stand in for it. False when left out */
  readonly mayStandIn?: boolean;
  /** The champion is trusted no more, or again. */
  readonly onStanding?: (standing: Standing) => void;
  /** Another provider computes now, or the chosen one again. */
  readonly onBroken?: (broken: BrokenWay | null) => void;
  readonly executions: InferenceThreadData['executions'];
}

export interface InferenceThread {
  /** Resolves when the model is loaded and warm, with the batch size that a run takes (null: any). */
  readonly ready: Promise<{ readonly batchSize: number | null }>;
  /** Resolves when the thread has ended: null after `close`, the reason otherwise. Runs that were open have been rejected. */
  readonly ended: Promise<StationError | null>;
  /** Tells the thread where a camera's pixels are; again when its layout has changed. */
  setSlots(slots: CameraSlots): void;
  /** Who counts for a camera while the model fails, best first. */
  setLine(cameraId: string, line: readonly FailoverModel[]): void;
  /** Lets go of a camera's slots. */
  forget(cameraId: string): void;
  /**
   * Runs one batch; a batch given while another runs waits for it. The slots must stay as they are until it settles.
   * Rejects with INF_001, INF_004, or SYS_001 when the thread has ended.
   */
  run(batch: readonly BatchFrame[]): Promise<BatchResult>;
  /** Whether a batch is in flight, or the thread takes none any more. */
  isBusy(): boolean;
  /**
   * Ends the thread when its last batch has settled, and resolves when it has ended. A wedged run never settles: then only
   * the end of the process helps, because ending a thread within a run aborts the process (TOOLCHAIN.md, 5).
   */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (result: BatchResult) => void;
  readonly reject: (error: StationError) => void;
}

/** Starts an inference thread. Load errors reject `ready` with MODEL_002, MODEL_003, INF_004 or SYS_004. */
export function createInferenceThread(options: InferenceThreadOptions): InferenceThread {
  const data: InferenceThreadData = {
    ...options.model,
    mayStandIn: options.mayStandIn ?? false,
    executions: options.executions,
  };
  const worker = new Worker(options.entry, {
    workerData: data,
    name: 'inference',
    resourceLimits: smallHeap,
  });
  const waiting: Waiting[] = [];
  const ready = Promise.withResolvers<{ batchSize: number | null }>();
  const ended = Promise.withResolvers<StationError | null>();
  ready.promise.catch(() => undefined); // whoever awaits it gets the error; nobody has to
  let failure: StationError | null = null;
  let isClosing = false;
  let hasEnded = false;

  worker.on('message', (message: FromThread) => {
    switch (message.kind) {
      case 'ready':
        ready.resolve({ batchSize: message.batchSize });
        return;
      case 'failed':
        failure = StationError.fromBody(message.error);
        return;
      case 'standing':
        options.onStanding?.(message.standing);
        return;
      case 'broken':
        options.onBroken?.(message.broken);
        return;
      case 'done':
        next().resolve(message.result);
        return;
      case 'run-failed':
        next().reject(StationError.fromBody(message.error));
        return;
      default:
        assertNever(message);
    }
  });
  worker.on('error', (error) => {
    failure = StationError.from(error, 'SYS_001');
  });
  worker.on('exit', () => {
    hasEnded = true;
    const reason =
      failure ?? (isClosing ? null : new StationError('SYS_001', 'An inference thread ended.'));
    const error = reason ?? threadClosed();
    ready.reject(error);
    waiting.splice(0).forEach(({ reject }) => reject(error));
    ended.resolve(reason);
  });

  function next(): Waiting {
    const first = waiting.shift();
    assert(first !== undefined, 'an answer without a batch');
    return first;
  }
  function post(message: ToThread): void {
    if (!hasEnded) worker.postMessage(message);
  }

  return {
    ready: ready.promise,
    ended: ended.promise,
    setSlots: (slots) => post({ kind: 'slots', ...slots }),
    setLine: (cameraId, line) => post({ kind: 'line', cameraId, line }),
    forget: (cameraId) => post({ kind: 'forget', cameraId }),
    run(batch) {
      if (isClosing || hasEnded) return Promise.reject(failure ?? threadClosed());
      const result = Promise.withResolvers<BatchResult>();
      waiting.push(result);
      // Whoever batches may hang more on a frame; only this much travels.
      post({ kind: 'run', batch: batch.map(({ cameraId, slot }) => ({ cameraId, slot })) });
      return result.promise;
    },
    isBusy: () => waiting.length > 0 || isClosing || hasEnded,
    async close() {
      isClosing = true;
      post({ kind: 'close' });
      await ended.promise;
    },
  };
}

function threadClosed(): StationError {
  return new StationError('SYS_001', 'The inference thread is closed.');
}
