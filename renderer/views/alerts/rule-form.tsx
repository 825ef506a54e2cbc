/**
 * Makes a rule of alerts or changes one.
 */
import { useState } from 'react';
import { NativeSelect, NumberInput, Switch, TagsInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  AlertMetric,
  AlertScope,
  AlertSeverity,
  builtInChannels,
  type AlertRule,
  type AlertRuleView,
} from '#contract/alert.ts';
import { isStateMetric, metricFacts } from '#contract/alert-metric.ts';
import {
  confirm,
  FormDialog,
  useCameras,
  useChannels,
  useCommand,
  useMay,
  useZones,
} from '../kit.ts';

interface RuleFormProps {
  /** null for a new one */
  readonly rule: AlertRuleView | null;
  readonly onClose: () => void;
}

type Draft = Omit<AlertRule, 'id'> & { readonly id?: string };

const usual: Draft = {
  ...{ name: '', metric: 'latency', scope: 'cameras', cameraId: null, zoneId: null },
  ...{ condition: 'above', limit: 100, durationS: 60, clearS: 60, cooldownS: 600 },
  ...{ severity: 'warning', quietHours: null, channels: ['desktop'], escalateAfterS: null },
  ...{ escalateTo: [], isEnabled: true },
};
const usualQuiet = { from: '22:00', to: '06:00' };
const usualEscalationS = 300;

export function RuleForm({ rule, onClose }: RuleFormProps) {
  const { t } = useTranslation();
  const saving = useCommand('alertRule.save');
  const removing = useCommand('alertRule.remove');
  const [draft, setDraft] = useState<Draft>(() => (rule === null ? usual : ownFields(rule)));
  const change = (part: Partial<Draft>) => setDraft((known) => ({ ...known, ...part }));

  const remove = async (id: string) => {
    const isSure = await confirm({
      title: t('alert.removeTitle', { name: draft.name }),
      text: t('alert.removeText'),
      confirm: t('common.remove'),
      cancel: t('common.cancel'),
      isDestructive: true,
    });
    if (isSure) removing.mutate({ id }, { onSuccess: onClose });
  };

  return (
    <FormDialog
      title={rule === null ? t('alert.newRule') : t('alert.editTitle', { name: rule.name })}
      size={620}
      command={saving}
      removal={rule && { command: removing, ask: () => void remove(rule.id) }}
      onSubmit={() => saving.mutate(draft, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextInput
        label={t('alert.name')}
        required
        maxLength={80}
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <WhatFields draft={draft} onChange={change} />
      <TimeFields draft={draft} onChange={change} />
      <TellFields draft={draft} onChange={change} />
    </FormDialog>
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
}

function WhatFields({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const cameras = useCameras().data ?? [];
  const zones = useZones().data ?? [];
  const { unit, scopes, condition } = metricFacts[draft.metric];
  const setScope = (scope: AlertScope) =>
    onChange({
      scope,
      cameraId: scope === 'camera' ? (cameras[0]?.id ?? null) : null,
      zoneId: scope === 'zone' ? (zones[0]?.id ?? null) : null,
    });
  return (
    <div className="tw-alert-pair">
      <NativeSelect
        label={t('alert.metricLabel')}
        value={draft.metric}
        data={AlertMetric.options.map((value) => ({ value, label: t(`alert.metric.${value}`) }))}
        onChange={(event) => {
          const metric = AlertMetric.parse(event.currentTarget.value);
          const facts = metricFacts[metric];
          onChange({ metric, condition: facts.condition });
          setScope(facts.scopes[0]);
          if (isStateMetric(metric)) onChange({ limit: 1 });
        }}
      />
      <NativeSelect
        label={t('alert.scopeLabel')}
        value={draft.scope}
        data={scopes.map((value) => ({ value, label: t(`alert.scope.${value}`) }))}
        onChange={(event) => setScope(AlertScope.parse(event.currentTarget.value))}
      />
      {draft.scope === 'camera' && (
        <NativeSelect
          label={t('alert.cameraLabel')}
          value={draft.cameraId ?? ''}
          data={cameras.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(event) => onChange({ cameraId: event.currentTarget.value })}
        />
      )}
      {draft.scope === 'zone' && (
        <NativeSelect
          label={t('alert.zoneLabel')}
          value={draft.zoneId ?? ''}
          data={zones.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(event) => onChange({ zoneId: event.currentTarget.value })}
        />
      )}
      {unit !== null && (
        <Count
          label={t(`alert.limitLabel.${condition}`, { unit: t(`alert.unitName.${unit}`) })}
          value={draft.limit}
          onValue={(limit) => onChange({ limit })}
        />
      )}
      <NativeSelect
        label={t('alert.severityLabel')}
        value={draft.severity}
        data={AlertSeverity.options.map((value) => ({
          value,
          label: t(`alert.severity.${value}`),
        }))}
        onChange={(event) => onChange({ severity: AlertSeverity.parse(event.currentTarget.value) })}
      />
    </div>
  );
}

function TimeFields({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const { quietHours } = draft;
  return (
    <>
      <div className="tw-alert-pair">
        <Count
          label={t('alert.duration')}
          value={draft.durationS}
          onValue={(durationS) => onChange({ durationS })}
        />
        <Count
          label={t('alert.clear')}
          value={draft.clearS}
          onValue={(clearS) => onChange({ clearS })}
        />
        <Count
          label={t('alert.cooldown')}
          value={draft.cooldownS}
          onValue={(cooldownS) => onChange({ cooldownS })}
        />
      </div>
      <Switch
        label={t('alert.quietLabel')}
        description={t('alert.quietHint')}
        checked={quietHours !== null}
        onChange={(event) =>
          onChange({ quietHours: event.currentTarget.checked ? usualQuiet : null })
        }
      />
      {quietHours !== null && (
        <div className="tw-alert-pair">
          <TextInput
            type="time"
            label={t('alert.quietFrom')}
            value={quietHours.from}
            onChange={(event) =>
              onChange({ quietHours: { ...quietHours, from: event.currentTarget.value } })
            }
          />
          <TextInput
            type="time"
            label={t('alert.quietTo')}
            value={quietHours.to}
            onChange={(event) =>
              onChange({ quietHours: { ...quietHours, to: event.currentTarget.value } })
            }
          />
        </div>
      )}
    </>
  );
}

function TellFields({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const own = useChannels(useMay()('channel.list'));
  const known = [...builtInChannels, ...(own.data ?? []).map(({ id }) => id)];
  const { escalateAfterS } = draft;
  return (
    <>
      <TagsInput
        label={t('alert.channels')}
        description={t('alert.channelsHint')}
        data={known}
        value={[...draft.channels]}
        onChange={(channels) => onChange({ channels })}
      />
      <Switch
        label={t('alert.escalate')}
        description={t('alert.escalateHint')}
        checked={escalateAfterS !== null}
        onChange={(event) =>
          onChange({ escalateAfterS: event.currentTarget.checked ? usualEscalationS : null })
        }
      />
      {escalateAfterS !== null && (
        <div className="tw-alert-pair">
          <Count
            label={t('alert.escalateAfter')}
            value={escalateAfterS}
            onValue={(next) => onChange({ escalateAfterS: next })}
          />
          <TagsInput
            label={t('alert.escalateTo')}
            data={known}
            value={[...draft.escalateTo]}
            onChange={(escalateTo) => onChange({ escalateTo })}
          />
        </div>
      )}
      <Switch
        label={t('alert.isEnabled')}
        checked={draft.isEnabled}
        onChange={(event) => onChange({ isEnabled: event.currentTarget.checked })}
      />
    </>
  );
}

interface CountProps {
  readonly label: string;
  readonly value: number;
  readonly onValue: (value: number) => void;
}

function Count({ label, value, onValue }: CountProps) {
  return (
    <NumberInput
      label={label}
      min={0}
      value={value}
      onChange={(next) => {
        if (typeof next === 'number') onValue(next);
      }}
    />
  );
}

function ownFields({ isPreset: _preset, unknown: _unknown, ...rule }: AlertRuleView): Draft {
  return rule;
}
