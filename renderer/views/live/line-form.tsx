/**
 * The panel beside the picture while a line or a zone is drawn or changed: what to do next, its name and what it counts.
 */
import { ActionIcon, Button, Chip, SegmentedControl, TextInput, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowsExchange, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Anchor, Line } from '#contract/counting.ts';
import { Label } from '#contract/detection.ts';
import type { Zone } from '#contract/zone.ts';
import { ErrorText, isComplete, pointLimits, type DraftState, type Extent } from '../kit.ts';
import { LoiterField, MinHeightField } from './shape-fields.tsx';
import type { LineEditor } from './use-line-editor.ts';

interface LineFormProps {
  readonly editor: LineEditor;
  readonly draft: DraftState;
  /** The line that is changed; null for a new one */
  readonly line: Line | null;
  /** The zone that is changed; null for a new one */
  readonly zone: Zone | null;
  readonly picture: Extent;
}

export function LineForm({ editor, draft, line, zone, picture }: LineFormProps) {
  const { t } = useTranslation();
  const title = useTitle(draft);
  const isLine = draft.kind === 'line';
  const { dispatch, error } = editor;
  const isNameWrong = error?.path?.endsWith('name') === true;
  const anchors: { readonly value: Anchor; readonly label: string }[] = [
    { value: 'bottom', label: t('line.anchorBottom') },
    { value: 'centre', label: t('line.anchorCentre') },
    { value: 'top', label: t('line.anchorTop') },
  ];
  return (
    <form
      className="tw-form"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        editor.save();
      }}
    >
      <h2>{title}</h2>
      <Steps draft={draft} />
      <div className="tw-form-row">
        {isLine && (
          <Button
            variant="default"
            leftSection={<IconArrowsExchange size={15} />}
            disabled={draft.points.length < 2}
            onClick={() => dispatch({ type: 'swap' })}
          >
            {t('line.swap')}
          </Button>
        )}
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={15} />}
          disabled={draft.past.length === 0}
          onClick={() => dispatch({ type: 'undo' })}
        >
          {t('line.undo')}
        </Button>
      </div>
      <Points draft={draft} editor={editor} picture={picture} />
      <TextInput
        label={t('line.name')}
        description={t('line.nameHint')}
        value={draft.name}
        maxLength={80}
        error={draft.name.trim() === '' ? t('line.needsName') : isNameWrong && error.message}
        onChange={(event) => dispatch({ type: 'rename', name: event.currentTarget.value })}
      />
      <div className="tw-field">
        <span id="tw-anchor">{t('line.anchor')}</span>
        <small>{isLine ? t('line.anchorHint') : t('zone.anchorHint')}</small>
        <SegmentedControl
          aria-labelledby="tw-anchor"
          fullWidth
          size="xs"
          value={draft.anchor}
          data={anchors}
          onChange={(value) => dispatch({ type: 'anchor', anchor: value })}
        />
      </div>
      <Labels draft={draft} editor={editor} />
      {isLine ? (
        <MinHeightField draft={draft} dispatch={dispatch} picture={picture} />
      ) : (
        <LoiterField draft={draft} dispatch={dispatch} />
      )}
      {error !== null && !isNameWrong && <ErrorText error={error} />}
      <div className="tw-form-foot">
        {line !== null && (
          <DeleteButton label={t('line.delete')} onClick={() => editor.remove(line)} />
        )}
        {zone !== null && (
          <DeleteButton label={t('zone.delete')} onClick={() => editor.removeZone(zone)} />
        )}
        <span className="tw-fill" />
        <Button variant="default" onClick={editor.cancel}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" disabled={!isComplete(draft)} loading={editor.isSaving}>
          {t('common.save')}
        </Button>
      </div>
    </form>
  );
}

function useTitle(draft: DraftState): string {
  const { t } = useTranslation();
  if (draft.kind === 'line') return draft.lineId === null ? t('line.drawing') : t('line.changing');
  return draft.zoneId === null ? t('zone.drawing') : t('zone.changing');
}

interface DeleteButtonProps {
  readonly label: string;
  readonly onClick: () => void;
}

function DeleteButton({ label, onClick }: DeleteButtonProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon color="red" aria-label={label} onClick={onClick}>
        <IconTrash size={17} />
      </ActionIcon>
    </Tooltip>
  );
}

function Steps({ draft }: { readonly draft: DraftState }) {
  const { t } = useTranslation();
  const isDrawing = draft.phase === 'drawing';
  const [first, next, shape] =
    draft.kind === 'line'
      ? [t('line.howFirst'), t('line.howNext'), t('line.howShape')]
      : [t('zone.howFirst'), t('zone.howNext'), t('line.howShape')];
  return (
    <div className="tw-steps" role="status">
      <p>{isDrawing ? (draft.points.length === 0 ? first : next) : shape}</p>
      {isDrawing && <small>{t('line.keysOnly')}</small>}
    </div>
  );
}

interface PartProps {
  readonly draft: DraftState;
  readonly editor: LineEditor;
}

/** Each point as a button, so that it can be chosen and moved without a mouse. */
function Points({ draft, editor, picture }: PartProps & { readonly picture: Extent }) {
  const { t } = useTranslation();
  if (draft.points.length === 0) return null;
  return (
    <div className="tw-points" role="group" aria-label={t('line.points')}>
      {draft.points.map((point, index) => (
        <button
          key={index}
          type="button"
          aria-pressed={draft.selected === index}
          onClick={() => editor.dispatch({ type: 'select', index })}
        >
          {t('line.point', {
            number: index + 1,
            x: Math.round(point.x * picture.width),
            y: Math.round(point.y * picture.height),
          })}
        </button>
      ))}
      {draft.selected !== null && draft.points.length > pointLimits[draft.kind].min && (
        <button type="button" onClick={() => editor.dispatch({ type: 'remove-point' })}>
          {t('line.removePoint')}
        </button>
      )}
    </div>
  );
}

function Labels({ draft, editor }: PartProps) {
  const { t } = useTranslation();
  const choose = (labels: readonly Label[]) => editor.dispatch({ type: 'labels', labels });
  return (
    <div className="tw-field" role="group" aria-labelledby="tw-labels">
      <span id="tw-labels">{t('line.labels')}</span>
      <div className="tw-chips">
        <Chip size="xs" checked={draft.labels.length === 0} onChange={() => choose([])}>
          {t('line.labelsAll')}
        </Chip>
        {Label.options.map((label) => (
          <Chip
            key={label}
            size="xs"
            checked={draft.labels.includes(label)}
            onChange={(isChosen) =>
              choose(
                isChosen
                  ? [...draft.labels, label]
                  : draft.labels.filter((known) => known !== label),
              )
            }
          >
            {t(`label.${label}`)}
          </Chip>
        ))}
      </div>
    </div>
  );
}
