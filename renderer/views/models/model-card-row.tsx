/**
 * One model: what it is, what it counts, and whether the cameras count with it.
 */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Model } from '#contract/model.ts';
import { useFormats, useMay } from '../kit.ts';

interface ModelCardRowProps {
  readonly model: Model;
  readonly isBusy: boolean;
  readonly onActivate: () => void;
}

export function ModelCardRow({ model, isBusy, onActivate }: ModelCardRowProps) {
  const { t } = useTranslation();
  const { number, date } = useFormats();
  const may = useMay();
  const { card } = model;
  const labels = [...new Set(Object.values(card.labels))].map((label) => t(`label.${label}`));
  return (
    <article className="tw-card" data-champion={model.isChampion || undefined}>
      <header>
        <h2>{card.name}</h2>
        <span className="tw-mono">{card.version}</span>
        {model.isChampion && (
          <span className="tw-chip" data-tone="good">
            <i aria-hidden />
            {t('models.counting')}
          </span>
        )}
        {model.isEmbedded && <span className="tw-dim">{t('models.embedded')}</span>}
        <span className="tw-fill" />
        {!model.isChampion && may('model.activate') && (
          <Button variant="default" loading={isBusy} onClick={onActivate}>
            {t('models.activate')}
          </Button>
        )}
      </header>
      {card.notes !== '' && <p>{card.notes}</p>}
      <dl className="tw-facts" data-wide>
        <dt>{t('models.labels')}</dt>
        <dd>{labels.length === 0 ? t('common.none') : labels.join(', ')}</dd>
        <dt>{t('models.input')}</dt>
        <dd>{t('common.pixels', card.input)}</dd>
        <dt>{t('models.head')}</dt>
        <dd>{card.head}</dd>
        <dt>{t('models.file')}</dt>
        <dd>{t('common.megabytes', { value: number(model.bytes / 1e6, 1) })}</dd>
        <dt>{t('models.licence')}</dt>
        <dd>{card.licence === '' ? t('common.none') : card.licence}</dd>
        <dt>{t('models.importedAt')}</dt>
        <dd>{date(model.importedAt)}</dd>
        <dt>{t('models.digest')}</dt>
        <dd className="tw-mono" title={model.digest}>
          {model.digest.slice(0, 12)}
        </dd>
      </dl>
    </article>
  );
}
