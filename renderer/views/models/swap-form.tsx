/**
 * Making a model count: for which cameras, why, and whether it is rehearsed before.
 */
import { useState } from 'react';
import { Button, Checkbox, Loader, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { Model } from '#contract/model.ts';
import { ErrorText, useCameras, useCommand } from '../kit.ts';

interface SwapFormProps {
  readonly model: Model;
  readonly onClose: () => void;
}

const minReason = 3;

export function SwapForm({ model, onClose }: SwapFormProps) {
  const { t } = useTranslation();
  const cameras = useCameras();
  const activating = useCommand('model.activate');
  const [cameraId, setCameraId] = useState('');
  const [reason, setReason] = useState('');
  const [isSkipped, setSkipped] = useState(false);
  const [wasSubmitted, setSubmitted] = useState(false);
  const { name, version } = model.card;
  const lacksReason = isSkipped && reason.trim().length < minReason;

  const submit = () => {
    setSubmitted(true);
    if (lacksReason) return;
    activating.mutate(
      {
        digest: model.digest,
        cameraId: cameraId === '' ? null : cameraId,
        reason: reason.trim(),
        ...(isSkipped ? { skipRehearsal: reason.trim() } : {}),
      },
      {
        onSuccess: () => {
          notifications.show({ message: t('models.activated', { name }) });
          onClose();
        },
      },
    );
  };

  return (
    <form
      className="tw-swap"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p className="tw-dim">{t('models.activateText', { name, version })}</p>
      <label className="tw-swap-scope">
        <span>{t('swap.scope')}</span>
        <select value={cameraId} onChange={(event) => setCameraId(event.currentTarget.value)}>
          <option value="">{t('swap.allCameras')}</option>
          {cameras.data?.map((camera) => (
            <option key={camera.id} value={camera.id}>
              {camera.name}
            </option>
          ))}
        </select>
      </label>
      <TextInput
        label={t('swap.reason')}
        description={t('swap.reasonHint')}
        value={reason}
        error={wasSubmitted && lacksReason ? t('swap.needsReason') : null}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Checkbox
        label={t('swap.skip')}
        description={t('swap.skipHint')}
        checked={isSkipped}
        onChange={(event) => setSkipped(event.currentTarget.checked)}
      />
      {activating.error !== null && <ErrorText error={activating.error} />}
      <div className="tw-form-foot">
        <Button type="submit" loading={activating.isPending}>
          {isSkipped ? t('models.activate') : t('swap.rehearseAndCount')}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        {activating.isPending && !isSkipped && (
          <span className="tw-import-wait" role="status">
            <Loader size="xs" aria-hidden /> {t('swap.rehearsing')}
          </span>
        )}
      </div>
    </form>
  );
}
