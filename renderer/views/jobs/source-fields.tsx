/**
 * The fields of a new job that say what is counted.
 */
import { Checkbox, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type JobFormDraft, sourceKinds } from './job-draft.ts';

interface SourceFieldsProps {
  readonly draft: JobFormDraft;
  readonly set: (change: Partial<JobFormDraft>) => void;
  readonly cameras: readonly { readonly value: string; readonly label: string }[];
}

export function SourceFields({ draft, set, cameras }: SourceFieldsProps) {
  const { t } = useTranslation();
  const { kind } = draft;
  const isOfCamera = kind === 'recording' || kind === 'recent';
  return (
    <>
      <NativeSelect
        label={t('job.what')}
        value={kind}
        data={sourceKinds.map((each) => ({ value: each, label: t(`job.source.${each}`) }))}
        onChange={(event) => set({ kind: event.currentTarget.value as JobFormDraft['kind'] })}
      />
      {kind === 'clip' && (
        <Textarea
          label={t('job.clips')}
          description={t('job.pathHint')}
          required
          autosize
          minRows={2}
          maxRows={8}
          value={draft.path}
          onChange={(event) => set({ path: event.currentTarget.value })}
        />
      )}
      {(kind === 'folder' || kind === 'pictures') && (
        <TextInput
          label={t('job.folder')}
          description={t('job.pathHint')}
          required
          value={draft.path}
          onChange={(event) => set({ path: event.currentTarget.value })}
        />
      )}
      {kind === 'folder' && (
        <Checkbox
          label={t('job.onlyNew')}
          checked={draft.onlyNew}
          onChange={(event) => set({ onlyNew: event.currentTarget.checked })}
        />
      )}
      {kind === 'pictures' && (
        <NumberInput
          label={t('job.interval')}
          min={0.04}
          max={60}
          decimalScale={2}
          value={draft.intervalSeconds}
          onChange={(value) => set({ intervalSeconds: typeof value === 'number' ? value : 1 })}
        />
      )}
      {isOfCamera && (
        <NativeSelect
          label={t('job.camera')}
          description={t('job.cameraHint')}
          required
          value={draft.cameraId}
          data={[...cameras]}
          onChange={({ currentTarget: { value } }) =>
            set({ cameraId: value, ...(draft.linesOf === '' && { linesOf: value }) })
          }
        />
      )}
      {kind === 'recording' && (
        <div className="tw-job-times">
          {(['from', 'to'] as const).map((end) => (
            <TextInput
              key={end}
              type="datetime-local"
              label={t(`job.${end}`)}
              required
              value={draft[end]}
              onChange={(event) => set({ [end]: event.currentTarget.value })}
            />
          ))}
        </div>
      )}
      {kind === 'recent' && (
        <NumberInput
          label={t('job.hours')}
          min={0.1}
          max={168}
          decimalScale={1}
          value={draft.hours}
          onChange={(value) => set({ hours: typeof value === 'number' ? value : 24 })}
        />
      )}
    </>
  );
}
