/**
 * The recovery plan: each action with its budget, how often it was done, and a switch where it may be switched off.
 */
import { Switch, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RecoveryRule } from '#contract/recovery.ts';
import { useCommand, useFormats, useMay, useRecoveryPlan } from '../kit.ts';

export function PlanCard() {
  const { t } = useTranslation();
  const plan = useRecoveryPlan();
  return (
    <article className="tw-card">
      <header>
        <h2>{t('recovery.title')}</h2>
      </header>
      <p>{t('recovery.about')}</p>
      <Table.ScrollContainer minWidth={760}>
        <Table className="tw-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('recovery.what')}</Table.Th>
              <Table.Th>{t('recovery.limit')}</Table.Th>
              <Table.Th data-number>{t('recovery.done')}</Table.Th>
              <Table.Th>{t('recovery.last')}</Table.Th>
              <Table.Th>{t('recovery.on')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {plan.data?.map((rule) => (
              <PlanRow key={rule.action} rule={rule} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </article>
  );
}

function PlanRow({ rule }: { readonly rule: RecoveryRule }) {
  const { t } = useTranslation();
  const { number, time } = useFormats();
  const may = useMay();
  const set = useCommand('recovery.set');
  const { action, budget, pauses, isOptional, isOn, done, lastAt } = rule;
  return (
    <Table.Tr>
      <Table.Td>
        <strong>{t(`recovery.action.${action}`)}</strong>
        <div className="tw-dim">{t(`recovery.why.${action}`)}</div>
      </Table.Td>
      <Table.Td>
        {budget !== null && t('recovery.budget', { count: budget.count, seconds: budget.windowS })}
        {pauses !== null && t('recovery.pauses', { first: pauses.firstS, most: pauses.mostS })}
        {budget === null && pauses === null && t('recovery.noLimit')}
      </Table.Td>
      <Table.Td data-number>{number(done)}</Table.Td>
      <Table.Td className="tw-nowrap">{lastAt === null ? t('common.none') : time(lastAt)}</Table.Td>
      <Table.Td>
        {isOptional ? (
          <Switch
            aria-label={t(`recovery.action.${action}`)}
            checked={isOn}
            disabled={!may('recovery.set') || set.isPending}
            onChange={(event) => set.mutate({ action, isOn: event.currentTarget.checked })}
          />
        ) : (
          t('recovery.always')
        )}
      </Table.Td>
    </Table.Tr>
  );
}
