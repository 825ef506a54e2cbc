/**
 * The models of this station: which one counts, importing another, and changing over.
 */
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowBackUp, IconBoxModel2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Model } from '#contract/model.ts';
import {
  Allowed,
  confirm,
  EmptyState,
  ErrorText,
  NotLoaded,
  Page,
  useCommand,
  useModels,
  useModelStorage,
  useRehearsals,
  useTrials,
  useTunings,
} from '../kit.ts';
import { CatalogList } from '../first-run/catalog-list.tsx';
import { ImportPanel } from './import-panel.tsx';
import { ModelCardRow } from './model-card-row.tsx';
import { ModelHistory } from './model-history.tsx';
import { TrialNotice } from './trial-notice.tsx';

export function ModelsView() {
  const { t } = useTranslation();
  const models = useModels();
  const trials = useTrials();
  const rehearsals = useRehearsals();
  const storage = useModelStorage();
  const tunings = useTunings();
  const list = models.data;
  const trial = trials.data?.[0];

  return (
    <Page
      title={t('models.title')}
      summary={list === undefined ? undefined : t('models.summary', { count: list.length })}
    >
      <Allowed to="model.import">
        <ImportPanel />
      </Allowed>
      {trial !== undefined && <TrialNotice trial={trial} models={list ?? []} />}
      {list !== undefined && <RollBack models={list} />}
      {list === undefined && <NotLoaded query={models} title={t('models.loadFailed')} />}
      {list?.length === 0 && (
        <EmptyState
          icon={<IconBoxModel2 size={40} stroke={1.2} />}
          title={t('models.empty')}
          hint={t('models.emptyHint')}
        />
      )}
      <div className="tw-models">
        {list?.map((model) => (
          <ModelCardRow
            key={model.digest}
            model={model}
            parent={list.find(({ digest }) => digest === model.lineage.parent) ?? null}
            room={storage.data?.versions.find(({ digest }) => digest === model.digest) ?? null}
            rehearsal={
              rehearsals.data?.find(({ report }) => report.digest === model.digest) ?? null
            }
            tuning={tunings.data?.find(({ digest }) => digest === model.digest) ?? null}
          />
        ))}
      </div>
      <ModelHistory />
      <CatalogList />
    </Page>
  );
}

/** The way back to what counted before, for all cameras. */
function RollBack({ models }: { readonly models: readonly Model[] }) {
  const { t } = useTranslation();
  const rolling = useCommand('model.rollBack');
  const previous = models.find(({ aliases }) =>
    aliases.some(({ alias, cameraId }) => alias === 'previous' && cameraId === null),
  );
  if (previous === undefined) return null;
  const { name, version } = previous.card;

  const rollBack = async () => {
    const isAgreed = await confirm({
      title: t('models.rollBackTitle'),
      text: t('models.rollBackText', { name, version }),
      confirm: t('models.rollBack', { name, version }),
      cancel: t('common.cancel'),
      isDestructive: false,
    });
    if (!isAgreed) return;
    rolling.mutate(
      {},
      { onSuccess: () => notifications.show({ message: t('models.rolledBack', { name }) }) },
    );
  };

  return (
    <Allowed to="model.rollBack">
      {rolling.error !== null && <ErrorText error={rolling.error} />}
      <Button
        variant="default"
        className="tw-roll-back"
        leftSection={<IconArrowBackUp size={15} />}
        loading={rolling.isPending}
        onClick={() => void rollBack()}
      >
        {t('models.rollBack', { name, version })}
      </Button>
    </Allowed>
  );
}
