/**
 * The program itself: which version runs and how it is kept up to date, the database it shares with other stations, backups.
 */
import { useTranslation } from 'react-i18next';
import { Allowed, formatRoute, NotLoaded, Page, useMay, useUpdate } from '../kit.ts';
import { BackupCard } from './backup-card.tsx';
import { CentralCard } from './central-card.tsx';
import { UpdateCard } from './update-card.tsx';
import { UpdateSettingsCard } from './update-settings.tsx';

export function SystemView() {
  const { t } = useTranslation();
  const update = useUpdate();
  const may = useMay();
  return (
    <Page title={t('system.title')} summary={t('system.summary')}>
      {update.data === undefined && <NotLoaded query={update} title={t('system.loadFailed')} />}
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
      {may('backup.list') ? <BackupCard /> : <OthersCard />}
    </Page>
  );
}

/** For whoever may do nothing here: who does, and where there is more to see. */
function OthersCard() {
  const { t } = useTranslation();
  return (
    <article className="tw-card">
      <header>
        <h2>{t('system.others')}</h2>
      </header>
      <p className="tw-prose">
        {t('system.othersText')}{' '}
        <a className="tw-link" href={formatRoute({ task: 'health', id: null })}>
          {t('system.toHealth')}
        </a>
      </p>
    </article>
  );
}
