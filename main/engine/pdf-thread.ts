/**
 * Writes PDF files in a thread of their own, one each: laying out a month takes longer than the station may stand still.
 */
import { Worker } from 'node:worker_threads';
import { StationError } from '#contract/error.ts';
import type { CountReport, ReportLanguage } from '#contract/report.ts';
import type { ExperimentPaper } from './reporting/experiment-pdf.ts';

/** What the thread is started with: counts, or an experiment. */
export type PdfJob =
  | { readonly report: CountReport; readonly language: ReportLanguage }
  | { readonly experiment: ExperimentPaper };

export interface PdfOptions {
  /** Path of the thread entry */
  readonly entry: string;
  readonly signal: AbortSignal;
}

/** A report that takes longer is given up, ms. */
const limitMs = 120_000;

/** Rejects with REQ_004 when the signal aborts, SYS_001 when the thread fails. */
export async function makePdfElsewhere(
  job: PdfJob,
  { entry, signal }: PdfOptions,
): Promise<Uint8Array> {
  signal.throwIfAborted();
  const worker = new Worker(entry, { workerData: job });
  const made = Promise.withResolvers<Uint8Array>();
  const fail = (text: string, cause?: unknown): void =>
    made.reject(new StationError('SYS_001', text, { cause }));
  const cancel = (): void =>
    made.reject(new StationError('REQ_004', 'Writing the report was cancelled.'));
  const timer = setTimeout(() => fail('Writing the PDF took too long.'), limitMs);
  signal.addEventListener('abort', cancel);
  worker.on('message', (bytes: Uint8Array) => made.resolve(bytes));
  worker.on('error', (cause) => fail(`The PDF could not be written: ${String(cause)}`, cause));
  worker.on('exit', () => fail('The thread that writes PDFs ended early.'));
  try {
    return await made.promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    await worker.terminate();
  }
}
