/**
 * Makes a variant in a process of its own.
 */
import type { z } from 'zod';
import { VariantReport } from '#contract/variant.ts';
import { jobAnswer, type JobContext, runChildJob } from './child-job.ts';
import type { VariantJob } from './make-variant.ts';

export const VariantAnswer = jobAnswer(VariantReport);
export type VariantAnswer = z.infer<typeof VariantAnswer>;

/** Rejects as `makeVariant`, with INF_002 when it takes too long, REQ_004 when it was cancelled. */
export function makeVariantElsewhere(job: VariantJob, context: JobContext): Promise<VariantReport> {
  return runChildJob(
    { entry: 'variant', message: job, answer: VariantAnswer, name: 'Making the smaller version' },
    context,
  );
}
