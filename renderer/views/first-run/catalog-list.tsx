/**
 * The catalog: better detectors that the station fetches, checks and imports, and the one click that makes one count.
 */
import { useEffect, useRef } from 'react';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Model } from '#contract/model.ts';
import type { OutputOf } from '#contract/procedures.ts';
import {
  Allowed,
  catalogId,
  ErrorState,
  ErrorText,
  useCatalog,
  useCommand,
  useFormats,
  useModels,
  useRoute,
} from '../kit.ts';

type Entry = OutputOf<'catalog.list'>[number];

/** `#/models/catalog` leads here. */
export function CatalogList() {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const models = useModels();
  const isAsked = useRoute().id === catalogId;
  const section = useRef<HTMLElement>(null);
  const isThere = catalog.data !== undefined;
  useEffect(() => {
    if (isAsked && isThere) section.current?.scrollIntoView({ block: 'start' });
  }, [isAsked, isThere]);
  return (
    <section ref={section} className="tw-catalog" aria-label={t('catalog.title')}>
      <h2 className="tw-section">{t('catalog.title')}</h2>
      <p className="tw-hint">{t('catalog.hint')}</p>
      {catalog.error !== null && (
        <ErrorState
          title={t('catalog.loadFailed')}
          error={catalog.error}
          onRetry={() => void catalog.refetch()}
        />
      )}
      {catalog.data?.map((entry) => (
        <EntryRow
          key={entry.id}
          entry={entry}
          model={models.data?.find((model) => model.digest === entry.digest) ?? null}
        />
      ))}
    </section>
  );
}

interface EntryRowProps {
  readonly entry: Entry;
  /** The same detector where it is on the station already */
  readonly model: Model | null;
}

function EntryRow({ entry, model }: EntryRowProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const installing = useCommand('catalog.install');
  const activating = useCommand('model.activate');
  const isBusy = installing.isPending || activating.isPending;
  const error = installing.error ?? activating.error;

  const count = async () => {
    installing.reset();
    const { digest } = model ?? (await installing.mutateAsync({ id: entry.id }));
    await activating.mutateAsync({ digest });
    notifications.show({ message: t('models.activated', { name: entry.title }) });
  };

  return (
    <article className="tw-card">
      <header>
        <h2>{entry.title}</h2>
        <span className="tw-dim">
          {t('common.megabytes', { value: number(entry.bytes / 1e6, 1) })}
        </span>
        <span className="tw-dim">{t('common.pixels', entry.input)}</span>
        <span className="tw-dim">{entry.licence}</span>
        {model?.isChampion === true && (
          <span className="tw-chip" data-tone="good">
            <i aria-hidden />
            {t('models.counting')}
          </span>
        )}
        <span className="tw-fill" />
        {model?.isChampion !== true && (
          <Allowed to="catalog.install">
            <Button
              leftSection={<IconDownload size={15} />}
              loading={isBusy}
              // What went wrong is shown below.
              onClick={() => void count().catch(() => undefined)}
            >
              {model === null ? t('catalog.install') : t('models.activate')}
            </Button>
          </Allowed>
        )}
      </header>
      <p>{entry.notes}</p>
      {entry.figures.map(({ name, value, unit, source }) => (
        <p key={name} className="tw-hint">
          {t('catalog.figure', { name, value: number(value, 1), unit, source })}
        </p>
      ))}
      {installing.isPending && (
        <p className="tw-hint" role="status">
          {t('catalog.installing', { value: number(entry.bytes / 1e6, 1) })}
        </p>
      )}
      {error !== null && <ErrorText error={error} />}
    </article>
  );
}
