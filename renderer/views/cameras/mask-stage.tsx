/**
 * The polygons of privacy masks over the picture; the one that is being drawn takes clicks, drags and keys.
 */
import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Point } from '#contract/geometry.ts';
import type { PrivacyMask } from '#contract/mask.ts';
import { toNormalised, toPx, type DraftAction, type DraftState, type Extent } from '../kit.ts';

interface MaskStageProps {
  readonly cameraName: string;
  readonly size: Extent;
  readonly masks: readonly PrivacyMask[];
  readonly draft: DraftState | null;
  readonly dispatch: (action: DraftAction) => void;
  readonly onSave: () => void;
  readonly onCancel: () => void;
}

const ways: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const aimStepPx = 4;
const leastPoints = 3;

export function MaskStage(props: MaskStageProps) {
  const { cameraName, size, masks, draft, dispatch } = props;
  const { t } = useTranslation();
  const stage = useRef<SVGSVGElement>(null);
  const dragged = useRef<number | null>(null);
  const isDrawing = draft?.phase === 'drawing';
  const isOpen = draft !== null;
  useEffect(() => {
    stage.current?.focus();
  }, [isOpen]);

  const flat = (points: readonly Point[]) =>
    points
      .map((point) => toPx(point, size))
      .map(({ x, y }) => `${x},${y}`)
      .join(' ');
  const at = (event: PointerEvent<SVGElement>): Point => {
    const box = stage.current?.getBoundingClientRect();
    return toNormalised(
      { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) },
      size,
    );
  };
  const move = (event: PointerEvent<SVGElement>) => {
    const isStraight = event.shiftKey;
    if (isDrawing) dispatch({ type: 'aim', at: at(event), isStraight });
    else if (dragged.current !== null) dispatch({ type: 'drag', at: at(event), isStraight });
  };
  const shown = draft && [...draft.points, ...(isDrawing && draft.cursor ? [draft.cursor] : [])];

  return (
    <svg
      ref={stage}
      className="tw-mask-stage"
      role="application"
      tabIndex={0}
      aria-label={t('keeping.maskStage', { name: cameraName })}
      width={size.width}
      height={size.height}
      data-drawing={isDrawing || undefined}
      // Escape takes back what is being drawn before it closes the dialog.
      data-mantine-stop-propagation={isOpen || undefined}
      onPointerDown={(event) => {
        if (isDrawing) dispatch({ type: 'place', at: at(event), isStraight: event.shiftKey });
      }}
      onPointerMove={move}
      onPointerUp={() => (dragged.current = null)}
      onDoubleClick={() => {
        if (draft && draft.points.length >= leastPoints) dispatch({ type: 'finish' });
      }}
      onKeyDown={(event) => pressKey(event, props)}
    >
      {masks.map((mask) => (
        <polygon key={mask.id} className="tw-mask" points={flat(mask.points)} />
      ))}
      {shown && <polygon className="tw-mask" data-draft points={flat(shown)} />}
      {draft?.points.map((point, index) => {
        const { x, y } = toPx(point, size);
        return (
          <circle
            key={index}
            className="tw-mask-handle"
            data-selected={draft.selected === index || undefined}
            cx={x}
            cy={y}
            r={7}
            onPointerDown={(event) => {
              if (isDrawing) return;
              event.stopPropagation();
              event.currentTarget.ownerSVGElement?.setPointerCapture(event.pointerId);
              dragged.current = index;
              dispatch({ type: 'grab', index });
            }}
          />
        );
      })}
      {isDrawing && draft.cursor && (
        <circle
          className="tw-mask-aim"
          cx={draft.cursor.x * size.width}
          cy={draft.cursor.y * size.height}
          r={6}
        />
      )}
    </svg>
  );
}

function pressKey(
  event: KeyboardEvent,
  { draft, dispatch, onSave, onCancel }: MaskStageProps,
): void {
  const way = ways[event.key];
  if (draft === null) return;
  if (event.key === 'Escape') onCancel();
  else if (way) {
    const stepPx = event.shiftKey ? 10 : 1;
    const isAiming = draft.phase === 'drawing';
    const by = {
      dxPx: way[0] * stepPx * (isAiming ? aimStepPx : 1),
      dyPx: way[1] * stepPx * (isAiming ? aimStepPx : 1),
    };
    dispatch(isAiming ? { type: 'aim-by', ...by } : { type: 'nudge', ...by });
  } else if (event.key === ' ' && draft.cursor) {
    dispatch({ type: 'place', at: draft.cursor, isStraight: event.shiftKey });
  } else if (event.key === 'Tab' && draft.phase === 'shaping' && !event.shiftKey) {
    // Through the points first, then on to what comes after the picture.
    const next = draft.selected === null ? 0 : draft.selected + 1;
    if (next >= draft.points.length) return;
    dispatch({ type: 'select', index: next });
  } else if (event.key === 'Enter') {
    if (draft.phase === 'shaping') onSave();
    else if (draft.points.length >= leastPoints) dispatch({ type: 'finish' });
  } else if (event.key === 'Delete' || event.key === 'Backspace') {
    if (draft.points.length > leastPoints) dispatch({ type: 'remove-point' });
  } else if (event.key === 'z' && (event.ctrlKey || event.metaKey)) dispatch({ type: 'undo' });
  else return;
  event.preventDefault();
  event.stopPropagation();
}
