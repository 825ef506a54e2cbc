/**
 * Says on a real camera that the small built-in detector counts it, and leads to a better one.
 */
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import { catalogId, formatRoute, useHasSmallModel } from '../kit.ts';

export function SmallModelNote({ camera }: { readonly camera: Camera }) {
  const { t } = useTranslation();
  if (!useHasSmallModel(camera)) return null;
  return (
    <p className="tw-small-model" role="note">
      <IconAlertTriangle size={15} aria-hidden />
      <span>{t('firstRun.smallModel')}</span>
      <a href={formatRoute({ task: 'models', id: catalogId })}>{t('firstRun.betterModel')}</a>
    </p>
  );
}
