/**
 * How all of it is now: the tree of station, workers, models and cameras, then the machine and each worker in detail.
 */
import { IconServerOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EmptyState, NotLoaded, useHealthTree, useNow, useStationInfo } from '../kit.ts';
import { DoctorCard } from '../first-run/doctor-card.tsx';
import { StationCard } from './station-card.tsx';
import { TreeCard } from './tree-card.tsx';
import { WorkerCard } from './worker-card.tsx';

export function StatePanel() {
  const { t } = useTranslation();
  const info = useStationInfo();
  const tree = useHealthTree();
  const now = useNow(1000);
  return (
    <>
      {tree.data === undefined ? (
        <NotLoaded query={tree} title={t('health.loadFailed')} />
      ) : (
        <TreeCard nodes={tree.data.nodes} now={now} />
      )}
      {/* It is needed most when nothing else answers. */}
      <DoctorCard />
      {info.data === undefined ? (
        <NotLoaded query={info} title={t('health.loadFailed')} />
      ) : (
        <>
          <StationCard station={info.data} />
          <h2 className="tw-section">{t('health.workers')}</h2>
          {info.data.workers.length === 0 && (
            <EmptyState
              icon={<IconServerOff size={32} stroke={1.3} />}
              title={t('health.noWorkers')}
              hint={t('health.noWorkersHint')}
            />
          )}
          {info.data.workers.map((worker) => (
            <WorkerCard key={worker.id} worker={worker} now={now} />
          ))}
        </>
      )}
    </>
  );
}
