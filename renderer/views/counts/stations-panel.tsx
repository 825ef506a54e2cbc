/**
 * The sums of all stations that share a central database: by station, by line and by time.
 */
import { useState } from 'react';
import { Table } from '@mantine/core';
import { IconBuildings } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CentralCounts } from '#contract/central.ts';
import type { ReportBucket } from '#contract/report.ts';
import {
  bucketsFor,
  EmptyState,
  ErrorState,
  LoadingState,
  type Period,
  periods,
  type SiteDays,
  timesOf,
  useCentralCounts,
  useNow,
} from '../kit.ts';
import { Choose } from './choose.tsx';
import { type SiteFormats, useSiteFormats } from './use-site-formats.ts';

/** Days change with the clock, ms. */
const dayCheckMs = 60_000;
const chosen = periods.filter((period) => period !== 'days');
type StationBucket = Exclude<ReportBucket, 'minute'>;

export function StationsPanel({ days }: { readonly days: SiteDays }) {
  const { t } = useTranslation();
  const now = useNow(dayCheckMs);
  const [period, setPeriod] = useState<Exclude<Period, 'days'>>('today');
  const [wanted, setWanted] = useState<StationBucket | null>(null);
  const chosenPeriod = { period, first: '', last: '' };
  const time = timesOf(chosenPeriod, { comparison: 'none', now }, days)?.time ?? null;
  const fitting = time === null ? [] : bucketsFor(time).filter((each) => each !== 'minute');
  const bucket = fitting.find((each) => each === wanted) ?? fitting[0] ?? 'day';
  const counts = useCentralCounts(time === null ? null : { ...time, bucket });
  const { data, error } = counts;
  return (
    <div className="tw-rep">
      <form className="tw-rep-filter" onSubmit={(event) => event.preventDefault()}>
        <Choose
          label={t('counts.filter.period')}
          value={period}
          options={chosen.map((each) => [each, t(`counts.period.${each}`)])}
          onChange={setPeriod}
        />
        <Choose
          label={t('counts.filter.bucket')}
          value={bucket}
          options={fitting.map((each) => [each, t(`counts.bucket.${each}`)])}
          onChange={setWanted}
        />
      </form>
      {error !== null && (
        <ErrorState
          title={t('central.counts.failed')}
          error={error}
          onRetry={() => void counts.refetch()}
        />
      )}
      {error === null && data === undefined && <LoadingState />}
      {error === null && data !== undefined && (
        <div className="tw-rep-report" aria-busy={counts.isPlaceholderData}>
          {data.stations.length === 0 ? (
            <EmptyState
              icon={<IconBuildings size={28} />}
              title={t('central.counts.empty')}
              hint={t('central.counts.emptyHint')}
            />
          ) : (
            <Sums counts={data} />
          )}
        </div>
      )}
    </div>
  );
}

function Sums({ counts }: { readonly counts: CentralCounts }) {
  const { t } = useTranslation();
  const formats = useSiteFormats(counts);
  const names = new Map(counts.stations.map(({ id, name }) => [id, name]));
  const lines = counts.stations.flatMap((station) => station.lines);
  return (
    <>
      <h2 className="tw-section">{t('central.counts.byStation')}</h2>
      <Table className="tw-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('central.counts.station')}</Table.Th>
            <SumsHead />
            <Table.Th data-number>{t('central.counts.observed')}</Table.Th>
            <Table.Th>{t('central.counts.seen')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {counts.stations.map((station) => (
            <Table.Tr key={station.id}>
              <Table.Td>{station.name}</Table.Td>
              <SumsCells sums={station} formats={formats} />
              <Table.Td data-number>{formats.rate(station.observedSeconds / 3600)}</Table.Td>
              <Table.Td className="tw-nowrap">{formats.moment(station.seenAt)}</Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr data-total>
            <Table.Td>{t('central.counts.total')}</Table.Td>
            <SumsCells sums={counts.total} formats={formats} />
            <Table.Td colSpan={2} />
          </Table.Tr>
        </Table.Tbody>
      </Table>
      <p className="tw-hint">{t('central.counts.note')}</p>
      <h2 className="tw-section">{t('central.counts.byLine')}</h2>
      <Table className="tw-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('central.counts.station')}</Table.Th>
            <Table.Th>{t('counts.camera')}</Table.Th>
            <Table.Th>{t('central.counts.line')}</Table.Th>
            <SumsHead />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={`${line.stationId} ${line.cameraId} ${line.lineId}`}>
              <Table.Td>{names.get(line.stationId)}</Table.Td>
              <Table.Td>{line.cameraId}</Table.Td>
              <Table.Td>{line.lineId}</Table.Td>
              <SumsCells sums={line} formats={formats} />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <h2 className="tw-section">{t('central.counts.byTime')}</h2>
      <Table className="tw-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('counts.from')}</Table.Th>
            <SumsHead />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {counts.buckets.map((bucket) => (
            <Table.Tr key={bucket.from}>
              <Table.Td>{formats.bucket(bucket.from)}</Table.Td>
              <SumsCells sums={bucket} formats={formats} />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

function SumsHead() {
  const { t } = useTranslation();
  return (
    <>
      <Table.Th data-number>{t('central.counts.in')}</Table.Th>
      <Table.Th data-number>{t('central.counts.out')}</Table.Th>
    </>
  );
}

interface SumsCellsProps {
  readonly sums: CentralCounts['total'];
  readonly formats: SiteFormats;
}

function SumsCells({ sums, formats: { number } }: SumsCellsProps) {
  return (
    <>
      <Table.Td data-number>{number(sums.in)}</Table.Td>
      <Table.Td data-number>{number(sums.out)}</Table.Td>
    </>
  );
}
