/**
 * The line or zone that is being drawn or changed on the large picture: its state, its keys, saving and deleting.
 */
import { useCallback, useReducer } from 'react';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { StationError } from '#contract/error.ts';
import type { Zone } from '#contract/zone.ts';
import {
  confirm,
  draftOf,
  draftOfZone,
  isComplete,
  newDraft,
  reduceDraft,
  toLineDraft,
  toZoneDraft,
  useCommand,
  useMay,
  useShortcuts,
  useUndoNotice,
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
  /** Draws a new zone, or changes the given one. */
  readonly startZone: (zone: Zone | null) => void;
  readonly cancel: () => void;
  readonly save: () => void;
  readonly remove: (line: Line) => void;
  readonly removeZone: (zone: Zone) => void;
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

export function useLineEditor(
  camera: Camera,
  { lines, zones }: { readonly lines: readonly Line[]; readonly zones: readonly Zone[] },
): LineEditor {
  const { t } = useTranslation();
  const showUndo = useUndoNotice();
  const [draft, step] = useReducer(reduce, null);
  const saving = useCommand('line.save');
  const removing = useCommand('line.remove');
  const savingZone = useCommand('zone.save');
  const removingZone = useCommand('zone.remove');
  const commands = [saving, removing, savingZone, removingZone];
  const size = camera.picture ?? unknownPicture;

  const dispatch = useCallback(
    (action: DraftAction) => step({ type: 'draft', action, size }),
    [size],
  );
  const reset = () => {
    for (const command of commands) command.reset();
  };
  const stop = () => {
    reset();
    step({ type: 'stop' });
  };
  const start = (line: Line | null) => {
    reset();
    const draftNow =
      line === null ? newDraft(t('line.defaultName', { number: lines.length + 1 })) : draftOf(line);
    step({ type: 'start', draft: draftNow });
  };
  const startZone = (zone: Zone | null) => {
    reset();
    const name = t('zone.defaultName', { number: zones.length + 1 });
    step({ type: 'start', draft: zone === null ? newDraft(name, 'zone') : draftOfZone(zone) });
  };
  const isBusy = commands.some((command) => command.isPending);
  const save = () => {
    if (draft === null || !isComplete(draft) || isBusy) return;
    const onSuccess = ({ name }: Line | Zone) => {
      step({ type: 'stop' });
      notifications.show({ message: t('line.saved', { name }) });
    };
    if (draft.kind === 'line') saving.mutate(toLineDraft(draft, camera.id), { onSuccess });
    else savingZone.mutate(toZoneDraft(draft, camera.id), { onSuccess });
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
          // Saved again under its id, it goes on where it was: its counts are its own.
          showUndo({
            message: t('line.deleted', { name: line.name }),
            undo: () => saving.mutateAsync(line),
          });
        },
      },
    );
  };

  const removeZone = async (zone: Zone) => {
    const isAgreed = await confirm({
      title: t('zone.deleteTitle', { name: zone.name }),
      text: t('zone.deleteText'),
      confirm: t('zone.delete'),
      cancel: t('common.cancel'),
      isDestructive: true,
    });
    if (!isAgreed) return;
    removingZone.mutate(
      { id: zone.id },
      {
        onSuccess() {
          step({ type: 'stop' });
          showUndo({
            message: t('line.deleted', { name: zone.name }),
            undo: () => savingZone.mutateAsync(zone),
          });
        },
      },
    );
  };

  useEditorKeys(draft, { dispatch, cancel: stop, save });
  const may = useMay();
  useShortcuts(
    [
      {
        keys: ['l'],
        help: { keys: 'L', text: t('shortcuts.draw') },
        run: () => start(null),
      },
      {
        keys: ['z'],
        help: { keys: 'Z', text: t('zone.draw') },
        run: () => startZone(null),
      },
    ],
    draft === null && may('line.save'),
  );

  return {
    draft,
    dispatch,
    start,
    startZone,
    cancel: stop,
    save,
    remove: (line) => void remove(line),
    removeZone: (zone) => void removeZone(zone),
    isSaving: isBusy,
    error: commands.find((command) => command.error !== null)?.error ?? null,
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
        run: () => {
          if (draft?.kind === 'line') dispatch({ type: 'swap' });
        },
      },
    ],
    draft !== null,
  );
}
