/**
 * What a page says when there is nothing to show yet: empty, loading and error, each with the way on.
 */
import type { ReactNode } from 'react';
import { Button, Loader } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ErrorBody } from '#contract/error.ts';

interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly hint: string;
  readonly children?: ReactNode;
}

export function EmptyState({ icon, title, hint, children }: EmptyStateProps) {
  return (
    <div className="tw-state">
      <div className="tw-state-icon" aria-hidden>
        {icon}
      </div>
      <h2>{title}</h2>
      <p>{hint}</p>
      {children}
    </div>
  );
}

export function LoadingState() {
  const { t } = useTranslation();
  return (
    <div className="tw-state" role="status">
      <Loader size="sm" aria-hidden />
      <p>{t('common.loading')}</p>
    </div>
  );
}

interface ErrorStateProps {
  readonly title: string;
  readonly error: ErrorBody;
  readonly onRetry: () => void;
}

export function ErrorState({ title, error, onRetry }: ErrorStateProps) {
  const { t } = useTranslation();
  return (
    <div className="tw-state" role="alert">
      <div className="tw-state-icon" data-tone="bad" aria-hidden>
        <IconAlertTriangle size={28} />
      </div>
      <h2>{title}</h2>
      <ErrorText error={error} />
      <Button variant="default" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
        {t('common.retry')}
      </Button>
    </div>
  );
}

interface NotLoadedProps {
  readonly query: { readonly error: ErrorBody | null; readonly refetch: () => Promise<unknown> };
  /** What could not be read, if it could not */
  readonly title: string;
}

/** What stands in the place of an answer that is not there: that it is awaited, or why it did not come. */
export function NotLoaded({ query: { error, refetch }, title }: NotLoadedProps) {
  if (error === null) return <LoadingState />;
  return <ErrorState title={title} error={error} onRetry={() => void refetch()} />;
}

/**
 * An error in place: its meaning in the chosen language, the station's own sentence, the code, and the id by which log and audit
 * log know the request.
 */
export function ErrorText({ error }: { readonly error: ErrorBody }) {
  const { t } = useTranslation();
  return (
    <div className="tw-error">
      <strong>{t(`error.${error.code}`)}</strong> <span lang="en">{error.message}</span>{' '}
      <code>{error.code}</code>
      {error.requestId !== undefined && (
        <>
          {' '}
          <span className="tw-dim">
            {t('common.request')} <code>{error.requestId}</code>
          </span>
        </>
      )}
    </div>
  );
}
