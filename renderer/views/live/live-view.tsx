/**
 * The live view: a wall or one camera large, and the rail with today's counts beside it.
 */
import { Button } from '@mantine/core';
import { IconCameraOff, IconCameraPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import {
  Allowed,
  EmptyState,
  formatRoute,
  goTo,
  NotLoaded,
  useCameras,
  useLines,
  useRoute,
  useZones,
  wallOf,
} from '../kit.ts';
import { FocusView } from './focus-view.tsx';
import { WallView } from './wall-view.tsx';

export function LiveView() {
  const { t } = useTranslation();
  const route = useRoute();
  const cameras = useCameras();
  const lines = useLines();
  const zones = useZones().data ?? [];
  if (cameras.data === undefined) {
    return <NotLoaded query={cameras} title={t('live.loadFailed')} />;
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
  const wall = wallOf(route);
  if (wall !== undefined) {
    return <WallView {...wall} cameras={cameras.data} lines={known} zones={zones} />;
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
