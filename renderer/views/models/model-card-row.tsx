/**
 * One model: what it is, what it counts and where, where it comes from, and what can be done with it.
 */
import { useState } from 'react';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { TuningView } from '#contract/execution.ts';
import type { Model } from '#contract/model.ts';
import type { StorageUse } from '#contract/registry.ts';
import type { Rehearsal } from '#contract/rehearsal.ts';
import { Allowed, ErrorText, useCameras, useCommand, useFormats, useMay } from '../kit.ts';
import { MakeVariant } from './make-variant.tsx';
import { RehearsalReport } from './rehearsal-report.tsx';
import { SwapForm } from './swap-form.tsx';
import { TuneButton, TuningReport } from './tuning.tsx';

interface ModelCardRowProps {
  readonly model: Model;
  /** The version it was made of, where that is here */
  readonly parent: Model | null;
  readonly room: StorageUse['versions'][number] | null;
  /** The newest rehearsal of it */
  readonly rehearsal: Rehearsal | null;
  /** How it computes, where that was measured */
  readonly tuning: TuningView | null;
}

export function ModelCardRow({ model, parent, room, rehearsal, tuning }: ModelCardRowProps) {
  const { t } = useTranslation();
  const may = useMay();
  const rehearsing = useCommand('model.rehearse');
  const [isSwapping, setSwapping] = useState(false);
  const { card } = model;
  return (
    <article className="tw-card" data-champion={model.isChampion || undefined}>
      <header>
        <h2>{card.name}</h2>
        <span className="tw-mono">{card.version}</span>
        <Aliases model={model} />
        {model.isEmbedded && <span className="tw-dim">{t('models.embedded')}</span>}
        <span className="tw-fill" />
        {!isSwapping && (
          <>
            <TuneButton model={model} />
            <MakeVariant model={model} tuning={tuning} />
            {!model.isChampion && (
              <Allowed to="model.rehearse">
                <Button
                  variant="subtle"
                  loading={rehearsing.isPending}
                  onClick={() => rehearsing.mutate({ digest: model.digest })}
                >
                  {t('models.rehearse')}
                </Button>
              </Allowed>
            )}
            {may('model.activate') && !model.isChampion && (
              <Button variant="default" onClick={() => setSwapping(true)}>
                {t('models.activate')}
              </Button>
            )}
          </>
        )}
      </header>
      {isSwapping && <SwapForm model={model} onClose={() => setSwapping(false)} />}
      {rehearsing.error !== null && <ErrorText error={rehearsing.error} />}
      {tuning !== null && <TuningReport tuning={tuning} />}
      {rehearsal !== null && <RehearsalReport rehearsal={rehearsal} />}
      {card.notes !== '' && <p>{card.notes}</p>}
      <Facts model={model} parent={parent} room={room} />
    </article>
  );
}

/** Where it counts, where it is tried, where it counted before. */
function Aliases({ model }: Pick<ModelCardRowProps, 'model'>) {
  const { t } = useTranslation();
  const cameras = useCameras();
  const following = useCommand('model.follow');
  const nameOf = (id: string) => cameras.data?.find((camera) => camera.id === id)?.name ?? id;
  const own = model.aliases.flatMap(({ alias, cameraId }) =>
    alias === 'champion' && cameraId !== null ? [cameraId] : [],
  );
  const has = (name: 'previous' | 'challenger') =>
    model.aliases.some(({ alias }) => alias === name);
  const follow = (cameraId: string) =>
    following.mutate(
      { cameraId },
      { onSuccess: () => notifications.show({ message: t('models.followed') }) },
    );
  return (
    <>
      {model.isChampion && (
        <span className="tw-chip" data-tone="good">
          <i aria-hidden />
          {t('models.counting')}
        </span>
      )}
      {own.map((cameraId) => (
        <span key={cameraId} className="tw-chip" data-tone="good">
          <i aria-hidden />
          {t('models.countsOn', { cameras: nameOf(cameraId) })}
          <Allowed to="model.follow">
            <Button
              variant="subtle"
              size="compact-xs"
              loading={following.isPending}
              onClick={() => follow(cameraId)}
            >
              {t('models.follow')}
            </Button>
          </Allowed>
        </span>
      ))}
      {has('challenger') && <span className="tw-dim">{t('models.challenger')}</span>}
      {has('previous') && !model.isChampion && (
        <span className="tw-dim">{t('models.previous')}</span>
      )}
      {following.error !== null && <ErrorText error={following.error} />}
    </>
  );
}

function Facts({ model, parent, room }: Omit<ModelCardRowProps, 'rehearsal' | 'tuning'>) {
  const { t } = useTranslation();
  const { number, date } = useFormats();
  const { card, lineage } = model;
  const labels = [...new Set(Object.values(card.labels))].map((label) => t(`label.${label}`));
  const megabytes = (bytes: number) => t('common.megabytes', { value: number(bytes / 1e6, 1) });
  const origin =
    lineage.variant !== null && parent !== null
      ? t('models.madeOf', {
          variant: lineage.variant,
          parent: `${parent.card.name} ${parent.card.version}`,
        })
      : lineage.origin.where;
  return (
    <dl className="tw-facts" data-wide>
      <dt>{t('models.labels')}</dt>
      <dd>{labels.length === 0 ? t('common.none') : labels.join(', ')}</dd>
      <dt>{t('models.input')}</dt>
      <dd>{t('common.pixels', card.input)}</dd>
      <dt>{t('models.head')}</dt>
      <dd>{card.head}</dd>
      <dt>{t('models.file')}</dt>
      <dd>{megabytes(model.bytes)}</dd>
      {room !== null && (
        <>
          <dt>{t('models.room')}</dt>
          <dd title={room.keptBy[0] && t('models.keptBy', { reason: room.keptBy[0] })}>
            {megabytes(room.ownBytes)}
          </dd>
        </>
      )}
      <dt>{t('models.licence')}</dt>
      <dd>{card.licence === '' ? t('common.none') : card.licence}</dd>
      <dt>{t('models.origin')}</dt>
      <dd>{origin === '' ? t('common.none') : origin}</dd>
      <dt>{t('models.importedAt')}</dt>
      <dd>{date(model.importedAt)}</dd>
      <dt>{t('models.digest')}</dt>
      <dd className="tw-mono" title={model.digest}>
        {model.digest.slice(0, 12)}
      </dd>
    </dl>
  );
}
