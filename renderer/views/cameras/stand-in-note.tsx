/**
 * Says that another model counts on a camera than should, and why.
 */
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import { StationSentence, useFormats } from '../kit.ts';

interface StandInNoteProps {
  readonly camera: Camera;
}

export function StandInNote({ camera }: StandInNoteProps) {
  const { t } = useTranslation();
  const { time } = useFormats();
  const { counting } = camera;
  if (counting?.standsInFor == null) return null;
  const { model, standsInFor: champion, reason, retryAt } = counting;
  return (
    <span className="tw-row-error" data-testid="stand-in">
      {model === null ? t('standIn.none', { champion }) : t('standIn.counts', { model, champion })}{' '}
      {reason !== null && <StationSentence of={{ detail: reason.message }} code={reason.code} />}{' '}
      {retryAt !== null && t('standIn.retry', { time: time(retryAt) })}
    </span>
  );
}
