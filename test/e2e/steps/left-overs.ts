/**
 * What a failed test leaves running or lying about, closed after it.
 */

const leftOvers = new Set<() => Promise<unknown>>();

/** Remembers how to close something; the returned function closes it, once. */
export function closeLater<T>(close: () => Promise<T>): () => Promise<T> {
  const once = (): Promise<T> => {
    leftOvers.delete(once);
    return close();
  };
  leftOvers.add(once);
  return once;
}

/** For `test.afterEach`. */
export async function closeLeftOvers(): Promise<void> {
  await Promise.allSettled([...leftOvers].reverse().map((close) => close()));
}
