/**
 * Whether something has just come up, for a mark that a person notices. Two renders instead of an animation: without a
 * graphics card, an animation makes the browser draw the whole wall sixty times a second as long as anything crosses.
 */
import { useEffect, useState } from 'react';

const freshMs = 800;

/** True for the first moment of the component's life, if `isNew` was true when it began. */
export function useFresh(isNew: boolean): boolean {
  const [isFresh, setFresh] = useState(isNew);
  useEffect(() => {
    if (!isFresh) return undefined;
    const timer = setTimeout(() => setFresh(false), freshMs);
    return () => clearTimeout(timer);
  }, [isFresh]);
  return isFresh;
}
