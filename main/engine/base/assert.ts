/**
 * Guards against our own bugs. What the world does wrong is a StationError, not an assert.
 */

/** Throws when `condition` is false; for states that correct code never reaches. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`bug: ${message}`);
}

/** Ends a switch over a union, so that a new member is a type error. */
export function assertNever(value: never): never {
  throw new Error(`bug: unexpected ${JSON.stringify(value)}`);
}
