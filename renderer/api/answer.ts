/**
 * Makes of what a door answered either the output that the contract promises or a StationError.
 */
import { ErrorBody, StationError } from '#contract/error.ts';
import { procedures, type CallName, type OutputOf } from '#contract/procedures.ts';

/** Parses an output. Throws SYS_001 when the station speaks another version of the contract. */
export function parseOutput<N extends CallName>(name: N, output: unknown): OutputOf<N> {
  const parsed = procedures[name].output.safeParse(output);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new StationError(
      'SYS_001',
      `The station answered ${name} in a form that this page does not know; reload the page after an update.`,
      { cause: parsed.error, ...(issue === undefined ? {} : { path: issue.path.join('.') }) },
    );
  }
  return parsed.data as OutputOf<N>;
}

/** The error that a door sent, whatever its shape. */
export function parseError(body: unknown, fallback: string): StationError {
  const parsed = ErrorBody.safeParse(body);
  return parsed.success
    ? StationError.fromBody(parsed.data)
    : new StationError('SYS_001', fallback);
}

/** Whether a call was cancelled by whoever made it. */
export function isCancelled(error: unknown): boolean {
  return error instanceof StationError && error.code === 'REQ_004';
}
