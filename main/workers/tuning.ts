/**
 * Entry of the process that tries one way of computing a model.
 */
import { StationError } from '#contract/error.ts';
import { systemClock } from '#engine/base/clock.ts';
import { guardProcess } from '#engine/inference/process-guard.ts';
import { type ExecutionJob, tryExecution } from '#engine/try-execution.ts';
import type { TuningAnswer } from '#engine/tune-model.ts';
import { connectParent } from './parent-channel.ts';

const maxMemoryBytes = 6e9;
const parent = connectParent();
/** Without its station nobody waits for the answer. */
parent.onClosed(() => process.exit(0));
guardProcess(maxMemoryBytes);

parent.onMessage((message) => {
  const post = (answer: TuningAnswer): void => parent.post(answer);
  tryExecution(message as ExecutionJob, {
    clock: systemClock,
    onProgress: (share) => post({ kind: 'progress', share }),
  }).then(
    (result) => post({ kind: 'done', result }),
    (error: unknown) =>
      post({ kind: 'refused', error: StationError.from(error, 'INF_001').toBody() }),
  );
});
