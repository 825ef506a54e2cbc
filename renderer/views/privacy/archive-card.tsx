/**
 * The archive of counts: after how many days rows go into files, what is there, whether it is whole, and the way back.
 */
import { useState } from 'react';
import { Button, NumberInput, Switch, Table } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { ArchiveSettings, type ArchiveStatus, leastArchiveDays } from '#contract/archive.ts';
import { ErrorText, useArchive, useCommand, useFormats } from '../kit.ts';
import { RestoreForm } from './restore-form.tsx';
import { useSizes } from './use-sizes.ts';

/** Days that are proposed when somebody switches it on: a year can still be compared with the one before by the minute. */
const proposedDays = 400;

export function ArchiveCard() {
  const { t } = useTranslation();
  const archive = useArchive();
  return (
    <article className="tw-card">
      <header>
        <h2>{t('archive.title')}</h2>
      </header>
      <p className="tw-prose">{t('archive.hint')}</p>
      {archive.error !== null && <ErrorText error={archive.error} />}
      {archive.data !== undefined && (
        <>
          <SettingsForm key={JSON.stringify(archive.data.settings)} {...archive.data.settings} />
          {archive.data.held !== null && (
            <p className="tw-loss" role="status" data-tone="bad">
              {archive.data.held}
            </p>
          )}
          <Contents {...archive.data} />
        </>
      )}
    </article>
  );
}

function SettingsForm(kept: ArchiveSettings) {
  const { t } = useTranslation();
  const saving = useCommand('archive.set');
  const [isOn, setOn] = useState(kept.afterDays !== null);
  const [days, setDays] = useState<number | null>(kept.afterDays ?? proposedDays);
  const [toRemote, setToRemote] = useState(kept.toRemote);
  const wanted = { afterDays: isOn ? days : null, toRemote };
  const isRight = ArchiveSettings.safeParse(wanted).success && (!isOn || days !== null);
  const isSame = wanted.afterDays === kept.afterDays && toRemote === kept.toRemote;
  return (
    <form
      className="tw-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isRight) return;
        saving.mutate(wanted, {
          onSuccess: () => notifications.show({ message: t('archive.saved') }),
        });
      }}
    >
      <Switch
        label={t('archive.byItself')}
        description={t('archive.byItselfHint')}
        checked={isOn}
        onChange={({ currentTarget }) => setOn(currentTarget.checked)}
      />
      {isOn && (
        <NumberInput
          label={t('archive.afterDays')}
          description={t('archive.afterDaysHint', { least: leastArchiveDays })}
          allowDecimal={false}
          value={days ?? ''}
          error={isRight ? null : t('archive.daysWrong', { least: leastArchiveDays, most: 3650 })}
          onChange={(next) => setDays(typeof next === 'number' ? next : null)}
        />
      )}
      <Switch
        label={t('archive.toRemote')}
        description={t('archive.toRemoteHint')}
        checked={toRemote}
        onChange={({ currentTarget }) => setToRemote(currentTarget.checked)}
      />
      {saving.error !== null && <ErrorText error={saving.error} />}
      <div className="tw-form-row">
        <Button type="submit" disabled={!isRight || isSame} loading={saving.isPending}>
          {t('common.save')}
        </Button>
      </div>
    </form>
  );
}

function Contents({ kinds, folder }: ArchiveStatus) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const size = useSizes();
  const checking = useCommand('archive.check');
  const [isRestoring, setRestoring] = useState(false);
  const there = kinds.filter(({ files }) => files > 0);
  if (there.length === 0) return <p className="tw-dim">{t('archive.empty')}</p>;
  return (
    <>
      <Table.ScrollContainer minWidth={560}>
        <Table className="tw-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('archive.kind')}</Table.Th>
              <Table.Th>{t('archive.days')}</Table.Th>
              <Table.Th data-number>{t('archive.rows')}</Table.Th>
              <Table.Th data-number>{t('archive.files')}</Table.Th>
              <Table.Th data-number>{t('archive.size')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {there.map(({ kind, span, rows, files, bytes }) => (
              <Table.Tr key={kind}>
                <Table.Td>{t(`archive.kindOf.${kind}`)}</Table.Td>
                <Table.Td className="tw-nowrap">
                  {span !== null && `${utcDate(span.from)} – ${utcDate(span.to - 1)}`}
                </Table.Td>
                <Table.Td data-number>{number(rows)}</Table.Td>
                <Table.Td data-number>{number(files)}</Table.Td>
                <Table.Td data-number>{size(bytes)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <p className="tw-dim tw-mono">{folder}</p>
      <div className="tw-form-row">
        <Button variant="default" loading={checking.isPending} onClick={() => checking.mutate({})}>
          {t('archive.check')}
        </Button>
        <Button variant="default" onClick={() => setRestoring(true)}>
          {t('archive.restore')}
        </Button>
        {checking.data !== undefined && (
          <span role="status" data-tone={checking.data.faults.length === 0 ? 'good' : 'bad'}>
            {checking.data.faults.length === 0
              ? t('archive.allRight', { count: checking.data.files })
              : checking.data.faults.map(({ reason }) => reason).join(' ')}
          </span>
        )}
      </div>
      {checking.error !== null && <ErrorText error={checking.error} />}
      {isRestoring && <RestoreForm onClose={() => setRestoring(false)} />}
    </>
  );
}

/** Files are of days in UTC, and so called. */
function utcDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
