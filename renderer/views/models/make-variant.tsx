/**
 * Makes a smaller version of a model in the station, measured on pictures of its cameras: int8 for the processor, fp16 for
 * graphics cards.
 */
import { Button, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isOnGpu, type TuningView } from '#contract/execution.ts';
import type { Model } from '#contract/model.ts';
import type { Variant } from '#contract/variant.ts';
import { Allowed, ErrorText, LongWork, useFormats, useLongCommand } from '../kit.ts';

interface MakeVariantProps {
  readonly model: Model;
  /** How it computes; null where that was not measured, and the processor computes */
  readonly tuning: TuningView | null;
}

export function MakeVariant({ model, tuning }: MakeVariantProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { run: making, share, cancel } = useLongCommand('model.makeVariant');
  if (model.lineage.variant !== null) return null;
  const card = cardOf(tuning);

  const make = (variant: Variant) =>
    making.mutate(
      { digest: model.digest, variant },
      {
        onSuccess: ({ model: child, report }) => {
          const made = t('models.made', {
            name: child.card.name,
            version: child.card.version,
            size: number(report.bytes / 1e6, 1),
            before: number(report.parentBytes / 1e6, 1),
            speed: number(report.inferMs, 1),
            speedBefore: number(report.parentInferMs, 1),
            matched: number(report.matchedBoxes),
            expected: number(report.expectedBoxes),
          });
          const next =
            variant === 'int8'
              ? ''
              : card === null
                ? t('models.roomOnly')
                : t('models.tuneIt', { card });
          notifications.show({ autoClose: false, message: `${made} ${next}`.trim() });
        },
      },
    );
  const hints: Readonly<Record<Variant, string>> = {
    int8: t('models.int8Hint'),
    fp16: card === null ? t('models.fp16HintRoom') : t('models.fp16HintCard', { card }),
  };
  // First the one that gains most here.
  const offered: readonly Variant[] = card === null ? ['int8', 'fp16'] : ['fp16', 'int8'];

  return (
    <Allowed to="model.makeVariant">
      {making.error !== null && <ErrorText error={making.error} />}
      {making.isPending ? (
        <LongWork label={t('models.making')} share={share} onCancel={cancel} />
      ) : (
        <Menu width={340}>
          <Menu.Target>
            <Button variant="subtle" rightSection={<IconChevronDown size={14} aria-hidden />}>
              {t('models.makeSmaller')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {offered.map((variant) => (
              <Menu.Item key={variant} onClick={() => make(variant)}>
                {t(`models.${variant}`)}
                <Text size="xs">{hints[variant]}</Text>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Allowed>
  );
}

/** The provider of a graphics card that computes it now; null where the processor does. */
function cardOf(tuning: TuningView | null): string | null {
  const first = tuning?.isCurrent ? tuning.order[0] : undefined;
  return first !== undefined && isOnGpu(first) ? first.provider : null;
}
