/**
 * The size of an element in CSS px, kept up to date; null before it is on screen.
 */
import { useCallback, useState } from 'react';
import type { Extent } from '../lib/grid-layout.ts';

export function useSize(): [ref: (element: HTMLElement | null) => () => void, size: Extent | null] {
  const [size, setSize] = useState<Extent | null>(null);
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return () => {};
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setSize((known) =>
        known?.width === width && known.height === height ? known : { width, height },
      );
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}
