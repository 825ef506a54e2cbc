/**
 * The program itself: which version runs and how it is kept up to date, the database it shares with other stations, backups.
 */
import { useTranslation } from 'react-i18next';
import { Allowed, ErrorState, LoadingState, Page, useUpdate } from '../kit.ts';
import { BackupCard } from './backup-card.tsx';
import { CentralCard } from './central-card.tsx';
import { UpdateCard } from './update-card.tsx';
import { UpdateSettingsCard } from './update-settings.tsx';

export function SystemView() {
  const { t } = useTranslation();
  const update = useUpdate();
  return (
    <Page title={t('system.title')} summary={t('system.summary')}>
      {update.data === undefined && update.error === null && <LoadingState />}
      {update.data === undefined && update.error !== null && (
        <ErrorState
          title={t('system.loadFailed')}
          error={update.error}
          onRetry={() => void update.refetch()}
        />
      )}
      {update.data !== undefined && (
        <>
          <UpdateCard status={update.data} />
          {update.data.support === 'yes' && (
            <Allowed to="update.set">
              <UpdateSettingsCard
                key={JSON.stringify(update.data.settings)}
                settings={update.data.settings}
              />
            </Allowed>
          )}
        </>
      )}
      <Allowed to="central.set">
        <CentralCard />
      </Allowed>
      <Allowed to="backup.list">
        <BackupCard />
      </Allowed>
    </Page>
  );
}
