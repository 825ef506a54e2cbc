/**
 * Clips of recordings as bytes, read part by part from the station, on both doors.
 */
import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { StationError } from '#contract/error.ts';
import type { InputOf } from '#contract/procedures.ts';
import type { Clip } from '#contract/recording.ts';
import { useStation } from './station-context.tsx';
import type { StationLink } from './station-link.ts';

/** Reads all of a clip. Rejects with REQ_002 when it is gone. */
export async function readClip(
  link: Pick<StationLink, 'call'>,
  { id, bytes, mimeType }: Pick<Clip, 'id' | 'bytes' | 'mimeType'>,
  signal?: AbortSignal,
): Promise<Blob> {
  const options = signal && { signal };
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let offset = 0; offset < bytes;) {
    const { data } = await link.call('recording.clipBytes', { id, offset }, options);
    const part = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    if (part.length === 0) {
      throw new StationError('REQ_002', 'The clip ended before its length; open it again.');
    }
    parts.push(part);
    offset += part.length;
  }
  return new Blob(parts, { type: mimeType });
}

export interface RecordedFilm {
  readonly blob: Blob;
  /** Unix time in ms of its first picture */
  readonly from: number;
}

/** Cuts a clip and reads it. */
export function useClip(): UseMutationResult<
  RecordedFilm,
  StationError,
  InputOf<'recording.clip'>
> {
  const { link } = useStation();
  return useMutation({
    async mutationFn(wanted) {
      const clip = await link.call('recording.clip', wanted);
      return { blob: await readClip(link, clip), from: clip.from };
    },
  });
}
