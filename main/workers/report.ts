/**
 * Entry of the thread that writes one report as PDF.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '#engine/base/assert.ts';
import type { PdfJob } from '#engine/pdf-thread.ts';
import { reportToPdf } from '#engine/reporting/pdf.ts';

assert(parentPort !== null, 'reports are written in a thread, not by a program');
parentPort.postMessage(await reportToPdf(workerData as PdfJob));
