/**
 * Counts in tables: by line or zone, by class, by time.
 */
import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CountFigure, CountReport } from '#contract/report.ts';
import { type SiteFormats, useSiteFormats } from './use-site-formats.ts';

interface TableProps {
  readonly report: CountReport;
}

/** Longer tables are for files. */
const mostRows = 400;

export function PlaceTable({ report }: TableProps) {
  const { t } = useTranslation();
  const formats = useSiteFormats(report);
  const { places, subject, total } = report;
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table className="tw-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('counts.camera')}</Table.Th>
            <Table.Th>{t(`counts.filter.place.${subject}`)}</Table.Th>
            {subject === 'lines' && <Table.Th>{t('counts.basis')}</Table.Th>}
            <FigureHead report={report} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {places.map((place) => (
            <Table.Tr key={`${place.cameraId} ${place.id}`}>
              <Table.Td>{place.cameraName}</Table.Td>
              <Table.Td>
                {place.name}{' '}
                {!place.isDrawn && <span className="tw-dim">{t('counts.removed')}</span>}
              </Table.Td>
              {place.basis !== null && <Table.Td>{t(`counts.basisOf.${place.basis}`)}</Table.Td>}
              <FigureCells figure={place} report={report} formats={formats} />
            </Table.Tr>
          ))}
          {places.length > 1 && (
            <Table.Tr data-total>
              <Table.Td colSpan={subject === 'lines' ? 3 : 2}>{t('counts.total')}</Table.Td>
              <FigureCells figure={total} report={report} formats={formats} />
            </Table.Tr>
          )}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export function TimeTable({ report }: TableProps) {
  const { t } = useTranslation();
  const formats = useSiteFormats(report);
  const shown = report.buckets.slice(0, mostRows);
  return (
    <Table.ScrollContainer minWidth={600}>
      <Table className="tw-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('counts.from')}</Table.Th>
            <FigureHead report={report} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((bucket) => (
            <Table.Tr key={bucket.from}>
              <Table.Td>{formats.bucket(bucket.from)}</Table.Td>
              <FigureCells figure={bucket} report={report} formats={formats} />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {shown.length < report.buckets.length && (
        <p className="tw-hint">
          {t('counts.more', { shown: shown.length, all: report.buckets.length })}
        </p>
      )}
    </Table.ScrollContainer>
  );
}

export function ClassTable({ report }: TableProps) {
  const { t } = useTranslation();
  const { number } = useSiteFormats(report);
  return (
    <Table className="tw-table">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('counts.filter.label')}</Table.Th>
          <Table.Th data-number>{t(`counts.in.${report.subject}`)}</Table.Th>
          <Table.Th data-number>{t(`counts.out.${report.subject}`)}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {report.classes.map((each) => (
          <Table.Tr key={each.label}>
            <Table.Td>{t(`label.${each.label}`)}</Table.Td>
            <Table.Td data-number>{number(each.in)}</Table.Td>
            <Table.Td data-number>{number(each.out)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function FigureHead({ report: { subject } }: TableProps) {
  const { t } = useTranslation();
  return (
    <>
      {(['in', 'out'] as const).flatMap((side) => [
        <Table.Th key={side} data-number>
          {t(`counts.${side}.${subject}`)}
        </Table.Th>,
        ...(subject === 'lines'
          ? [
              <Table.Th key={`${side} interval`} data-number title={t('counts.intervalHint')}>
                {t('counts.interval')}
              </Table.Th>,
            ]
          : []),
      ])}
      <Table.Th data-number>{t('counts.observed')}</Table.Th>
    </>
  );
}

interface FigureCellsProps extends TableProps {
  readonly figure: CountFigure;
  readonly formats: SiteFormats;
}

/** Nothing that was not observed is shown as a zero. */
function FigureCells({ figure, report, formats: { number, share } }: FigureCellsProps) {
  const { low, high } = figure;
  const isBlind = figure.observedSeconds === 0 && figure.in + figure.out === 0;
  return (
    <>
      {(['in', 'out'] as const).flatMap((side) => [
        <Table.Td key={side} data-number>
          {isBlind ? '–' : number(figure[side])}
        </Table.Td>,
        ...(report.subject === 'lines'
          ? [
              <Table.Td key={`${side} interval`} data-number className="tw-dim">
                {isBlind || low === null || high === null
                  ? '–'
                  : `${number(low[side])} – ${number(high[side])}`}
              </Table.Td>,
            ]
          : []),
      ])}
      <Table.Td data-number>{share(figure)}</Table.Td>
    </>
  );
}
