/**
 * What can be found to count on: cameras at the USB ports, looked for again while the list is on screen.
 */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { UsbCamera } from '#contract/discovery.ts';
import type { StationError } from '#contract/error.ts';
import { useStation } from './station-context.tsx';

/** A camera that is plugged in appears within this time, ms. */
const lookAgainMs = 3000;

export function useUsbCameras(): UseQueryResult<UsbCamera[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['discovery.usb'],
    queryFn: ({ signal }) => link.call('discovery.usb', {}, { signal }),
    refetchInterval: lookAgainMs,
  });
}
