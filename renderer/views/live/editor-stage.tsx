/**
 * Drawing on the picture: a konva stage exactly over it, on which clicks add points and points are dragged.
 */
import type Konva from 'konva';
import { Arrow, Circle, Group, Layer, Line as Path, Stage } from 'react-konva';
import { useTranslation } from 'react-i18next';
import type { Point } from '#contract/geometry.ts';
import type { Line } from '#contract/counting.ts';
import {
  clamp,
  maxPoints,
  middleOf,
  toNormalised,
  toPx,
  type DraftAction,
  type DraftState,
  type Extent,
} from '../kit.ts';

interface EditorStageProps {
  readonly cameraName: string;
  readonly size: Extent;
  readonly draft: DraftState;
  readonly dispatch: (action: DraftAction) => void;
  /** The other lines of the camera, shown faintly */
  readonly others: readonly Line[];
}

const edge = 'rgba(5, 8, 12, 0.7)';
const bright = '#ffffff';
const inColour = '#5fcbff';
const outColour = '#ffb55c';

type Pointer = Konva.KonvaEventObject<MouseEvent | TouchEvent>;

export function EditorStage({ cameraName, size, draft, dispatch, others }: EditorStageProps) {
  const { t } = useTranslation();
  const isDrawing = draft.phase === 'drawing';
  const at = (event: Pointer): Point | null => {
    const pointer = event.target.getStage()?.getPointerPosition();
    return pointer === null || pointer === undefined ? null : toNormalised(pointer, size);
  };
  const place = (event: Pointer) => {
    const point = at(event);
    if (isDrawing && point !== null) {
      dispatch({ type: 'place', at: point, isStraight: event.evt.shiftKey });
    } else if (event.target === event.target.getStage()) {
      dispatch({ type: 'select', index: null });
    }
  };
  const flat = (points: readonly Point[]) =>
    points.flatMap((point) => {
      const { x, y } = toPx(point, size);
      return [x, y];
    });
  const shown =
    isDrawing && draft.cursor !== null && draft.points.length > 0
      ? [...draft.points, draft.cursor]
      : draft.points;

  return (
    <div
      className="tw-editor"
      role="application"
      aria-label={t('line.editor', { name: cameraName })}
      data-drawing={isDrawing || undefined}
      // The system's own double-click, since konva's depends on how busy the page is.
      onDoubleClick={() => dispatch({ type: 'finish' })}
    >
      <Stage
        width={size.width}
        height={size.height}
        onClick={place}
        onTap={place}
        onDblTap={() => dispatch({ type: 'finish' })}
        onMouseMove={(event) => {
          if (isDrawing) dispatch({ type: 'aim', at: at(event), isStraight: event.evt.shiftKey });
        }}
      >
        <Layer>
          {others.map((line) => (
            <Path
              key={line.id}
              points={flat(line.points)}
              stroke={bright}
              strokeWidth={2}
              opacity={0.4}
              listening={false}
            />
          ))}
          <Path
            points={flat(shown)}
            stroke={edge}
            strokeWidth={7}
            lineCap="round"
            lineJoin="round"
            listening={false}
          />
          <Path
            points={flat(shown)}
            stroke={bright}
            strokeWidth={3}
            lineCap="round"
            lineJoin="round"
            listening={false}
          />
          {shown.length >= 2 && <SideArrows points={shown} size={size} />}
          {!isDrawing && draft.points.length < maxPoints && (
            <SplitHandles draft={draft} size={size} dispatch={dispatch} />
          )}
          {draft.points.map((point, index) => (
            <Handle
              key={index}
              index={index}
              point={point}
              size={size}
              draft={draft}
              dispatch={dispatch}
            />
          ))}
          {isDrawing && draft.cursor !== null && <Crosshair at={toPx(draft.cursor, size)} />}
        </Layer>
      </Stage>
    </div>
  );
}

interface ShapeProps {
  readonly points: readonly Point[];
  readonly size: Extent;
}

/** One arrow to each side, in the colours of the counts. */
function SideArrows({ points, size }: ShapeProps) {
  const { point, toIn } = middleOf(points, size);
  const reach = clamp(size.height * 0.09, 26, 60);
  const arrow = (sign: 1 | -1, colour: string) => {
    const ends = [
      point.x + toIn.x * 7 * sign,
      point.y + toIn.y * 7 * sign,
      point.x + toIn.x * reach * sign,
      point.y + toIn.y * reach * sign,
    ];
    const head = { pointerLength: 12, pointerWidth: 13, listening: false };
    return (
      <>
        <Arrow points={ends} stroke={edge} fill={edge} strokeWidth={8} {...head} />
        <Arrow points={ends} stroke={colour} fill={colour} strokeWidth={4} {...head} />
      </>
    );
  };
  return (
    <>
      {arrow(-1, outColour)}
      {arrow(1, inColour)}
    </>
  );
}

interface HandlesProps {
  readonly draft: DraftState;
  readonly size: Extent;
  readonly dispatch: (action: DraftAction) => void;
}

function Handle({
  index,
  point,
  size,
  draft,
  dispatch,
}: HandlesProps & { readonly index: number; readonly point: Point }) {
  const { x, y } = toPx(point, size);
  const isSelected = draft.selected === index;
  return (
    <Circle
      x={x}
      y={y}
      radius={isSelected ? 9 : 7}
      fill={isSelected ? inColour : bright}
      stroke={edge}
      strokeWidth={2.5}
      hitStrokeWidth={18}
      draggable={draft.phase === 'shaping'}
      listening={draft.phase === 'shaping'}
      onClick={() => dispatch({ type: 'select', index })}
      onTap={() => dispatch({ type: 'select', index })}
      onDragStart={() => dispatch({ type: 'grab', index })}
      onDragMove={(event) => {
        dispatch({
          type: 'drag',
          at: toNormalised(event.target.position(), size),
          isStraight: event.evt.shiftKey,
        });
      }}
    />
  );
}

/** Half-way on each piece: a click puts a point there. */
function SplitHandles({ draft, size, dispatch }: HandlesProps) {
  return draft.points.slice(1).map((to, index) => {
    const from = draft.points[index] ?? to;
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const { x, y } = toPx(middle, size);
    const split = () => dispatch({ type: 'split', index, at: middle });
    return (
      <Circle
        key={index}
        x={x}
        y={y}
        radius={5}
        fill={edge}
        stroke={bright}
        strokeWidth={1.5}
        hitStrokeWidth={14}
        onClick={split}
        onTap={split}
      />
    );
  });
}

function Crosshair({ at }: { readonly at: Point }) {
  return (
    <Group x={at.x} y={at.y} listening={false}>
      <Circle radius={7} stroke={edge} strokeWidth={4} />
      <Circle radius={7} stroke={inColour} strokeWidth={2} />
      <Circle radius={1.5} fill={inColour} />
    </Group>
  );
}
