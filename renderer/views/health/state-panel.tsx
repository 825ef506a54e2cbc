/**
 * How all of it is now: the tree of station, workers, models and cameras, then the machine and each worker in detail.
 */
import { IconServerOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import {
  EmptyState,
  ErrorState,
  LoadingState,
  useHealthTree,
  useNow,
  useStationInfo,
} from '../kit.ts';
import { DoctorCard } from '../first-run/doctor-card.tsx';
import { StationCard } from './station-card.tsx';
import { TreeCard } from './tree-card.tsx';
import { WorkerCard } from './worker-card.tsx';

export function StatePanel() {
  const { t } = useTranslation();
  const info = useStationInfo();
  const tree = useHealthTree();
  const now = useNow(1000);
  const error = info.error ?? tree.error;
  if (info.data === undefined || tree.data === undefined) {
    return error === null ? (
      <LoadingState />
    ) : (
      <ErrorState
        title={t('health.loadFailed')}
        error={error}
        onRetry={() => void Promise.all([info.refetch(), tree.refetch()])}
      />
    );
  }
  const station = info.data;
  return (
    <>
      <TreeCard nodes={tree.data.nodes} now={now} />
      <DoctorCard />
      <StationCard station={station} />
      <h2 className="tw-section">{t('health.workers')}</h2>
      {station.workers.length === 0 && (
        <EmptyState
          icon={<IconServerOff size={32} stroke={1.3} />}
          title={t('health.noWorkers')}
          hint={t('health.noWorkersHint')}
        />
      )}
      {station.workers.map((worker) => (
        <WorkerCard key={worker.id} worker={worker} now={now} />
      ))}
    </>
  );
}
