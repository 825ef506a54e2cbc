/**
 * Entry of the thread that writes one report as PDF.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '#engine/base/assert.ts';
import type { PdfJob } from '#engine/pdf-thread.ts';
import { experimentToPdf } from '#engine/reporting/experiment-pdf.ts';
import { reportToPdf } from '#engine/reporting/pdf.ts';

assert(parentPort !== null, 'reports are written in a thread, not by a program');
const job = workerData as PdfJob;
parentPort.postMessage(
  await ('experiment' in job ? experimentToPdf(job.experiment) : reportToPdf(job)),
);
