/**
 * Makes a report that the station writes by itself, or changes one.
 */
import { useState } from 'react';
import { Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  type ReportBucket,
  ReportFormat,
  ReportLanguage,
  ReportSubject,
} from '#contract/report.ts';
import { usualSections } from '#contract/report-section.ts';
import { ReportSchedule, ScheduleEvery, type ScheduleView } from '#contract/report-schedule.ts';
import { confirm, FormDialog, useCameras, useCommand } from '../kit.ts';
import { CheckList } from './check-list.tsx';
import { Choose } from './choose.tsx';
import { DeliveryFields } from './delivery-fields.tsx';
import { SectionList } from './section-list.tsx';

interface ScheduleFormProps {
  /** Null for a new one */
  readonly schedule: ScheduleView | null;
  readonly onClose: () => void;
}

type Draft = Omit<ReportSchedule, 'id'> & { readonly id?: string };

const bucketsOf: Readonly<Record<ScheduleEvery, readonly ReportBucket[]>> = {
  day: ['hour', 'quarter'],
  week: ['day', 'hour'],
  month: ['day', 'hour', 'week'],
};

export function ScheduleForm({ schedule, onClose }: ScheduleFormProps) {
  const { t, i18n } = useTranslation();
  const saving = useCommand('reportSchedule.save');
  const removing = useCommand('reportSchedule.remove');
  const [draft, setDraft] = useState<Draft>(() =>
    schedule === null
      ? usual(i18n.language === 'vi' ? 'vi' : 'en')
      : ReportSchedule.parse(schedule),
  );
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const remove = async (id: string): Promise<void> => {
    const isSure = await confirm({
      title: t('schedule.removeTitle', { name: draft.name }),
      text: t('schedule.removeText'),
      confirm: t('common.remove'),
      cancel: t('common.cancel'),
      isDestructive: true,
    });
    if (isSure) removing.mutate({ id }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={t(schedule === null ? 'schedule.new' : 'schedule.editTitle', { name: draft.name })}
      size={560}
      command={saving}
      isReady={draft.formats.length > 0}
      removal={schedule && { command: removing, ask: () => void remove(schedule.id) }}
      onSubmit={() => saving.mutate(draft, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        label={t('schedule.name')}
        required
        maxLength={80}
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <WhenFields draft={draft} onChange={change} />
      <WhatFields draft={draft} onChange={change} />
      <DeliveryFields draft={draft} onChange={change} />
      <Switch
        label={t('schedule.isEnabled')}
        checked={draft.isEnabled}
        onChange={(event) => change({ isEnabled: event.currentTarget.checked })}
      />
    </FormDialog>
  );
}

function usual(language: ReportLanguage): Draft {
  return {
    ...{ name: '', every: 'day', at: '06:00', bucket: 'hour', subject: 'lines', cameraId: null },
    ...{ labels: null, isCompared: true, formats: ['pdf', 'csv'], language, isEnabled: true },
    ...{ channels: [], keepTimes: null, sections: [...usualSections] },
  };
}

interface FieldsProps {
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
}

function WhenFields({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <div className="tw-rep-filter">
      <Choose
        label={t('schedule.everyLabel')}
        value={draft.every}
        options={ScheduleEvery.options.map((each) => [each, t(`schedule.each.${each}`)])}
        onChange={(every) => onChange({ every, bucket: bucketsOf[every][0] ?? 'day' })}
      />
      <TextInput
        type="time"
        label={t('schedule.at')}
        required
        value={draft.at}
        onChange={(event) => onChange({ at: event.currentTarget.value })}
      />
      <Choose
        label={t('counts.filter.bucket')}
        value={draft.bucket}
        options={bucketsOf[draft.every].map((each) => [each, t(`counts.bucket.${each}`)])}
        onChange={(bucket) => onChange({ bucket })}
      />
    </div>
  );
}

function WhatFields({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const cameras = useCameras().data ?? [];
  const languages = { en: 'English', vi: 'Tiếng Việt' };
  return (
    <>
      <div className="tw-rep-filter">
        <Choose
          label={t('counts.filter.subject')}
          value={draft.subject}
          options={ReportSubject.options.map((each) => [each, t(`counts.subject.${each}`)])}
          onChange={(subject) => onChange({ subject })}
        />
        <Choose
          label={t('counts.filter.camera')}
          value={draft.cameraId ?? ''}
          options={[['', t('counts.all')], ...cameras.map(({ id, name }) => [id, name] as const)]}
          onChange={(id) => onChange({ cameraId: id === '' ? null : id })}
        />
        <Choose
          label={t('schedule.language')}
          value={draft.language}
          options={ReportLanguage.options.map((each) => [each, languages[each]])}
          onChange={(language) => onChange({ language })}
        />
      </div>
      <CheckList
        legend={t('schedule.formats')}
        chosen={draft.formats}
        options={ReportFormat.options.map((each) => [each, t(`counts.export.${each}`)])}
        onChange={(formats) => onChange({ formats })}
      />
      <SectionList chosen={draft.sections} onChange={(sections) => onChange({ sections })} />
      <Switch
        label={t('schedule.isCompared')}
        checked={draft.isCompared}
        onChange={(event) => onChange({ isCompared: event.currentTarget.checked })}
      />
    </>
  );
}
