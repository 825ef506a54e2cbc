/**
 * One arm of an experiment in a form: its model, and what of its settings differs.
 */
import { NativeSelect, NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type ArmName, type ArmSettings, armSettings } from '#contract/experiment-arm.ts';
import { useModels } from '../kit.ts';

export type ArmDraft = ArmSettings & { readonly digest: string };

export interface ArmFieldsProps {
  readonly arm: ArmName;
  readonly value: ArmDraft;
  /** A split takes models as they are on their cards */
  readonly hasSettings: boolean;
  readonly onChange: (next: ArmDraft) => void;
}

const share = { min: 0, max: 1, step: 0.05, decimalScale: 2 };
const limits: Record<keyof ArmSettings, Pick<typeof share, keyof typeof share>> = {
  scoreFloor: share,
  nmsIou: share,
  trackFrom: { ...share, min: 0.05, max: 0.9 },
  inputSide: { min: 96, max: 1920, step: 32, decimalScale: 0 },
  eachNth: { min: 2, max: 15, step: 1, decimalScale: 0 },
};

export function ArmFields({ arm, value, hasSettings, onChange }: ArmFieldsProps) {
  const { t } = useTranslation();
  const models = useModels().data ?? [];
  return (
    <fieldset className="tw-experiment-arm">
      <legend>{t(arm === 'a' ? 'experiment.armA' : 'experiment.armB')}</legend>
      <NativeSelect
        label={t('experiment.model')}
        value={value.digest}
        data={models.map(({ digest, card }) => ({
          value: digest,
          label: `${card.name} ${card.version}`,
        }))}
        onChange={(event) => onChange({ ...value, digest: event.currentTarget.value })}
      />
      {(hasSettings ? armSettings : []).map((setting) => (
        <NumberInput
          key={setting}
          {...limits[setting]}
          label={t(`experiment.settingLabel.${setting}`)}
          placeholder={t(setting === 'eachNth' ? 'experiment.everyPicture' : 'experiment.asOnCard')}
          value={value[setting] ?? ''}
          onChange={(next) =>
            onChange({ ...value, [setting]: typeof next === 'number' ? next : null })
          }
        />
      ))}
    </fieldset>
  );
}
