/**
 * Sets for how many days a kind is kept, and says before what a shorter time would remove.
 */
import { useState } from 'react';
import { NumberInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { KeptData, Keeping, TimedKind } from '#contract/retention.ts';
import { ErrorText, FormDialog, useCommand, useFormats, useRetentionPreview } from '../kit.ts';
import { useSizes } from './use-sizes.ts';

export interface TimedData extends Omit<KeptData, 'kind' | 'keeping'> {
  readonly kind: TimedKind;
  readonly keeping: Extract<Keeping, { rule: 'days' }>;
}

interface KeepFormProps {
  readonly data: TimedData;
  readonly onClose: () => void;
}

const settleMs = 300;

export function KeepForm({ data, onClose }: KeepFormProps) {
  const { t } = useTranslation();
  const { kind, keeping } = data;
  const [days, setDays] = useState<number | null>(keeping.days);
  const saving = useCommand('retention.save');
  const isRight = days !== null && days >= keeping.least && days <= keeping.most;
  return (
    <FormDialog
      title={t('privacy.changeOf', { kind: t(`privacy.kind.${kind}`) })}
      command={saving}
      submit={t(isRight && days < keeping.days ? 'privacy.saveAndRemove' : 'common.save')}
      isReady={isRight && days !== keeping.days}
      isDestructive={isRight && days < keeping.days}
      onSubmit={() => {
        if (!isRight) return;
        saving.mutate(
          { kind, days },
          {
            onSuccess() {
              notifications.show({ message: t('privacy.saved') });
              onClose();
            },
          },
        );
      }}
      onClose={onClose}
    >
      <NumberInput
        data-autofocus
        label={t('privacy.daysLabel')}
        description={t('privacy.daysHint', keeping)}
        allowDecimal={false}
        value={days ?? ''}
        error={isRight ? null : t('privacy.daysWrong', keeping)}
        onChange={(next) => setDays(typeof next === 'number' ? next : null)}
      />
      {isRight && days < keeping.days && <Loss kind={kind} days={days} />}
    </FormDialog>
  );
}

function Loss({ kind, days }: { readonly kind: TimedKind; readonly days: number }) {
  const { t } = useTranslation();
  const { number, date } = useFormats();
  const size = useSizes();
  const [settled] = useDebouncedValue(days, settleMs);
  const preview = useRetentionPreview(kind, settled);
  if (preview.error !== null) return <ErrorText error={preview.error} />;
  const { data } = preview;
  if (data === undefined || settled !== days || preview.isPlaceholderData) {
    return <p className="tw-loss">{t('privacy.measuring')}</p>;
  }
  return (
    <p className="tw-loss" role="status" data-tone={data.rows === 0 ? 'good' : 'bad'}>
      {data.rows === 0 || data.oldestAt === null
        ? t('privacy.nothingLost')
        : t('privacy.lost', {
            rows: number(data.rows ?? 0),
            unit: t(`privacy.unit.${kind}`),
            size: size(data.bytes ?? 0),
            from: date(data.oldestAt),
          })}
    </p>
  );
}
