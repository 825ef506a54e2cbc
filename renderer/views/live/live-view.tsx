/**
 * The live view: the wall or one camera large, and the rail with today's counts beside it.
 */
import { Button } from '@mantine/core';
import { IconCameraOff, IconCameraPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import {
  Allowed,
  EmptyState,
  ErrorState,
  formatRoute,
  goTo,
  LoadingState,
  useCameras,
  useLines,
  useRoute,
  useZones,
} from '../kit.ts';
import { DemoNote } from '../first-run/demo-note.tsx';
import { FocusView } from './focus-view.tsx';
import { Clock, CrossingList, Rail, Totals } from './rail.tsx';
import { SitePanel } from './site-panel.tsx';
import { Wall } from './wall.tsx';

export function LiveView() {
  const { t } = useTranslation();
  const route = useRoute();
  const cameras = useCameras();
  const lines = useLines();
  const zones = useZones().data ?? [];
  if (cameras.data === undefined) {
    return cameras.error === null ? (
      <LoadingState />
    ) : (
      <ErrorState
        title={t('live.loadFailed')}
        error={cameras.error}
        onRetry={() => void cameras.refetch()}
      />
    );
  }
  if (cameras.data.length === 0) {
    return (
      <EmptyState
        icon={<IconCameraPlus size={40} stroke={1.2} />}
        title={t('live.empty')}
        hint={t('live.emptyHint')}
      >
        <Allowed to="camera.add">
          <Button size="sm" onClick={() => goTo({ task: 'cameras', id: 'new' })}>
            {t('live.addCamera')}
          </Button>
        </Allowed>
      </EmptyState>
    );
  }
  const known = lines.data ?? [];
  if (route.id === null) {
    // A line whose camera was just removed goes with the next event; it is on no tile, so it is in no total either.
    const ids = new Set(cameras.data.map((camera) => camera.id));
    const shown = known.filter((line) => ids.has(line.cameraId));
    return (
      <div className="tw-live">
        <Wall cameras={cameras.data} lines={shown} zones={zones} />
        <Rail>
          <Clock />
          <Totals lines={shown} />
          <SitePanel cameras={cameras.data} lines={shown} zones={zones} />
          <DemoNote />
          <CrossingList cameras={cameras.data} lines={shown} cameraId={null} />
        </Rail>
      </div>
    );
  }
  const focused = cameras.data.find((camera) => camera.id === route.id);
  if (focused === undefined) {
    return (
      <EmptyState
        icon={<IconCameraOff size={40} stroke={1.2} />}
        title={t('live.unknownCamera')}
        hint={t('live.unknownCameraHint')}
      >
        <Button component="a" size="sm" href={formatRoute({ task: 'live', id: null })}>
          {t('live.back')}
        </Button>
      </EmptyState>
    );
  }
  return (
    <div className="tw-live">
      <FocusView
        key={focused.id}
        camera={focused}
        cameras={cameras.data}
        lines={known}
        zones={zones}
        isDrawing={route.part === 'line'}
      />
    </div>
  );
}
