/**
 * For each camera: whether pictures are recorded, for how long, and which parts of them are never seen by anybody.
 */
import { useState } from 'react';
import { Button, Table } from '@mantine/core';
import { IconCamera } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { CameraRecording } from '#contract/recording.ts';
import {
  Allowed,
  EmptyState,
  ErrorState,
  LoadingState,
  useAllMasks,
  useAllRecordings,
  useCameras,
  useFormats,
} from '../kit.ts';
import { KeepingPanel } from '../cameras/keeping-panel.tsx';
import { useSizes } from './use-sizes.ts';

export function CameraPrivacy() {
  const { t } = useTranslation();
  const [cameras, recordings, masks] = [useCameras(), useAllRecordings(), useAllMasks()];
  const [editedId, setEditedId] = useState<string | null>(null);
  const error = cameras.error ?? recordings.error ?? masks.error;
  if (error !== null) {
    return (
      <ErrorState
        title={t('privacy.loadFailed')}
        error={error}
        onRetry={() => void Promise.all([cameras.refetch(), recordings.refetch(), masks.refetch()])}
      />
    );
  }
  if (cameras.data === undefined || recordings.data === undefined || masks.data === undefined) {
    return <LoadingState />;
  }
  if (cameras.data.length === 0) {
    return (
      <EmptyState
        icon={<IconCamera size={36} stroke={1.3} />}
        title={t('privacy.noCameras')}
        hint={t('privacy.noCamerasHint')}
      />
    );
  }
  const edited = cameras.data.find(({ id }) => id === editedId) ?? null;
  const masksOf = (id: string) => masks.data.filter(({ cameraId }) => cameraId === id);
  return (
    <div className="tw-models">
      <p className="tw-dim">{t('privacy.camerasHint')}</p>
      <Table.ScrollContainer minWidth={760}>
        <Table className="tw-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('privacy.camera')}</Table.Th>
              <Table.Th>{t('keeping.recording')}</Table.Th>
              <Table.Th>{t('privacy.howLong')}</Table.Th>
              <Table.Th>{t('privacy.masks')}</Table.Th>
              <Table.Th aria-label={t('privacy.change')} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {cameras.data.map((camera) => (
              <CameraRow
                key={camera.id}
                camera={camera}
                recording={recordings.data.cameras.find(({ cameraId }) => cameraId === camera.id)}
                masks={masksOf(camera.id).map(({ name }) => name)}
                onEdit={() => setEditedId(camera.id)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {edited !== null && (
        <KeepingPanel key={edited.id} camera={edited} onClose={() => setEditedId(null)} />
      )}
    </div>
  );
}

interface CameraRowProps {
  readonly camera: Camera;
  readonly recording: CameraRecording | undefined;
  /** Their names */
  readonly masks: readonly string[];
  readonly onEdit: () => void;
}

const tones = { off: 'quiet', waiting: 'quiet', recording: 'good', paused: 'warning' } as const;

function CameraRow({ camera, recording, masks, onEdit }: CameraRowProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const size = useSizes();
  const state = recording?.recording.state ?? 'off';
  return (
    <Table.Tr>
      <Table.Td>
        <strong>{camera.name}</strong>
      </Table.Td>
      <Table.Td>
        <span className="tw-chip" data-tone={tones[state]}>
          <i aria-hidden />
          {t(`keeping.state.${state}`)}
        </span>
      </Table.Td>
      <Table.Td>
        {recording === undefined || (state === 'off' && recording.usedBytes === 0)
          ? t('privacy.nothingRecorded')
          : t('privacy.recorded', {
              hours: number(recording.settings.keepHours),
              size: size(recording.usedBytes),
            })}
      </Table.Td>
      <Table.Td>{masks.length === 0 ? t('privacy.noMask') : masks.join(', ')}</Table.Td>
      <Table.Td data-number>
        <Allowed to="recording.set">
          <Button
            variant="default"
            size="xs"
            aria-label={t('keeping.open', { name: camera.name })}
            onClick={onEdit}
          >
            {t('privacy.change')}
          </Button>
        </Allowed>
      </Table.Td>
    </Table.Tr>
  );
}
