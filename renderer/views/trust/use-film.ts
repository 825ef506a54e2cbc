/**
 * The film of one clip as an address that a video element plays, on both doors: read part by part from the station.
 */
import { useEffect, useState } from 'react';
import type { BlindCount } from '#contract/blind-count.ts';
import { StationError } from '#contract/error.ts';
import { readClip, useStation } from '../kit.ts';

type StationLink = ReturnType<typeof useStation>['link'];

export type Film =
  | { readonly state: 'loading' }
  /** `from` is the Unix time in ms of its first picture */
  | { readonly state: 'ready'; readonly url: string; readonly from: number; readonly to: number }
  | { readonly state: 'failed'; readonly error: StationError };

export function useFilm({ id, cameraId }: BlindCount, position: number): Film {
  const { link } = useStation();
  const [known, setKnown] = useState<{ readonly key: string; readonly film: Film } | null>(null);
  const key = `${id} ${position}`;
  useEffect(() => {
    const stop = new AbortController();
    let url = '';
    const show = (film: Film) => {
      if (!stop.signal.aborted) setKnown({ key, film });
    };
    readFilm(link, { id, cameraId, position }, stop.signal).then(
      ({ blob, from, to }) => {
        if (stop.signal.aborted) return;
        url = URL.createObjectURL(blob);
        show({ state: 'ready', url, from, to });
      },
      (error: unknown) => show({ state: 'failed', error: StationError.from(error, 'SYS_001') }),
    );
    return () => {
      stop.abort();
      if (url !== '') URL.revokeObjectURL(url);
    };
  }, [link, id, cameraId, position, key]);
  return known?.key === key ? known.film : { state: 'loading' };
}

async function readFilm(
  link: StationLink,
  which: { readonly id: number; readonly cameraId: string; readonly position: number },
  signal: AbortSignal,
): Promise<{ blob: Blob; from: number; to: number }> {
  const clip = await link.call('blindCount.clip', which, { signal });
  return { blob: await readClip(link, clip, signal), from: clip.from, to: clip.to };
}
