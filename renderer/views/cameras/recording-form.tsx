/**
 * The switch and the limits of a camera's recording, with what it uses of the disk.
 */
import { useState } from 'react';
import { Button, NativeSelect, NumberInput, Progress, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { CameraRecording, RecordingDisk } from '#contract/recording.ts';
import { ErrorText, useCommand, useFormats } from '../kit.ts';

interface RecordingFormProps {
  readonly recording: CameraRecording;
  readonly disk: RecordingDisk;
}

const gb = 1e9;

export function RecordingForm({ recording, disk }: RecordingFormProps) {
  const { t } = useTranslation();
  const { settings, cameraId } = recording;
  const [keepHours, setKeepHours] = useState(settings.keepHours);
  const [mode, setMode] = useState(settings.mode);
  const [preSeconds, setPreSeconds] = useState(settings.preSeconds);
  const [postSeconds, setPostSeconds] = useState(settings.postSeconds);
  const [keepEventHours, setKeepEventHours] = useState(settings.keepEventHours);
  const [maxGb, setMaxGb] = useState(settings.maxGb);
  const [reserveGb, setReserveGb] = useState(disk.reserveGb);
  const saving = useCommand('recording.set');
  const reserving = useCommand('recording.setReserve');
  const error = saving.error ?? reserving.error;
  const change = { mode, preSeconds, postSeconds, keepHours, keepEventHours, maxGb };
  const isChanged =
    reserveGb !== disk.reserveGb ||
    Object.entries(change).some(([name, value]) => value !== settings[name as keyof typeof change]);

  const save = async () => {
    if (reserveGb !== disk.reserveGb) await reserving.mutateAsync({ reserveGb });
    await saving.mutateAsync({ cameraId, ...change });
    notifications.show({ message: t('keeping.saved') });
  };

  return (
    <form
      className="tw-form"
      aria-label={t('keeping.recording')}
      onSubmit={(event) => {
        event.preventDefault();
        // What fails is shown below.
        save().catch(() => undefined);
      }}
    >
      <h2>{t('keeping.recording')}</h2>
      <Switch
        label={t('keeping.record')}
        description={t('keeping.recordHint')}
        checked={settings.isOn}
        onChange={(event) => saving.mutate({ cameraId, isOn: event.currentTarget.checked })}
      />
      <RecordingStatus recording={recording} disk={disk} />
      <NativeSelect
        label={t('keeping.mode')}
        value={mode}
        data={(['always', 'events'] as const).map((value) => ({
          value,
          label: t(`keeping.modes.${value}`),
        }))}
        onChange={({ currentTarget: { value } }) =>
          setMode(value === 'events' ? 'events' : 'always')
        }
      />
      {mode === 'events' && (
        <>
          <Limit
            label={t('keeping.preSeconds')}
            hint={t('keeping.preSecondsHint')}
            range={[0, 60]}
            value={preSeconds}
            onChange={setPreSeconds}
          />
          <Limit
            label={t('keeping.postSeconds')}
            hint={t('keeping.postSecondsHint')}
            range={[0, 60]}
            value={postSeconds}
            onChange={setPostSeconds}
          />
        </>
      )}
      <Limit
        label={t('keeping.keepHours')}
        hint={t('keeping.keepHoursHint')}
        range={[0.1, 8760]}
        value={keepHours}
        onChange={setKeepHours}
      />
      <NumberInput
        label={t('keeping.keepEventHours')}
        description={t('keeping.keepEventHoursHint')}
        min={0.1}
        max={8760}
        value={keepEventHours ?? ''}
        onChange={(next) => setKeepEventHours(typeof next === 'number' ? next : null)}
      />
      <Limit
        label={t('keeping.maxGb')}
        hint={t('keeping.maxGbHint')}
        range={[0.001, 100_000]}
        value={maxGb}
        onChange={setMaxGb}
      />
      <Limit
        label={t('keeping.reserveGb')}
        hint={t('keeping.reserveGbHint')}
        range={[0.01, 100_000]}
        value={reserveGb}
        onChange={setReserveGb}
      />
      {error !== null && <ErrorText error={error} />}
      <div className="tw-form-foot">
        <span className="tw-fill" />
        <Button
          type="submit"
          disabled={!isChanged}
          loading={saving.isPending || reserving.isPending}
        >
          {t('common.save')}
        </Button>
      </div>
    </form>
  );
}

interface LimitProps {
  readonly label: string;
  readonly hint: string;
  readonly range: readonly [number, number];
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function Limit({ label, hint, range, value, onChange }: LimitProps) {
  return (
    <NumberInput
      label={label}
      description={hint}
      min={range[0]}
      max={range[1]}
      value={value}
      onChange={(next) => {
        if (typeof next === 'number') onChange(next);
      }}
    />
  );
}

function RecordingStatus({ recording, disk }: RecordingFormProps) {
  const { t } = useTranslation();
  const { number, date, minute } = useFormats();
  const { usedBytes, from, to, settings } = recording;
  const { state } = recording.recording;
  const tones = { off: 'quiet', waiting: 'quiet', recording: 'good', paused: 'warning' } as const;
  const gigabytes = (bytes: number) => t('keeping.gigabytes', { value: number(bytes / gb, 2) });
  return (
    <div className="tw-recording" role="status">
      <p data-tone={tones[state]}>
        <i aria-hidden /> {t(`keeping.state.${state}`)}
      </p>
      {recording.recording.state === 'paused' && <ErrorText error={recording.recording.reason} />}
      <Progress
        value={Math.min(100, (usedBytes / gb / settings.maxGb) * 100)}
        aria-label={t('keeping.used')}
      />
      <dl className="tw-facts">
        <dt>{t('keeping.used')}</dt>
        <dd>
          {t('keeping.usedOf', {
            used: gigabytes(usedBytes),
            most: gigabytes(settings.maxGb * gb),
          })}
        </dd>
        <dt>{t('keeping.since')}</dt>
        <dd>
          {from === null || to === null
            ? t('common.none')
            : t('keeping.span', { day: date(from), from: minute(from), to: minute(to) })}
        </dd>
        <dt>{t('keeping.free')}</dt>
        <dd>{gigabytes(disk.freeBytes)}</dd>
      </dl>
    </div>
  );
}
