/**
 * Makes a wall or changes one: its name, how many on a page, and its cameras in their order.
 */
import { useState } from 'react';
import { ActionIcon, Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera, CameraId } from '#contract/camera.ts';
import { WallLayout, type Wall } from '#contract/wall.ts';
import { FormDialog, useCommand, useUndoNotice } from '../kit.ts';
import { layoutName } from './wall-words.ts';

interface WallDialogProps {
  /** Null for a new one */
  readonly wall: Wall | null;
  /** How many are on a page now */
  readonly layout: WallLayout | null;
  readonly cameras: readonly Camera[];
  /** Given the wall to show next; null when it was removed */
  readonly onSaved: (id: string | null) => void;
  readonly onClose: () => void;
}

export function WallDialog({ wall, layout: shown, cameras, onSaved, onClose }: WallDialogProps) {
  const { t } = useTranslation();
  const undoNotice = useUndoNotice();
  const saving = useCommand('wall.save');
  const removing = useCommand('wall.remove');
  const [name, setName] = useState(wall?.name ?? '');
  const [layout, setLayout] = useState<WallLayout>(shown ?? wall?.layout ?? '9');
  const [chosen, choose] = useState<readonly CameraId[]>(() => tilesThere(wall, cameras));
  const [wasSubmitted, setSubmitted] = useState(false);
  const isNameMissing = name.trim() === '';
  const others = cameras.filter(({ id }) => !chosen.includes(id)).map(({ id }) => id);

  const save = () => {
    setSubmitted(true);
    if (isNameMissing || chosen.length === 0) return;
    const draft = { name: name.trim(), layout, tiles: chosen.map((cameraId) => ({ cameraId })) };
    saving.mutate(wall === null ? draft : { ...draft, id: wall.id }, {
      onSuccess({ id }) {
        onSaved(id);
        onClose();
      },
    });
  };
  const remove = (gone: Wall) => {
    removing.mutate(
      { id: gone.id },
      {
        onSuccess() {
          undoNotice({
            message: t('wall.removed', { name: gone.name }),
            undo: () => saving.mutateAsync(gone),
          });
          onSaved(null);
          onClose();
        },
      },
    );
  };

  return (
    <FormDialog
      title={wall === null ? t('wall.new') : t('wall.edit', { name: wall.name })}
      command={saving}
      removal={wall && { command: removing, ask: () => remove(wall) }}
      onSubmit={save}
      onClose={onClose}
    >
      <p className="tw-hint">{t('wall.hint')}</p>
      <TextInput
        data-autofocus
        label={t('wall.name')}
        maxLength={60}
        value={name}
        error={wasSubmitted && isNameMissing && t('wall.needsName')}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <fieldset className="tw-choices">
        <legend>{t('wall.layout')}</legend>
        <SegmentedControl
          aria-label={t('wall.layout')}
          value={layout}
          data={WallLayout.options.map((value) => ({ value, label: layoutName(t, value) }))}
          onChange={(value) => setLayout(WallLayout.parse(value))}
        />
      </fieldset>
      <fieldset className="tw-choices">
        <legend>{t('wall.cameras')}</legend>
        {wasSubmitted && chosen.length === 0 && (
          <small className="tw-bad">{t('wall.needsCamera')}</small>
        )}
        {[...chosen, ...others].map((id) => (
          <CameraChoice
            key={id}
            id={id}
            name={cameras.find((camera) => camera.id === id)?.name ?? id}
            chosen={chosen}
            onChosen={choose}
          />
        ))}
      </fieldset>
    </FormDialog>
  );
}

/** A camera that was removed since cannot be saved again. */
function tilesThere(wall: Wall | null, cameras: readonly Camera[]): CameraId[] {
  const ids = cameras.map(({ id }) => id);
  if (wall === null) return ids;
  return wall.tiles.map(({ cameraId }) => cameraId).filter((id) => ids.includes(id));
}

interface CameraChoiceProps {
  readonly id: CameraId;
  readonly name: string;
  readonly chosen: readonly CameraId[];
  readonly onChosen: (chosen: readonly CameraId[]) => void;
}

function CameraChoice({ id, name, chosen, onChosen }: CameraChoiceProps) {
  const { t } = useTranslation();
  const index = chosen.indexOf(id);
  const move = (by: 1 | -1) => {
    const order = chosen.filter((other) => other !== id);
    onChosen(order.toSpliced(index + by, 0, id));
  };
  return (
    <div className="tw-wall-choice">
      <Checkbox
        label={name}
        checked={index >= 0}
        onChange={({ currentTarget: { checked } }) =>
          onChosen(checked ? [...chosen, id] : chosen.filter((other) => other !== id))
        }
      />
      {index >= 0 && (
        <>
          <ActionIcon
            aria-label={t('wall.earlier', { name })}
            disabled={index === 0}
            onClick={() => move(-1)}
          >
            <IconArrowUp size={15} />
          </ActionIcon>
          <ActionIcon
            aria-label={t('wall.later', { name })}
            disabled={index === chosen.length - 1}
            onClick={() => move(1)}
          >
            <IconArrowDown size={15} />
          </ActionIcon>
        </>
      )}
    </div>
  );
}
