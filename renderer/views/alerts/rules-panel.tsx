/**
 * The rules of alerts: what each watches, whether it can tell, and for the admin a switch, an editor and a test.
 */
import { useState } from 'react';
import { Button, Switch, Table } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus, IconRestore } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AlertRule, AlertRuleView } from '#contract/alert.ts';
import {
  Allowed,
  confirm,
  ErrorText,
  NotLoaded,
  StationSentence,
  useAlertRules,
  useCommand,
  useFormats,
  useMay,
} from '../kit.ts';
import { figureOf, severityTones } from './alert-words.ts';
import { RuleForm } from './rule-form.tsx';

type Edited = AlertRuleView | 'new' | null;

export function RulesPanel() {
  const { t } = useTranslation();
  const rules = useAlertRules();
  const may = useMay();
  const [edited, edit] = useState<Edited>(null);
  if (rules.data === undefined) {
    return <NotLoaded query={rules} title={t('alert.loadFailed')} />;
  }
  return (
    <>
      {may('alertRule.save') ? (
        <Tools onNew={() => edit('new')} />
      ) : (
        <p className="tw-hint">{t('alert.onlyAdmin')}</p>
      )}
      <Table.ScrollContainer minWidth={900}>
        <Table className="tw-table tw-alert-history">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('alert.rule')}</Table.Th>
              <Table.Th>{t('alert.when')}</Table.Th>
              <Table.Th>{t('alert.severityLabel')}</Table.Th>
              <Table.Th>{t('alert.cannotTell')}</Table.Th>
              <Table.Th />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rules.data.map((rule) => (
              <RuleRow key={rule.id} rule={rule} onEdit={() => edit(rule)} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {edited !== null && (
        <RuleForm rule={edited === 'new' ? null : edited} onClose={() => edit(null)} />
      )}
    </>
  );
}

function Tools({ onNew }: { readonly onNew: () => void }) {
  const { t } = useTranslation();
  const resetting = useCommand('alertRule.reset');
  const reset = async () => {
    const isSure = await confirm({
      title: t('alert.reset'),
      text: t('alert.resetText'),
      confirm: t('alert.reset'),
      cancel: t('common.cancel'),
      isDestructive: true,
    });
    if (isSure) resetting.mutate({});
  };
  return (
    <div className="tw-actions">
      <Button leftSection={<IconPlus size={14} />} onClick={onNew}>
        {t('alert.newRule')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconRestore size={14} />}
        loading={resetting.isPending}
        onClick={() => void reset()}
      >
        {t('alert.reset')}
      </Button>
      {resetting.error !== null && <ErrorText error={resetting.error} />}
    </div>
  );
}

interface RuleRowProps {
  readonly rule: AlertRuleView;
  readonly onEdit: () => void;
}

function RuleRow({ rule, onEdit }: RuleRowProps) {
  const { t } = useTranslation();
  const { metric, name, scope, severity, unknown, isEnabled } = rule;
  return (
    <Table.Tr data-off={!isEnabled || undefined}>
      <Table.Td>
        <b>{t(`alert.metric.${metric}`)}</b>
        <small>{`${name} · ${t(`alert.scope.${scope}`)}`}</small>
      </Table.Td>
      <Table.Td>
        <When rule={rule} />
      </Table.Td>
      <Table.Td>
        <span className="tw-chip" data-tone={severityTones[severity]}>
          <i aria-hidden />
          {t(`alert.severity.${severity}`)}
        </span>
      </Table.Td>
      <Table.Td>
        {isEnabled &&
          unknown.slice(0, 3).map(({ subject, subjectName, reason, said }) => (
            <small key={subject}>
              {subjectName !== null && `${subjectName}: `}
              <StationSentence of={{ detail: reason, said }} />
            </small>
          ))}
      </Table.Td>
      <Table.Td>
        <RuleActions rule={rule} onEdit={onEdit} />
      </Table.Td>
    </Table.Tr>
  );
}

/** `at least 100 ms for 60 s` */
function When({ rule }: { readonly rule: AlertRuleView }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { metric, condition, limit, durationS, quietHours } = rule;
  const bound = figureOf(t, formats, { metric, value: limit });
  const what = bound === null ? '' : t(`alert.condition.${condition}`, { limit: bound });
  const howLong = durationS === 0 ? t('alert.atOnce') : t('alert.for', { seconds: durationS });
  return (
    <>
      {`${what} ${howLong}`.trim()}
      {quietHours !== null && <small>{t('alert.quiet', quietHours)}</small>}
    </>
  );
}

function RuleActions({ rule, onEdit }: RuleRowProps) {
  const { t } = useTranslation();
  const saving = useCommand('alertRule.save');
  const testing = useCommand('alertRule.test');
  const error = saving.error ?? testing.error;
  return (
    <Allowed to="alertRule.save">
      <div className="tw-actions">
        <Switch
          aria-label={t('alert.isEnabled')}
          checked={rule.isEnabled}
          onChange={(event) =>
            saving.mutate({ ...ruleOf(rule), isEnabled: event.currentTarget.checked })
          }
        />
        <Button
          variant="default"
          loading={testing.isPending}
          onClick={() =>
            testing.mutate(
              { id: rule.id },
              {
                onSuccess: ({ channels }) =>
                  notifications.show({
                    message:
                      channels.length === 0
                        ? t('alert.noChannels')
                        : t('alert.tested', { channels: channels.join(', ') }),
                  }),
              },
            )
          }
        >
          {t('alert.test')}
        </Button>
        <Button variant="default" onClick={onEdit}>
          {t('alert.edit')}
        </Button>
      </div>
      {error !== null && <ErrorText error={error} />}
    </Allowed>
  );
}

/** What of a rule is the person's own. */
function ruleOf({ isPreset: _preset, unknown: _unknown, ...rule }: AlertRuleView): AlertRule {
  return rule;
}
