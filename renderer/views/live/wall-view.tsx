/**
 * A wall with its bar and the rail beside it: which wall is shown is in the route, which page of it is here.
 */
import { useState } from 'react';
import { Button } from '@mantine/core';
import { IconLayoutGrid } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { Wall as SavedWall, WallLayout } from '#contract/wall.ts';
import type { Zone } from '#contract/zone.ts';
import {
  EmptyState,
  formatRoute,
  isScreen,
  LoadingState,
  nextStop,
  pageCount,
  replaceRoute,
  tourStops,
  useRoute,
  useWalls,
  wallRoute,
  type Stop,
} from '../kit.ts';
import { DemoNote } from '../first-run/demo-note.tsx';
import { CrossingList } from './crossing-list.tsx';
import { Clock, Rail } from './rail.tsx';
import { SitePanel } from './site-panel.tsx';
import { Totals } from './totals.tsx';
import { useTour } from './use-tour.ts';
import { Wall } from './wall.tsx';
import { WallBar } from './wall-bar.tsx';

interface WallViewProps {
  /** Null for all cameras */
  readonly wallId: string | null;
  readonly cameras: readonly Camera[];
  readonly lines: readonly Line[];
  readonly zones: readonly Zone[];
}

export function WallView({ wallId, cameras, lines, zones }: WallViewProps) {
  const { t } = useTranslation();
  const route = useRoute();
  const { data: walls } = useWalls();
  const [at, setAt] = useState<Stop>({ wallId, page: 0 });
  const [chosen, choose] = useState<ReadonlyMap<string | null, WallLayout | null>>(new Map());
  const isAlone = isScreen(route);
  const wall = walls?.find(({ id }) => id === wallId) ?? null;
  const layout = chosen.get(wallId) ?? wall?.layout ?? null;
  const shown = wall === null ? cameras : camerasOf(wall, cameras);
  const pages = pageCount(shown.length, layout);
  const page = at.wallId === wallId ? Math.min(at.page, pages - 1) : 0;

  const show = (stop: Stop) => {
    setAt(stop);
    if (stop.wallId !== wallId) {
      replaceRoute(isAlone ? wallRoute(stop.wallId, 'screen') : wallRoute(stop.wallId));
    }
  };
  const tour = useTour(() => {
    const stops = tourStops(
      (walls ?? []).map((known) => ({
        ...{ id: known.id, count: camerasOf(known, cameras).length },
        layout: chosen.get(known.id) ?? known.layout,
      })),
      cameras.length,
    );
    show(nextStop(stops, { wallId, page }));
  });

  if (wallId !== null && wall === null) {
    if (walls === undefined) return <LoadingState />;
    return (
      <EmptyState
        icon={<IconLayoutGrid size={40} stroke={1.2} />}
        title={t('wall.unknown')}
        hint={t('wall.unknownHint')}
      >
        <Button component="a" size="sm" href={formatRoute(wallRoute(null))}>
          {t('wall.all')}
        </Button>
      </EmptyState>
    );
  }
  const ids = new Set(shown.map(({ id }) => id));
  const shownLines = lines.filter(({ cameraId }) => ids.has(cameraId));
  return (
    <div className="tw-live" data-alone={isAlone || undefined}>
      <section className="tw-wall" aria-label={wall?.name ?? t('live.wall')}>
        <WallBar
          {...{ wall, layout, cameras, tour, isAlone }}
          walls={walls ?? []}
          onLayout={(next) => choose(new Map(chosen).set(wallId, next))}
          onWall={(id) => show({ wallId: id, page: 0 })}
        />
        <Wall
          {...{ layout, page, pages, zones }}
          cameras={shown}
          lines={shownLines}
          onPage={(next) => setAt({ wallId, page: next })}
        />
      </section>
      {!isAlone && (
        <Rail>
          <Clock />
          <Totals cameras={shown} lines={shownLines} />
          <SitePanel {...{ cameras, lines, zones }} />
          <DemoNote />
          <CrossingList cameras={shown} lines={shownLines} cameraId={null} />
        </Rail>
      )}
    </div>
  );
}

/** In the order of the wall; one that was removed since is left out. */
function camerasOf(wall: SavedWall, cameras: readonly Camera[]): Camera[] {
  return wall.tiles.flatMap(({ cameraId }) => cameras.find(({ id }) => id === cameraId) ?? []);
}
