/**
 * All cameras in a table, with their state and what is done about them.
 */
import { useState } from 'react';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCameraPlus, IconFileImport, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera, CameraId } from '#contract/camera.ts';
import {
  Allowed,
  confirm,
  EmptyState,
  ErrorText,
  goTo,
  NotLoaded,
  Page,
  useCameras,
  useCommand,
  useFlows,
  useLines,
  useMay,
  useRoute,
  useShortcuts,
  useZones,
} from '../kit.ts';
import { CameraForm } from './camera-form.tsx';
import { CameraTable } from './camera-table.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { KeepingPanel } from './keeping-panel.tsx';
import { RecordingsPanel } from './recordings-panel.tsx';

/** `#/cameras/new` opens the form for a new camera, `#/cameras/import` that for many, `#/cameras/<id>` that of one that is there. */
const newId = 'new';
const importId = 'import';
const longestName = 80;

export function CamerasView() {
  const { t } = useTranslation();
  const route = useRoute();
  const cameras = useCameras();
  const lines = useLines();
  const zones = useZones();
  const flows = useFlows();
  const removing = useCommand('camera.remove');
  const updating = useCommand('camera.update');
  const duplicating = useCommand('camera.duplicate');
  const list = cameras.data;
  const edited = list?.find((camera) => camera.id === route.id) ?? null;
  const [keptId, setKeptId] = useState<CameraId | null>(null);
  const kept = list?.find((camera) => camera.id === keptId) ?? null;
  const [watchedId, setWatchedId] = useState<CameraId | null>(null);
  const watched = list?.find((camera) => camera.id === watchedId) ?? null;
  const close = () => goTo({ task: 'cameras', id: null });
  const add = () => goTo({ task: 'cameras', id: newId });

  const remove = async (camera: Camera) => {
    const namesOf = (drawn: readonly { readonly cameraId: string; readonly name: string }[] = []) =>
      drawn.filter(({ cameraId }) => cameraId === camera.id).map(({ name }) => name);
    const lost = {
      lines: namesOf(lines.data),
      zones: namesOf(zones.data),
      flows: namesOf(flows.data),
    };
    const isAgreed = await confirm({
      title: t('cameras.removeTitle', { name: camera.name }),
      text: [
        t('cameras.removeText', { count: lost.lines.length, lines: lost.lines.join(', ') }),
        lost.zones.length > 0 ? t('cameras.removeZones', { names: lost.zones.join(', ') }) : '',
        lost.flows.length > 0 ? t('cameras.removeFlows', { names: lost.flows.join(', ') }) : '',
        t('cameras.removeMasks'),
      ].join(' '),
      confirm: t('common.remove'),
      cancel: t('common.cancel'),
      isDestructive: true,
    });
    if (!isAgreed) return;
    removing.mutate(
      { id: camera.id },
      {
        onSuccess: () =>
          notifications.show({ message: t('cameras.removed', { name: camera.name }) }),
      },
    );
  };

  const duplicate = ({ id, name }: Camera) => {
    duplicating.mutate(
      { id, name: t('cameras.copyName', { name }).slice(0, longestName) },
      {
        onSuccess(copy) {
          notifications.show({ message: t('cameras.copied', { name: copy.name }) });
          goTo({ task: 'cameras', id: copy.id });
        },
      },
    );
  };

  const may = useMay();
  useShortcuts(
    [{ keys: ['n'], help: { keys: 'N', text: t('shortcuts.addCamera') }, run: add }],
    may('camera.add'),
  );

  const error = removing.error ?? updating.error ?? duplicating.error;
  return (
    <Page
      title={t('cameras.title')}
      summary={
        list === undefined
          ? undefined
          : t('cameras.summary', {
              count: list.length,
              live: list.filter((camera) => camera.capture.state === 'live').length,
            })
      }
      actions={
        <Allowed to="camera.add">
          <span className="tw-actions">
            <Button
              variant="default"
              leftSection={<IconFileImport size={15} />}
              onClick={() => goTo({ task: 'cameras', id: importId })}
            >
              {t('import.open')}
            </Button>
            <Button leftSection={<IconPlus size={15} />} onClick={add}>
              {t('cameras.add')}
            </Button>
          </span>
        </Allowed>
      }
    >
      {error !== null && <ErrorText error={error} />}
      {list === undefined && <NotLoaded query={cameras} title={t('cameras.loadFailed')} />}
      {list?.length === 0 && (
        <EmptyState
          icon={<IconCameraPlus size={40} stroke={1.2} />}
          title={t('cameras.empty')}
          hint={t('cameras.emptyHint')}
        >
          <Allowed to="camera.add">
            <Button size="sm" onClick={add}>
              {t('cameras.add')}
            </Button>
          </Allowed>
        </EmptyState>
      )}
      {list !== undefined && list.length > 0 && (
        <CameraTable
          cameras={list}
          onEnable={(camera, isEnabled) => updating.mutate({ id: camera.id, isEnabled })}
          onRemove={(camera) => void remove(camera)}
          onKeep={({ id }) => setKeptId(id)}
          onWatch={({ id }) => setWatchedId(id)}
          onDuplicate={duplicate}
        />
      )}
      {may('recording.list') && watched !== null && (
        <RecordingsPanel key={watched.id} camera={watched} onClose={() => setWatchedId(null)} />
      )}
      {may('recording.set') && kept !== null && (
        <KeepingPanel key={kept.id} camera={kept} onClose={() => setKeptId(null)} />
      )}
      {may('camera.import') && route.id === importId && <ImportDialog onClose={close} />}
      {may('camera.update') && (edited !== null || route.id === newId) && (
        <CameraForm key={route.id} camera={edited} onClose={close} />
      )}
    </Page>
  );
}
