/**
 * The line that is being drawn or changed on the large picture: its state, its keys, saving and deleting.
 */
import { useCallback, useReducer } from 'react';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { StationError } from '#contract/error.ts';
import {
  confirm,
  draftOf,
  isComplete,
  newDraft,
  reduceDraft,
  toLineDraft,
  useCommand,
  useShortcuts,
  type DraftAction,
  type DraftState,
  type Extent,
} from '../kit.ts';

export interface LineEditor {
  /** Null while nothing is being drawn */
  readonly draft: DraftState | null;
  readonly dispatch: (action: DraftAction) => void;
  /** Draws a new line, or changes the given one. */
  readonly start: (line: Line | null) => void;
  readonly cancel: () => void;
  readonly save: () => void;
  readonly remove: (line: Line) => void;
  readonly isSaving: boolean;
  readonly error: StationError | null;
}

type Step =
  | { readonly type: 'start'; readonly draft: DraftState }
  | { readonly type: 'stop' }
  | { readonly type: 'draft'; readonly action: DraftAction; readonly size: Extent };

function reduce(state: DraftState | null, step: Step): DraftState | null {
  if (step.type === 'start') return step.draft;
  if (step.type === 'stop' || state === null) return null;
  return reduceDraft(state, step.action, step.size);
}

/** The size assumed for a camera whose picture has not come yet, px. */
const unknownPicture = { width: 1280, height: 720 };

export function useLineEditor(camera: Camera, lines: readonly Line[]): LineEditor {
  const { t } = useTranslation();
  const [draft, step] = useReducer(reduce, null);
  const saving = useCommand('line.save');
  const removing = useCommand('line.remove');
  const size = camera.picture ?? unknownPicture;

  const dispatch = useCallback(
    (action: DraftAction) => step({ type: 'draft', action, size }),
    [size],
  );
  const stop = () => {
    saving.reset();
    removing.reset();
    step({ type: 'stop' });
  };
  const start = (line: Line | null) => {
    saving.reset();
    removing.reset();
    const draftNow =
      line === null ? newDraft(t('line.defaultName', { number: lines.length + 1 })) : draftOf(line);
    step({ type: 'start', draft: draftNow });
  };
  const save = () => {
    if (draft === null || !isComplete(draft) || saving.isPending) return;
    saving.mutate(toLineDraft(draft, camera.id), {
      onSuccess(line) {
        step({ type: 'stop' });
        notifications.show({ message: t('line.saved', { name: line.name }) });
      },
    });
  };
  const remove = async (line: Line) => {
    const isAgreed = await confirm({
      title: t('line.deleteTitle', { name: line.name }),
      text: t('line.deleteText'),
      confirm: t('line.delete'),
      cancel: t('common.cancel'),
      isDestructive: true,
    });
    if (!isAgreed) return;
    removing.mutate(
      { id: line.id },
      {
        onSuccess() {
          step({ type: 'stop' });
          notifications.show({ message: t('line.deleted', { name: line.name }) });
        },
      },
    );
  };

  useEditorKeys(draft, { dispatch, cancel: stop, save });
  useShortcuts(
    [
      {
        keys: ['l'],
        help: { keys: 'L', text: t('shortcuts.draw') },
        run: () => start(null),
      },
    ],
    draft === null,
  );

  return {
    draft,
    dispatch,
    start,
    cancel: stop,
    save,
    remove: (line) => void remove(line),
    isSaving: saving.isPending || removing.isPending,
    error: saving.error ?? removing.error,
  };
}

interface EditorActions {
  readonly dispatch: (action: DraftAction) => void;
  readonly cancel: () => void;
  readonly save: () => void;
}

const ways: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** A px is right for a chosen point; the aim has the whole picture to cross. */
const aimStepPx = 4;

function useEditorKeys(draft: DraftState | null, actions: EditorActions): void {
  const { t } = useTranslation();
  const { dispatch } = actions;
  useShortcuts(
    [
      {
        keys: ['Escape'],
        isGlobal: true,
        help: { keys: t('keys.escape'), text: t('shortcuts.cancel') },
        run: actions.cancel,
      },
      {
        keys: ['Enter'],
        help: { keys: t('keys.enter'), text: t('shortcuts.finish') },
        run() {
          if (draft?.phase === 'drawing') dispatch({ type: 'finish' });
          else actions.save();
        },
      },
      {
        keys: ['ctrl+z'],
        help: { keys: 'Ctrl Z', text: t('shortcuts.undo') },
        run: () => dispatch({ type: 'undo' }),
      },
      {
        keys: Object.keys(ways),
        help: { keys: t('keys.arrows'), text: t('shortcuts.nudge') },
        run(event) {
          const [x, y] = ways[event.key] ?? [0, 0];
          const isAiming = draft?.phase === 'drawing';
          const stepPx = (event.shiftKey ? 10 : 1) * (isAiming ? aimStepPx : 1);
          const by = { dxPx: x * stepPx, dyPx: y * stepPx };
          dispatch(isAiming ? { type: 'aim-by', ...by } : { type: 'nudge', ...by });
        },
      },
      {
        keys: [' '],
        help: { keys: t('keys.space'), text: t('shortcuts.place') },
        run(event) {
          if (draft?.cursor == null) return;
          dispatch({ type: 'place', at: draft.cursor, isStraight: event.shiftKey });
        },
      },
      {
        keys: ['Delete', 'Backspace'],
        help: { keys: t('keys.delete'), text: t('shortcuts.removePoint') },
        run: () => dispatch({ type: 'remove-point' }),
      },
      {
        keys: ['s'],
        help: { keys: 'S', text: t('shortcuts.swap') },
        run: () => dispatch({ type: 'swap' }),
      },
    ],
    draft !== null,
  );
}
