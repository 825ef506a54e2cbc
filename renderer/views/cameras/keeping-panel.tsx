/**
 * What is kept of a camera and what is hidden: its recording, and privacy masks drawn on the picture.
 */
import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import { ErrorState, LoadingState, useMasks, useRecording } from '../kit.ts';
import { MaskEditor } from './mask-editor.tsx';
import { RecordingForm } from './recording-form.tsx';

interface KeepingPanelProps {
  readonly camera: Camera;
  readonly onClose: () => void;
}

export function KeepingPanel({ camera, onClose }: KeepingPanelProps) {
  const { t } = useTranslation();
  const recording = useRecording(camera.id);
  const masks = useMasks(camera.id);
  const error = recording.error ?? masks.error;
  const own = recording.data?.cameras[0];
  return (
    <Modal opened onClose={onClose} size={1120} title={t('keeping.title', { name: camera.name })}>
      {error !== null && (
        <ErrorState
          title={t('keeping.loadFailed')}
          error={error}
          onRetry={() => void Promise.all([recording.refetch(), masks.refetch()])}
        />
      )}
      {error === null && (own === undefined || masks.data === undefined) && <LoadingState />}
      {error === null && own !== undefined && masks.data !== undefined && recording.data && (
        <div className="tw-keeping">
          <MaskEditor camera={camera} masks={masks.data} />
          <RecordingForm recording={own} disk={recording.data.disk} />
        </div>
      )}
    </Modal>
  );
}
