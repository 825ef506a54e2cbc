/**
 * What views read of recordings and privacy masks.
 */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { CameraId } from '#contract/camera.ts';
import type { Crossing } from '#contract/counting.ts';
import type { StationError } from '#contract/error.ts';
import type { PrivacyMask } from '#contract/mask.ts';
import type { OutputOf } from '#contract/procedures.ts';
import type { RecordedSpan } from '#contract/recording.ts';
import type { TimeStretch } from '../lib/recorded-day.ts';
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

const dayMs = 10_000;
/** More are not told apart on a strip of time. */
const mostEvents = 1000;

/** Recorded time of a camera, oldest first. */
export function useRecordedSpans(
  cameraId: CameraId,
  { from, to }: TimeStretch,
): UseQueryResult<RecordedSpan[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['recording.list', cameraId, from, to],
    queryFn: ({ signal }) => link.call('recording.list', { cameraId, from, to }, { signal }),
    refetchInterval: dayMs,
  });
}

/** The last crossings of a camera within a stretch, newest first. */
export function useDayEvents(
  cameraId: CameraId,
  { from, to }: TimeStretch,
): UseQueryResult<Crossing[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['crossing.list', cameraId, from, to],
    queryFn: ({ signal }) =>
      link.call('crossing.list', { cameraId, from, to, limit: mostEvents }, { signal }),
    refetchInterval: dayMs,
  });
}
