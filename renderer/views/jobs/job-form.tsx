/**
 * A new batch job: what is counted, on which lines, with which model, and when.
 */
import { useState } from 'react';
import { Checkbox, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  FormDialog,
  goTo,
  useCameras,
  useCommand,
  useLines,
  useModels,
  useReportSite,
} from '../kit.ts';
import { draftOf, emptyDraft, isComplete, type JobFormDraft } from './job-draft.ts';
import { SourceFields } from './source-fields.tsx';

const cronExample = '30 2 * * *';

export function JobForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const cameras = useCameras().data ?? [];
  const lines = useLines().data ?? [];
  const models = useModels().data ?? [];
  const siteZone = useReportSite().data?.timeZone ?? 'UTC';
  const creating = useCommand('job.create');
  const [draft, setDraft] = useState<JobFormDraft>(emptyDraft);
  const set = (change: Partial<JobFormDraft>) => setDraft({ ...draft, ...change });
  const counting = cameras.filter(({ id }) => lines.some(({ cameraId }) => cameraId === id));
  const cameraOptions = (known: typeof cameras) => [
    { value: '', label: t('job.choose') },
    ...known.map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <FormDialog
      title={t('job.new')}
      size="lg"
      command={creating}
      submit={t('job.create')}
      isReady={isComplete(draft)}
      onSubmit={() => {
        creating.mutate(draftOf(draft, siteZone), {
          onSuccess: ({ id }) => {
            onClose();
            goTo({ task: 'jobs', id });
          },
        });
      }}
      onClose={onClose}
    >
      <TextInput
        label={t('job.nameLabel')}
        required
        maxLength={80}
        data-autofocus
        value={draft.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <SourceFields draft={draft} set={set} cameras={cameraOptions(cameras)} />
      <NativeSelect
        label={t('job.linesOf')}
        description={t('job.linesHint')}
        required
        value={draft.linesOf}
        data={cameraOptions(counting)}
        onChange={(event) => set({ linesOf: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('job.model')}
        value={draft.model}
        data={[
          { value: '', label: t('job.siteModel') },
          ...models.map(({ digest, card }) => ({
            value: digest,
            label: `${card.name} ${card.version}`,
          })),
        ]}
        onChange={(event) => set({ model: event.currentTarget.value })}
      />
      <fieldset className="tw-job-settings">
        <legend>{t('job.settings')}</legend>
        {(['scoreFloor', 'nmsIou', 'trackFrom'] as const).map((setting) => (
          <NumberInput
            key={setting}
            label={t(`experiment.settingLabel.${setting}`)}
            placeholder={t('experiment.asOnCard')}
            min={setting === 'trackFrom' ? 0.05 : 0}
            max={setting === 'trackFrom' ? 0.9 : 1}
            step={0.05}
            decimalScale={2}
            value={draft[setting] ?? ''}
            onChange={(value) => set({ [setting]: typeof value === 'number' ? value : null })}
          />
        ))}
        <NumberInput
          label={t('job.fps')}
          min={1}
          max={30}
          value={draft.fps}
          onChange={(value) => set({ fps: typeof value === 'number' ? value : 30 })}
        />
        <NumberInput
          label={t('job.batch')}
          min={1}
          max={64}
          value={draft.batch}
          onChange={(value) => set({ batch: typeof value === 'number' ? value : 32 })}
        />
      </fieldset>
      <TextInput
        label={t('job.cron')}
        description={t('job.cronHint', { zone: siteZone })}
        placeholder={cronExample}
        value={draft.cron}
        onChange={(event) => set({ cron: event.currentTarget.value })}
      />
      {draft.cron.trim() !== '' && (
        <Checkbox
          label={t('job.startNow')}
          checked={draft.isStarted}
          onChange={(event) => set({ isStarted: event.currentTarget.checked })}
        />
      )}
    </FormDialog>
  );
}
