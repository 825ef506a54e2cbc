/**
 * Privacy masks on the live picture: a list of them, and a polygon that is drawn with clicks or keys.
 */
import { useReducer } from 'react';
import { ActionIcon, Button, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { PrivacyMask } from '#contract/mask.ts';
import {
  confirm,
  ErrorText,
  newDraft,
  reduceDraft,
  useCommand,
  useUndoNotice,
  type DraftAction,
  type DraftState,
} from '../kit.ts';
import { Tile } from '../live/tile.tsx';
import { MaskStage } from './mask-stage.tsx';

interface MaskEditorProps {
  readonly camera: Camera;
  readonly masks: readonly PrivacyMask[];
}

const unknownPicture = { width: 1280, height: 720 };
const tileFps = 5;
const leastPoints = 3;

type Step = DraftAction | { readonly type: 'begin'; readonly draft: DraftState | null };

export function MaskEditor({ camera, masks }: MaskEditorProps) {
  const { t } = useTranslation();
  const size = camera.picture ?? unknownPicture;
  const [draft, step] = useReducer(
    (state: DraftState | null, action: Step): DraftState | null =>
      action.type === 'begin' ? action.draft : state && reduceDraft(state, action, size),
    null,
  );
  const saving = useCommand('mask.save');
  const removing = useCommand('mask.remove');
  const showUndo = useUndoNotice();
  const error = saving.error ?? removing.error;
  const isWhole = draft !== null && draft.points.length >= leastPoints && draft.name.trim() !== '';

  const begin = (mask: PrivacyMask | null) => {
    saving.reset();
    removing.reset();
    const fresh = newDraft(mask?.name ?? t('keeping.maskName', { number: masks.length + 1 }));
    step({
      type: 'begin',
      draft:
        mask === null
          ? fresh
          : { ...fresh, phase: 'shaping', lineId: mask.id, points: mask.points },
    });
  };
  const save = () => {
    if (draft === null || !isWhole || saving.isPending) return;
    const sent = {
      ...(draft.lineId === null ? {} : { id: draft.lineId }),
      cameraId: camera.id,
      name: draft.name.trim(),
      points: [...draft.points],
    };
    saving.mutate(sent, {
      onSuccess() {
        step({ type: 'begin', draft: null });
        notifications.show({ message: t('keeping.maskSaved', { name: sent.name }) });
      },
    });
  };
  const remove = async (mask: PrivacyMask) => {
    const isAgreed = await confirm({
      title: t('keeping.maskRemoveTitle', { name: mask.name }),
      text: t('keeping.maskRemoveText'),
      confirm: t('common.remove'),
      cancel: t('common.cancel'),
      isDestructive: true,
    });
    if (!isAgreed) return;
    removing.mutate(
      { id: mask.id },
      {
        onSuccess: () =>
          showUndo({
            message: t('keeping.maskRemoved', { name: mask.name }),
            undo: () => saving.mutateAsync(mask),
          }),
      },
    );
  };

  return (
    <section className="tw-masks" aria-label={t('keeping.masks')}>
      <div className="tw-masks-picture" style={{ aspectRatio: `${size.width} / ${size.height}` }}>
        <Tile
          camera={camera}
          lines={[]}
          zones={[]}
          number={null}
          isFocused={false}
          fps={tileFps}
          cover={(extent) => (
            <MaskStage
              cameraName={camera.name}
              size={extent}
              masks={masks.filter((mask) => mask.id !== draft?.lineId)}
              draft={draft}
              dispatch={step}
              onSave={save}
              onCancel={() => step({ type: 'begin', draft: null })}
            />
          )}
        />
      </div>
      {error !== null && <ErrorText error={error} />}
      {draft === null ? (
        <MaskList
          masks={masks}
          isBusy={removing.isPending}
          onBegin={begin}
          onRemove={(mask) => void remove(mask)}
        />
      ) : (
        <div className="tw-form">
          <p className="tw-hint">
            {t(draft.phase === 'drawing' ? 'keeping.howDraw' : 'keeping.howShape')}
          </p>
          <div className="tw-form-row">
            <TextInput
              aria-label={t('keeping.maskLabel')}
              value={draft.name}
              maxLength={80}
              onChange={(event) => step({ type: 'rename', name: event.currentTarget.value })}
            />
            <span className="tw-fill" />
            <Button variant="default" onClick={() => step({ type: 'begin', draft: null })}>
              {t('common.cancel')}
            </Button>
            <Button disabled={!isWhole} loading={saving.isPending} onClick={save}>
              {t('keeping.maskSave')}
            </Button>
          </div>
        </div>
      )}
    </section>
  );
}

interface MaskListProps {
  readonly masks: readonly PrivacyMask[];
  readonly isBusy: boolean;
  readonly onBegin: (mask: PrivacyMask | null) => void;
  readonly onRemove: (mask: PrivacyMask) => void;
}

function MaskList({ masks, isBusy, onBegin, onRemove }: MaskListProps) {
  const { t } = useTranslation();
  return (
    <div className="tw-form">
      <p className="tw-hint">{t('keeping.masksHint')}</p>
      <ul className="tw-mask-list">
        {masks.map((mask) => (
          <li key={mask.id}>
            <span>{mask.name}</span>
            <span className="tw-actions">
              <ActionIcon
                aria-label={t('keeping.maskEdit', { name: mask.name })}
                onClick={() => onBegin(mask)}
              >
                <IconPencil size={16} />
              </ActionIcon>
              <ActionIcon
                aria-label={t('keeping.maskRemove', { name: mask.name })}
                disabled={isBusy}
                onClick={() => onRemove(mask)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </span>
          </li>
        ))}
      </ul>
      <div className="tw-form-row">
        <Button
          variant="default"
          leftSection={<IconPlus size={15} />}
          onClick={() => onBegin(null)}
        >
          {t('keeping.maskDraw')}
        </Button>
      </div>
    </div>
  );
}
