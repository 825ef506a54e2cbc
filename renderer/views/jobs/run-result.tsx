/**
 * What a run has counted: bars over time, sums by place and line, the items with what went wrong, and files to save.
 */
import { useState } from 'react';
import { Button, NativeSelect, Table } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { JobBucket, JobRunView, JobTally } from '#contract/job.ts';
import type { OutputOf } from '#contract/procedures.ts';
import { BarChart, ErrorText, NotLoaded, useFormats, useJobExport, useJobResult } from '../kit.ts';
import { itemTones, jobTime } from './job-words.ts';

type Result = OutputOf<'job.result'>;

const buckets = ['minute', 'quarter', 'hour', 'day'] as const satisfies readonly JobBucket[];
const directions = ['in', 'out'] as const;
/** Bars that can still be told apart */
const mostBars = 120;

export function RunResult({ run }: { readonly run: JobRunView }) {
  const { t } = useTranslation();
  const [bucket, setBucket] = useState<JobBucket>('minute');
  const query = useJobResult(run.id, bucket);
  if (query.data === undefined) {
    return <NotLoaded query={query} title={t('job.loadFailed')} />;
  }
  return (
    <>
      <section className="tw-card" aria-label={t('job.counts')}>
        <header>
          <h2>{t('job.counts')}</h2>
          <span className="tw-fill" />
          <NativeSelect
            aria-label={t('job.bucketLabel')}
            value={bucket}
            data={buckets.map((each) => ({ value: each, label: t(`job.bucket.${each}`) }))}
            onChange={(event) => setBucket(event.currentTarget.value as JobBucket)}
          />
          <Exports run={run} />
        </header>
        {query.data.tallies.length === 0 ? (
          <p className="tw-hint">{t('job.noCounts')}</p>
        ) : (
          <>
            <OverTime tallies={query.data.tallies} />
            <Sums result={query.data} />
          </>
        )}
      </section>
      <Items result={query.data} />
    </>
  );
}

function Exports({ run }: { readonly run: JobRunView }) {
  const exporting = useJobExport();
  return (
    <>
      {exporting.error !== null && <ErrorText error={exporting.error} />}
      {(['csv', 'json'] as const).map((format) => (
        <Button
          key={format}
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden />}
          loading={exporting.isPending}
          onClick={() => exporting.mutate({ runId: run.id, jobId: run.jobId, format })}
        >
          {format.toUpperCase()}
        </Button>
      ))}
    </>
  );
}

/** All lines and places together. */
function OverTime({ tallies }: { readonly tallies: readonly JobTally[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const sums = new Map<number, { in: number; out: number }>();
  for (const { from, in: into, out } of tallies) {
    const known = sums.get(from) ?? { in: 0, out: 0 };
    sums.set(from, { in: known.in + into, out: known.out + out });
  }
  const bars = [...sums].sort(([a], [b]) => a - b);
  if (bars.length > mostBars) return <p className="tw-hint">{t('job.tooManyBars')}</p>;
  return (
    <BarChart
      title={t('job.overTime')}
      labels={bars.map(([at]) => jobTime(t, at, formats))}
      unit="count"
      series={directions.map((direction) => ({
        name: t(`common.${direction}`),
        colour: direction === 'in' ? '--tw-in' : '--tw-out',
        values: bars.map(([, counts]) => counts[direction]),
      }))}
    />
  );
}

function Sums({ result }: { readonly result: Result }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const names = new Map(result.run.lines.map(({ id, name }) => [id, name]));
  const rows = new Map<string, JobTally>();
  for (const tally of result.tallies) {
    const key = JSON.stringify([tally.place, tally.lineId, tally.label]);
    const known = rows.get(key);
    rows.set(key, {
      ...tally,
      in: (known?.in ?? 0) + tally.in,
      out: (known?.out ?? 0) + tally.out,
    });
  }
  return (
    <Table className="tw-table" aria-label={t('job.sums')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('job.place')}</Table.Th>
          <Table.Th>{t('job.line')}</Table.Th>
          <Table.Th>{t('job.label')}</Table.Th>
          <Table.Th data-number>{t('common.in')}</Table.Th>
          <Table.Th data-number>{t('common.out')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {[...rows].map(([key, { place, lineId, label, in: into, out }]) => (
          <Table.Tr key={key}>
            <Table.Td>{place}</Table.Td>
            <Table.Td>{names.get(lineId) ?? lineId}</Table.Td>
            <Table.Td>{t(`label.${label}`)}</Table.Td>
            <Table.Td data-number>{number(into)}</Table.Td>
            <Table.Td data-number>{number(out)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Items({ result: { items } }: { readonly result: Result }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  if (items.length === 0) return null;
  return (
    <section className="tw-card" aria-label={t('job.items')}>
      <header>
        <h2>{t('job.items')}</h2>
      </header>
      <Table className="tw-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('job.place')}</Table.Th>
            <Table.Th>{t('job.itemState')}</Table.Th>
            <Table.Th data-number>{t('job.frames')}</Table.Th>
            <Table.Th data-number>{t('job.length')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map(({ position, place, state, frames, doneMs, lengthMs, error, skipped }) => (
            <Table.Tr key={position}>
              <Table.Td>
                {place}
                {error !== null && <ErrorText error={error} />}
                {skipped.map(({ name, message }) => (
                  <span key={name} className="tw-row-error">
                    {name}: {message}
                  </span>
                ))}
              </Table.Td>
              <Table.Td>
                <span className="tw-chip" data-tone={itemTones[state]}>
                  <i aria-hidden />
                  {t(`job.item.${state}`)}
                </span>
              </Table.Td>
              <Table.Td data-number>{number(frames)}</Table.Td>
              <Table.Td data-number>
                {t('job.seconds', {
                  done: number(doneMs / 1000),
                  length: lengthMs === null ? t('common.none') : number(lengthMs / 1000),
                })}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
