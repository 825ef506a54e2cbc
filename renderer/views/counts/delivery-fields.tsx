/**
 * Where a scheduled report goes: through which channels beside the folder, and how many stay in the folder.
 */
import { NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { fileChannels } from '#contract/notification.ts';
import type { ReportSchedule } from '#contract/report-schedule.ts';
import { useChannels, useMay } from '../kit.ts';
import { CheckList } from './check-list.tsx';

type Delivery = Pick<ReportSchedule, 'channels' | 'keepTimes'>;

interface DeliveryFieldsProps {
  readonly draft: Delivery;
  readonly onChange: (part: Partial<Delivery>) => void;
}

const mostTimes = 1000;

export function DeliveryFields({ draft, onChange }: DeliveryFieldsProps) {
  const { t } = useTranslation();
  const { keepTimes, channels } = draft;
  const known = useChannels(useMay()('channel.list')).data;
  const offered = (known ?? [])
    .filter(({ id, settings }) => fileChannels.includes(settings.kind) || channels.includes(id))
    .map(
      ({ id, name, settings }) =>
        [id, `${name} (${t(`notifications.kind.${settings.kind}`)})`] as const,
    );
  // One that was removed is shown, so that it can be taken out.
  const gone = channels
    .filter((id) => known !== undefined && !known.some((channel) => channel.id === id))
    .map((id) => [id, t('schedule.goneChannel', { id })] as const);
  const options = [...offered, ...gone];
  return (
    <>
      <CheckList
        legend={t('schedule.channels')}
        hint={t(options.length === 0 ? 'schedule.noChannels' : 'schedule.channelsHint')}
        chosen={channels}
        options={options}
        onChange={(chosen) => onChange({ channels: chosen })}
      />
      <NumberInput
        label={t('schedule.keepTimes')}
        description={t('schedule.keepTimesHint')}
        placeholder={t('schedule.keepAll')}
        allowDecimal={false}
        min={1}
        max={mostTimes}
        value={keepTimes ?? ''}
        onChange={(value) => onChange({ keepTimes: typeof value === 'number' ? value : null })}
      />
    </>
  );
}
