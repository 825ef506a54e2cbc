/**
 * What views read of zones, flows and the site, as hooks: kept up to date by events and read again after a gap.
 */
import { useEffect } from 'react';
import {
  useQuery,
  useQueryClient,
  type QueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { StationError } from '#contract/error.ts';
import type { Flow, FlowTally } from '#contract/flow.ts';
import type { LoggedCorrection, SiteDefinition, SiteOccupancy } from '#contract/site-occupancy.ts';
import type { CameraOccupancy, Zone, ZoneOccupancy } from '#contract/zone.ts';
import { startOfDay, startOfNextDay } from '../lib/day.ts';
import { useStation } from './station-context.tsx';
import type { StationLink } from './station-link.ts';

const keys = {
  zones: ['zone.list'],
  flows: ['flow.list'],
  occupancy: ['occupancy.get'],
  passages: ['flowPassage.tally'],
  site: ['site.get'],
  siteOccupancy: ['site.occupancy.get'],
  corrections: ['site.occupancy.corrections'],
} as const;

/** Today's passages are read again so often while they are on screen, ms. */
const passagesMs = 10_000;
/** Who is inside is told every second; what is older is no longer known, ms. */
const freshMs = 6_000;
const shownCorrections = 20;

/** The zones of all cameras. */
export function useZones(): UseQueryResult<Zone[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: keys.zones,
    queryFn: ({ signal }) => link.call('zone.list', {}, { signal }),
  });
}

/** The flows of all cameras. */
export function useFlows(): UseQueryResult<Flow[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: keys.flows,
    queryFn: ({ signal }) => link.call('flow.list', {}, { signal }),
  });
}

/** Who is inside a zone at `now`, Unix time in ms on the station's clock; null while that is not known. */
export function useZoneOccupancy(zone: Zone, now: number): ZoneOccupancy | null {
  const { link } = useStation();
  const { data } = useQuery({
    queryKey: keys.occupancy,
    queryFn: ({ signal }) => link.call('occupancy.get', {}, { signal }),
    select: (cameras: CameraOccupancy[]) => {
      const camera = cameras.find(({ cameraId }) => cameraId === zone.cameraId);
      if (camera === undefined || now - camera.at > freshMs) return null;
      return camera.zones.find(({ zoneId }) => zoneId === zone.id) ?? null;
    },
  });
  return data ?? null;
}

/** Today's passages of the flows of a camera. */
export function useFlowTallies(cameraId: string): readonly FlowTally[] {
  const { link } = useStation();
  const { data } = useQuery({
    queryKey: [...keys.passages, cameraId],
    queryFn: ({ signal }) => {
      const from = startOfDay(link.stationNow());
      return link.call(
        'flowPassage.tally',
        { cameraId, from, to: startOfNextDay(from), bucket: 'all' },
        { signal },
      );
    },
    refetchInterval: passagesMs,
  });
  return data ?? [];
}

export function useSite(): UseQueryResult<SiteDefinition, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: keys.site,
    queryFn: ({ signal }) => link.call('site.get', {}, { signal }),
  });
}

export function useSiteOccupancy(): UseQueryResult<SiteOccupancy, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: keys.siteOccupancy,
    queryFn: ({ signal }) => link.call('site.occupancy.get', {}, { signal }),
  });
}

/** The newest corrections, newest first. */
export function useCorrections(): UseQueryResult<LoggedCorrection[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: keys.corrections,
    queryFn: ({ signal }) =>
      link.call('site.occupancy.corrections', { limit: shownCorrections }, { signal }),
    refetchOnMount: 'always',
  });
}

/** Keeps zones, flows and numbers in step with what the station announces. Used once, at the root. */
export function useZoneAnnouncements(): void {
  const { link } = useStation();
  const client = useQueryClient();
  useEffect(() => followZones(link, client), [link, client]);
}

function followZones(link: StationLink, client: QueryClient): () => void {
  const stops = [
    ...(['zone', 'zoneRemoved'] as const).map((topic) =>
      link.listen(topic, () => void client.invalidateQueries({ queryKey: keys.zones })),
    ),
    ...(['flow', 'flowRemoved'] as const).map((topic) =>
      link.listen(topic, () => void client.invalidateQueries({ queryKey: keys.flows })),
    ),
    link.listen('cameraRemoved', () => {
      void client.invalidateQueries({ queryKey: keys.zones });
      void client.invalidateQueries({ queryKey: keys.flows });
    }),
    link.listen('flowPassage', ({ cameraId }) => {
      void client.invalidateQueries({ queryKey: [...keys.passages, cameraId] });
    }),
    link.listen('occupancy', (occupancy) => {
      client.setQueryData<CameraOccupancy[]>(keys.occupancy, (list) =>
        list === undefined
          ? undefined
          : [...list.filter(({ cameraId }) => cameraId !== occupancy.cameraId), occupancy],
      );
    }),
    link.listen('siteOccupancy', (reading) => {
      const before = client.getQueryData<SiteOccupancy>(keys.siteOccupancy);
      client.setQueryData<SiteOccupancy>(keys.siteOccupancy, reading);
      if (before?.correctedAt === reading.correctedAt) return;
      void client.invalidateQueries({ queryKey: keys.corrections });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
