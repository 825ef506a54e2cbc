/**
 * Two runs beside each other, event by event.
 */
import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorText, LoadingState, useFormats, useJobComparison } from '../kit.ts';

const kinds = ['both', 'only-a', 'only-b', 'different'] as const;

interface RunComparisonProps {
  readonly runId: number;
  readonly otherId: number;
}

export function RunComparison({ runId, otherId }: RunComparisonProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { data, error } = useJobComparison(runId, otherId);
  const isSame = data?.a.resultDigest === data?.b.resultDigest && data?.a.resultDigest !== null;
  return (
    <section className="tw-card" aria-label={t('job.comparison')}>
      <header>
        <h2>{t('job.comparison')}</h2>
      </header>
      {error !== null && <ErrorText error={error} />}
      {error === null && data === undefined && <LoadingState />}
      {data !== undefined && (
        <>
          <p role="status">
            {t('job.comparedRuns', {
              ...{ a: data.a.name, aId: data.a.id, b: data.b.name, bId: data.b.id },
            })}{' '}
            {isSame && t('job.same')}
          </p>
          <Table className="tw-table" aria-label={t('job.comparison')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('job.place')}</Table.Th>
                <Table.Th>{t('job.line')}</Table.Th>
                <Table.Th data-number>{t('experiment.a')}</Table.Th>
                <Table.Th data-number>{t('experiment.b')}</Table.Th>
                {kinds.map((kind) => (
                  <Table.Th key={kind} data-number>
                    {t(`job.pair.${kind}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.rows.map(({ place, lineId, a, b, counts }) => (
                <Table.Tr key={JSON.stringify([place, lineId])}>
                  <Table.Td>{place}</Table.Td>
                  <Table.Td>{lineId}</Table.Td>
                  <Table.Td data-number>{number(a)}</Table.Td>
                  <Table.Td data-number>{number(b)}</Table.Td>
                  {kinds.map((kind) => (
                    <Table.Td key={kind} data-number>
                      {number(counts[kind])}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {data.rows.length === 0 && <p className="tw-hint">{t('job.noCounts')}</p>}
        </>
      )}
    </section>
  );
}
