/**
 * A tour: the next wall every few seconds, until somebody touches anything.
 */
import { useEffect, useEffectEvent, useState } from 'react';

export interface Tour {
  /** Null while there is none */
  readonly seconds: number | null;
  readonly start: (seconds: number) => void;
}

const touches = ['pointerdown', 'keydown', 'wheel'] as const;

export function useTour(onNext: () => void): Tour {
  const [seconds, setSeconds] = useState<number | null>(null);
  const next = useEffectEvent(onNext);
  useEffect(() => {
    if (seconds === null) return undefined;
    const timer = setInterval(() => next(), seconds * 1000);
    const stop = () => setSeconds(null);
    for (const kind of touches)
      window.addEventListener(kind, stop, { capture: true, passive: true });
    return () => {
      clearInterval(timer);
      for (const kind of touches) window.removeEventListener(kind, stop, { capture: true });
    };
  }, [seconds]);
  return { seconds, start: setSeconds };
}
