/**
 * The fields that only a line or only a zone has: the least size that counts, and the time after which a stay is loitering.
 */
import { NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DraftAction, DraftState, Extent } from '../kit.ts';

interface FieldProps {
  readonly draft: DraftState;
  readonly dispatch: (action: DraftAction) => void;
}

/** In pixels of the camera's picture, as a person measures it; 0 counts every size. */
export function MinHeightField({
  draft,
  dispatch,
  picture,
}: FieldProps & { readonly picture: Extent }) {
  const { t } = useTranslation();
  return (
    <NumberInput
      label={t('zone.minHeight')}
      description={t('zone.minHeightHint')}
      suffix=" px"
      min={0}
      max={picture.height}
      step={5}
      allowDecimal={false}
      value={Math.round(draft.minHeight * picture.height)}
      onChange={(value) => {
        dispatch({ type: 'min-height', share: (Number(value) || 0) / picture.height });
      }}
    />
  );
}

const maxLoiterSeconds = 86_400;

/** Empty asks for no alarm. */
export function LoiterField({ draft, dispatch }: FieldProps) {
  const { t } = useTranslation();
  return (
    <NumberInput
      label={t('zone.loiterLimit')}
      description={t('zone.loiterHint')}
      suffix=" s"
      min={1}
      max={maxLoiterSeconds}
      step={5}
      allowDecimal={false}
      value={draft.loiterSeconds ?? ''}
      onChange={(value) => {
        const seconds = Number(value);
        dispatch({ type: 'loiter', seconds: seconds > 0 ? seconds : null });
      }}
    />
  );
}
