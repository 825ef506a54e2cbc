/**
 * The models of this station: which one counts, importing another, and changing over.
 */
import { notifications } from '@mantine/notifications';
import { IconBoxModel2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Model } from '#contract/model.ts';
import {
  Allowed,
  confirm,
  EmptyState,
  ErrorState,
  ErrorText,
  LoadingState,
  Page,
  useCommand,
  useModels,
} from '../kit.ts';
import { CatalogList } from '../first-run/catalog-list.tsx';
import { ImportPanel } from './import-panel.tsx';
import { ModelCardRow } from './model-card-row.tsx';

export function ModelsView() {
  const { t } = useTranslation();
  const models = useModels();
  const activating = useCommand('model.activate');
  const list = models.data;

  const activate = async (model: Model) => {
    const { name, version } = model.card;
    const isAgreed = await confirm({
      title: t('models.activateTitle', { name }),
      text: t('models.activateText', { name, version }),
      confirm: t('models.activate'),
      cancel: t('common.cancel'),
      isDestructive: false,
    });
    if (!isAgreed) return;
    activating.mutate(
      { digest: model.digest },
      { onSuccess: () => notifications.show({ message: t('models.activated', { name }) }) },
    );
  };

  return (
    <Page
      title={t('models.title')}
      summary={list === undefined ? undefined : t('models.summary', { count: list.length })}
    >
      <Allowed to="model.import">
        <ImportPanel />
      </Allowed>
      {activating.error !== null && <ErrorText error={activating.error} />}
      {list === undefined && models.error === null && <LoadingState />}
      {list === undefined && models.error !== null && (
        <ErrorState
          title={t('models.loadFailed')}
          error={models.error}
          onRetry={() => void models.refetch()}
        />
      )}
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
            isBusy={activating.isPending && activating.variables.digest === model.digest}
            onActivate={() => void activate(model)}
          />
        ))}
      </div>
      <CatalogList />
    </Page>
  );
}
