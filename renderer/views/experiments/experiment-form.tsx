/**
 * Drafts an experiment: two arms, the cameras, and how much of the time is looked at.
 */
import { useState } from 'react';
import { Checkbox, MultiSelect, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ExperimentMode } from '#contract/experiment.ts';
import { type ArmName, asOnCard } from '#contract/experiment-arm.ts';
import { FormDialog, goTo, useCameras, useCommand, useModels } from '../kit.ts';
import { type ArmDraft, ArmFields } from './arm-fields.tsx';

export function ExperimentForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const cameras = useCameras().data ?? [];
  const models = useModels().data ?? [];
  const creating = useCommand('experiment.create');
  const champion = models.find(({ isChampion }) => isChampion)?.digest ?? '';
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<Partial<Record<ArmName, ArmDraft>>>({});
  const [cameraIds, setCameraIds] = useState<string[]>([]);
  const [share, setShare] = useState(20);
  const [mode, setMode] = useState<ExperimentMode>('shadow');
  const [slotMinutes, setSlotMinutes] = useState(60);
  const [withClients, setWithClients] = useState(false);
  const isSplit = mode === 'split';
  const armOf = (arm: ArmName): ArmDraft => {
    const own = chosen[arm] ?? { ...asOnCard, digest: champion };
    return isSplit ? { ...asOnCard, digest: own.digest } : own;
  };
  const arms = { a: armOf('a'), b: armOf('b') };
  const submit = () => {
    creating.mutate(
      {
        ...{ name: name.trim(), mode, a: arms.a, b: arms.b, cameraIds, share: share / 100 },
        ...(isSplit && { slotMinutes, withClients }),
      },
      {
        onSuccess: ({ id }) => {
          onClose();
          goTo({ task: 'experiments', id });
        },
      },
    );
  };
  return (
    <FormDialog
      title={t('experiment.new')}
      size="lg"
      command={creating}
      submit={t('experiment.draft')}
      isReady={name.trim() !== '' && cameraIds.length > 0}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label={t('experiment.nameLabel')}
        required
        maxLength={80}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NativeSelect
        label={t('experiment.modeLabel')}
        description={t(`experiment.modeHint.${mode}`)}
        value={mode}
        data={ExperimentMode.options.map((each) => ({
          value: each,
          label: t(`experiment.mode.${each}`),
        }))}
        onChange={(event) => setMode(ExperimentMode.parse(event.currentTarget.value))}
      />
      {(['a', 'b'] as const).map((arm) => (
        <ArmFields
          key={arm}
          arm={arm}
          value={arms[arm]}
          hasSettings={!isSplit}
          onChange={(next) => setChosen({ ...chosen, [arm]: next })}
        />
      ))}
      <MultiSelect
        label={t('experiment.cameras')}
        description={t('experiment.camerasHint')}
        data={cameras.map((camera) => ({ value: camera.id, label: camera.name }))}
        value={cameraIds}
        onChange={setCameraIds}
      />
      <NumberInput
        label={t(isSplit ? 'experiment.splitShare' : 'experiment.share')}
        description={t(isSplit ? 'experiment.splitShareHint' : 'experiment.shareHint')}
        suffix=" %"
        min={1}
        max={100}
        value={share}
        onChange={(value) => setShare(typeof value === 'number' ? value : 20)}
      />
      {isSplit && (
        <>
          <NumberInput
            label={t('experiment.slotMinutes')}
            min={10}
            max={1440}
            value={slotMinutes}
            onChange={(value) => setSlotMinutes(typeof value === 'number' ? value : 60)}
          />
          <Checkbox
            label={t('experiment.withClients')}
            checked={withClients}
            onChange={(event) => setWithClients(event.currentTarget.checked)}
          />
        </>
      )}
    </FormDialog>
  );
}
