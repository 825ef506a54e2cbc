/**
 * What the first run asks of a station: counts beside the truth, the demonstration, the small detector, the catalog.
 */
import {
  useMutation,
  useQuery,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useState } from 'react';
import type { Camera } from '#contract/camera.ts';
import type { TruthComparison } from '#contract/demo.ts';
import type { DoctorCheck } from '#contract/doctor.ts';
import type { StationError } from '#contract/error.ts';
import type { OutputOf } from '#contract/procedures.ts';
import { kindOf } from '../lib/source.ts';
import { useStation } from './station-context.tsx';

/** Truth and count of a simulated camera are compared again this often, ms. */
const truthEveryMs = 3000;
/** Who counts changes seldom, and another person may change it, ms. */
const modelEveryMs = 10_000;

export function isSimulated(camera: Camera): boolean {
  return kindOf(camera.source) === 'simulated';
}

/** Counts beside truth of each line of a simulated camera; of a real one nothing is asked. */
export function useTruth(camera: Camera): readonly TruthComparison[] {
  const { link } = useStation();
  const { data } = useQuery({
    queryKey: ['truth.get', camera.id],
    queryFn: ({ signal }) => link.call('truth.get', { cameraId: camera.id }, { signal }),
    enabled: isSimulated(camera) && camera.isEnabled,
    refetchInterval: truthEveryMs,
  });
  return data ?? [];
}

/** Cameras of the demonstration that are still there. */
export function useDemo(): UseQueryResult<OutputOf<'demo.get'>, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['demo.get'],
    queryFn: ({ signal }) => link.call('demo.get', {}, { signal }),
  });
}

/** Whether a camera looks at the real world and is counted by the small detector that comes with the station. */
export function useHasSmallModel(camera: Camera): boolean {
  const { link } = useStation();
  const { data } = useQuery({
    queryKey: ['model.list'],
    queryFn: ({ signal }) => link.call('model.list', {}, { signal }),
    refetchInterval: modelEveryMs,
  });
  if (isSimulated(camera) || !camera.isEnabled) return false;
  return data?.some((model) => model.isChampion && model.isEmbedded) ?? false;
}

export function useCatalog(): UseQueryResult<OutputOf<'catalog.list'>, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['catalog.list'],
    queryFn: ({ signal }) => link.call('catalog.list', {}, { signal }),
  });
}

export interface DoctorRun {
  readonly run: UseMutationResult<DoctorCheck[], StationError, void>;
  /** How far it is, 0…1; null where the door does not tell */
  readonly share: number | null;
}

/** The self-test, which takes about a minute. */
export function useDoctor(): DoctorRun {
  const { link } = useStation();
  const [share, setShare] = useState<number | null>(null);
  const run = useMutation<DoctorCheck[], StationError>({
    mutationFn: () => link.call('station.doctor', {}, { onProgress: setShare }),
    onMutate: () => setShare(null),
  });
  return { run, share };
}
