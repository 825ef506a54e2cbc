/**
 * One row for each kind of data: what it is, how much there is, for how long, who may see it.
 */
import { useState } from 'react';
import { ActionIcon, Table, Tooltip } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { OutputOf } from '#contract/procedures.ts';
import { type KeptData, type Keeping, TimedKind } from '#contract/retention.ts';
import { Allowed, useFormats } from '../kit.ts';
import { KeepForm, type TimedData } from './keep-form.tsx';
import { useSizes } from './use-sizes.ts';

export function KeptTable({ kinds, lastCleanup }: OutputOf<'retention.list'>) {
  const { t } = useTranslation();
  const { number, date, time } = useFormats();
  const [edited, setEdited] = useState<TimedData | null>(null);
  const removed = Object.values(lastCleanup?.removed ?? {}).reduce((sum, count) => sum + count, 0);
  return (
    <div className="tw-models">
      <Table.ScrollContainer minWidth={980}>
        <Table className="tw-table tw-kept">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('privacy.what')}</Table.Th>
              <Table.Th>{t('privacy.where')}</Table.Th>
              <Table.Th data-number>{t('privacy.amount')}</Table.Th>
              <Table.Th>{t('privacy.oldest')}</Table.Th>
              <Table.Th>{t('privacy.howLong')}</Table.Th>
              <Table.Th>{t('privacy.seenBy')}</Table.Th>
              <Table.Th aria-label={t('privacy.change')} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {kinds.map((data) => (
              <KeptRow key={data.kind} data={data} onEdit={setEdited} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <p className="tw-dim">
        {lastCleanup === null
          ? t('privacy.noCleanup')
          : t('privacy.cleanup', {
              count: removed,
              at: `${date(lastCleanup.at)} ${time(lastCleanup.at)}`,
              ms: number(lastCleanup.longestStepMs),
            })}
      </p>
      {edited !== null && (
        <KeepForm key={edited.kind} data={edited} onClose={() => setEdited(null)} />
      )}
    </div>
  );
}

interface KeptRowProps {
  readonly data: KeptData;
  readonly onEdit: (data: TimedData) => void;
}

function KeptRow({ data, onEdit }: KeptRowProps) {
  const { t } = useTranslation();
  const { number, date } = useFormats();
  const size = useSizes();
  const { kind, where, keeping, rows, bytes, oldestAt, seenBy } = data;
  const timed = timedOf(data);
  return (
    <Table.Tr>
      <Table.Td>
        <strong>{t(`privacy.kind.${kind}`)}</strong>
        <div className="tw-dim">{t(`privacy.about.${kind}`)}</div>
      </Table.Td>
      <Table.Td className="tw-mono">{where === 'memory' ? t('privacy.memory') : where}</Table.Td>
      <Table.Td data-number>
        {rows === null ? t('common.none') : number(rows)}
        {bytes !== null && bytes > 0 && <div className="tw-dim">{size(bytes)}</div>}
      </Table.Td>
      <Table.Td className="tw-nowrap">
        {oldestAt === null ? t('common.none') : date(oldestAt)}
      </Table.Td>
      <Table.Td>
        <KeepingText keeping={keeping} />
      </Table.Td>
      <Table.Td className="tw-nowrap">
        {t(seenBy === 'admin' ? 'privacy.only' : 'privacy.andAbove', {
          role: t(`access.role.${seenBy}`),
        })}
      </Table.Td>
      <Table.Td data-number>
        {timed !== null && (
          <Allowed to="retention.save">
            <Tooltip label={t('privacy.change')}>
              <ActionIcon
                variant="subtle"
                aria-label={t('privacy.changeOf', { kind: t(`privacy.kind.${kind}`) })}
                onClick={() => onEdit(timed)}
              >
                <IconPencil size={17} />
              </ActionIcon>
            </Tooltip>
          </Allowed>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function KeepingText({ keeping }: { readonly keeping: Keeping }) {
  const { t } = useTranslation();
  switch (keeping.rule) {
    case 'days':
      return keeping.days === 0 ? t('privacy.notKept') : t('privacy.days', { count: keeping.days });
    case 'memory':
      return t('privacy.rule.memory', { count: Math.round(keeping.seconds / 60) });
    case 'for-ever':
    case 'per-camera':
    case 'per-schedule':
    case 'an-hour':
    case 'until-removed':
      return t(`privacy.rule.${keeping.rule}`);
  }
}

/** A kind whose time can be set; null for others. */
function timedOf({ kind, keeping, ...amount }: KeptData): TimedData | null {
  const timed = TimedKind.safeParse(kind);
  return timed.success && keeping.rule === 'days' ? { ...amount, kind: timed.data, keeping } : null;
}
