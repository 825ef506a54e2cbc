/**
 * For how much of the last day, week and month cameras were observed and models counted, against the target.
 */
import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { UptimeRow, UptimeShare } from '#contract/health-tree.ts';
import { formatAge, NotLoaded, useFormats, useUptime } from '../kit.ts';

const periods = ['day', 'week', 'month'] as const;

export function UptimePanel() {
  const { t } = useTranslation();
  const { number } = useFormats();
  const uptime = useUptime();
  if (uptime.data === undefined) {
    return <NotLoaded query={uptime} title={t('uptime.loadFailed')} />;
  }
  const { target, rows } = uptime.data;
  return (
    <>
      <p className="tw-hint">{t('uptime.hint', { target: number(target * 100, 1) })}</p>
      <Table.ScrollContainer minWidth={720}>
        <Table className="tw-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('uptime.what')}</Table.Th>
              {periods.map((period) => (
                <Table.Th key={period} data-number>
                  {t(`uptime.period.${period}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <UptimeLine key={`${row.kind} ${row.id}`} row={row} target={target} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

function UptimeLine({ row, target }: { readonly row: UptimeRow; readonly target: number }) {
  const { t } = useTranslation();
  return (
    <Table.Tr>
      <Table.Td>
        <strong>{row.kind === 'station' ? t('uptime.wholeStation') : row.name}</strong>
        <div className="tw-dim">{t(`uptime.about.${row.kind}`)}</div>
      </Table.Td>
      {periods.map((period) => (
        <Table.Td key={period} data-number>
          <Share share={row.shares.find((one) => one.period === period)} target={target} />
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

interface ShareProps {
  readonly share: UptimeShare | undefined;
  readonly target: number;
}

function Share({ share, target }: ShareProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  if (share === undefined || share.wantedSeconds === 0) return t('common.none');
  const { wantedSeconds, servedSeconds } = share;
  const part = Math.min(1, servedSeconds / wantedSeconds);
  const isMet = part >= target;
  // Rounded up, 99.996 % would look like a perfect day.
  const percent = Math.floor(part * 10_000) / 100;
  return (
    <>
      <span className="tw-share" data-tone={isMet ? 'good' : 'bad'}>
        {t('figures.percent', { value: number(percent, 2) })}
        {' · '}
        {t(isMet ? 'uptime.met' : 'uptime.missed')}
      </span>
      <div className="tw-dim">
        {t('uptime.lost', {
          lost: formatAge(t, Math.max(0, wantedSeconds - servedSeconds) * 1000),
          of: formatAge(t, wantedSeconds * 1000),
        })}
      </div>
    </>
  );
}
