/**
 * Tells a person on the terminal what went wrong and ends with a code that a script can read.
 */
import { StationError } from '#contract/error.ts';

/** Exit codes: 2 for what the caller can mend (settings, arguments, input), 1 for the rest. */
export function reportAndExit(error: unknown): never {
  if (error instanceof StationError) {
    const request = error.requestId === undefined ? '' : ` (request ${error.requestId})`;
    process.stderr.write(`${error.code}: ${error.message}${request}\n`);
    const isCallers = /^(REQ|SYS_004|CAM|MODEL)/.test(error.code);
    process.exit(isCallers ? 2 : 1);
  }
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
}
