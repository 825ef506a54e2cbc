/**
 * One worker: its life, its cameras, and how long each step of a frame's way takes in it.
 */
import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { StepTimings, type WorkerHealth } from '#contract/health.ts';
import { formatAge, useFormats } from '../kit.ts';

interface WorkerCardProps {
  readonly worker: WorkerHealth;
  /** Unix time in ms on the station's clock */
  readonly now: number;
}

const tones: Record<WorkerHealth['state'], string> = {
  starting: 'quiet',
  ready: 'good',
  ended: 'bad',
};

export function WorkerCard({ worker, now }: WorkerCardProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const isOften = worker.restarts > 2;
  return (
    <article className="tw-card">
      <header>
        <h2>{worker.id}</h2>
        <span className="tw-chip" data-tone={tones[worker.state]}>
          <i aria-hidden />
          {t(`health.${worker.state}`)}
        </span>
        <span className="tw-dim">{formatAge(t, now - worker.since)}</span>
      </header>
      <div className="tw-worker">
        <dl className="tw-facts">
          <dt>{t('health.cameras')}</dt>
          <dd>{worker.cameras.length === 0 ? t('common.none') : worker.cameras.join(', ')}</dd>
          <dt>{t('health.threads')}</dt>
          <dd>{number(worker.threads)}</dd>
          <dt>{t('health.memory')}</dt>
          <dd>{t('common.megabytes', { value: number(worker.rssBytes / 1e6) })}</dd>
          <dt>{t('health.restarts')}</dt>
          <dd data-tone={isOften ? 'warning' : undefined}>{number(worker.restarts)}</dd>
        </dl>
        {worker.timings === null ? (
          <p className="tw-hint">{t('health.noTimings')}</p>
        ) : (
          <Timings timings={worker.timings} />
        )}
      </div>
    </article>
  );
}

const steps = Object.keys(StepTimings.shape) as (keyof StepTimings)[];

function Timings({ timings }: { readonly timings: StepTimings }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const longest = Math.max(timings.total.p95Ms, 0.001);
  return (
    <div>
      <Table className="tw-table tw-timings" withRowBorders={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('health.timings')}</Table.Th>
            <Table.Th aria-hidden />
            <Table.Th data-number>{t('health.median')}</Table.Th>
            <Table.Th data-number>{t('health.tail')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {steps.map((step) => (
            <Table.Tr key={step} data-total={step === 'total' || undefined}>
              <Table.Td>{t(`health.${step}`)}</Table.Td>
              <Table.Td aria-hidden>
                <span className="tw-bar">
                  <i style={{ width: `${(timings[step].p95Ms / longest) * 100}%` }} />
                  <b style={{ width: `${(timings[step].p50Ms / longest) * 100}%` }} />
                </span>
              </Table.Td>
              <Table.Td data-number>
                {t('common.ms', { value: number(timings[step].p50Ms, 1) })}
              </Table.Td>
              <Table.Td data-number>
                {t('common.ms', { value: number(timings[step].p95Ms, 1) })}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <p className="tw-hint">{t('health.timingsHint')}</p>
    </div>
  );
}
