/**
 * Makes a smaller version of a model in the station, measured on pictures of its cameras.
 */
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { Model } from '#contract/model.ts';
import { Allowed, ErrorText, LongWork, useFormats, useLongCommand } from '../kit.ts';

export function MakeInt8({ model }: { readonly model: Model }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { run: making, share, cancel } = useLongCommand('model.makeVariant');
  if (model.lineage.variant !== null) return null;

  const make = () =>
    making.mutate(
      { digest: model.digest, variant: 'int8' },
      {
        onSuccess: ({ model: child, report }) =>
          notifications.show({
            autoClose: false,
            message: t('models.made', {
              name: child.card.name,
              version: child.card.version,
              size: number(report.bytes / 1e6, 1),
              before: number(report.parentBytes / 1e6, 1),
              speed: number(report.inferMs, 1),
              speedBefore: number(report.parentInferMs, 1),
              matched: number(report.matchedBoxes),
              expected: number(report.expectedBoxes),
            }),
          }),
      },
    );

  return (
    <Allowed to="model.makeVariant">
      {making.error !== null && <ErrorText error={making.error} />}
      {making.isPending ? (
        <LongWork label={t('models.making')} share={share} onCancel={cancel} />
      ) : (
        <Button variant="subtle" title={t('models.int8Hint')} onClick={make}>
          {t('models.int8')}
        </Button>
      )}
    </Allowed>
  );
}
