/**
 * Entry of the process that makes a smaller version of a model.
 */
import { StationError } from '#contract/error.ts';
import { guardProcess } from '#engine/inference/process-guard.ts';
import { makeVariant, type VariantJob } from '#engine/make-variant.ts';
import type { VariantAnswer } from '#engine/variant-process.ts';
import { connectParent } from './parent-channel.ts';

const maxMemoryBytes = 6e9;
const parent = connectParent();
/** Without its station nobody waits for the answer. */
parent.onClosed(() => process.exit(0));
guardProcess(maxMemoryBytes);

parent.onMessage((message) => {
  const post = (answer: VariantAnswer): void => parent.post(answer);
  makeVariant(message as VariantJob, (share) => post({ kind: 'progress', share })).then(
    (report) => post({ kind: 'done', result: report }),
    (error: unknown) =>
      post({ kind: 'refused', error: StationError.from(error, 'MODEL_002').toBody() }),
  );
});
