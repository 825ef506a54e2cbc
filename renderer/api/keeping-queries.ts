/**
 * What views read of recordings and privacy masks.
 */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { CameraId } from '#contract/camera.ts';
import type { StationError } from '#contract/error.ts';
import type { PrivacyMask } from '#contract/mask.ts';
import type { OutputOf } from '#contract/procedures.ts';
import { useStation } from './station-context.tsx';

const pulseMs = 2000;

/** Recording of one camera, with its disk. */
export function useRecording(
  cameraId: CameraId,
): UseQueryResult<OutputOf<'recording.get'>, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['recording.get', cameraId],
    queryFn: ({ signal }) => link.call('recording.get', { cameraId }, { signal }),
    refetchInterval: pulseMs,
  });
}

export function useMasks(cameraId: CameraId): UseQueryResult<PrivacyMask[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['mask.list', cameraId],
    queryFn: ({ signal }) => link.call('mask.list', { cameraId }, { signal }),
  });
}
