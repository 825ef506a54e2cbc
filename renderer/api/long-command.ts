/**
 * A command that takes minutes: how far it is, and its end by the person who began it.
 */
import { useCallback, useRef, useState } from 'react';
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import type { StationError } from '#contract/error.ts';
import type { CallName, InputOf, OutputOf } from '#contract/procedures.ts';
import { useStation } from './station-context.tsx';

export interface LongCommand<N extends CallName> {
  readonly run: UseMutationResult<OutputOf<N>, StationError, InputOf<N>>;
  /** How far it is, 0…1; null where the door does not tell */
  readonly share: number | null;
  readonly cancel: () => void;
}

/** What it may have changed is read again when it is done. A cancelled one is no error. */
export function useLongCommand<N extends CallName>(name: N): LongCommand<N> {
  const { link } = useStation();
  const client = useQueryClient();
  const [share, setShare] = useState<number | null>(null);
  const stop = useRef<AbortController | null>(null);
  const run = useMutation<OutputOf<N>, StationError, InputOf<N>>({
    mutationFn(input) {
      stop.current = new AbortController();
      return link.call(name, input, { signal: stop.current.signal, onProgress: setShare });
    },
    onMutate: () => setShare(null),
    onSuccess: () => client.invalidateQueries(),
    onError(error) {
      if (error.code === 'REQ_004') run.reset();
    },
  });
  const cancel = useCallback(() => stop.current?.abort(), []);
  return { run, share, cancel };
}
