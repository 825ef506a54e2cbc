/**
 * Drawing on the picture: a konva stage exactly over it, on which clicks add points and points are dragged.
 */
import type Konva from 'konva';
import { Arrow, Circle, Group, Layer, Line as Path, Rect, Stage, Text } from 'react-konva';
import { useTranslation } from 'react-i18next';
import type { Point } from '#contract/geometry.ts';
import {
  clamp,
  middleOf,
  pointLimits,
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
  /** What else is drawn on the picture, shown faintly */
  readonly others: readonly Outline[];
}

const edge = 'rgba(5, 8, 12, 0.7)';
const bright = '#ffffff';
const inColour = '#5fcbff';
const outColour = '#ffb55c';
const zoneColour = '#c9b6ff';
const zoneFill = 'rgba(201, 182, 255, 0.16)';

export interface Outline {
  readonly id: string;
  readonly points: readonly Point[];
  readonly isClosed: boolean;
}

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
      aria-label={
        draft.kind === 'line'
          ? t('line.editor', { name: cameraName })
          : t('zone.editor', { name: cameraName })
      }
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
          {others.map((outline) => (
            <Path
              key={`${outline.isClosed ? 'zone' : 'line'} ${outline.id}`}
              points={flat(outline.points)}
              closed={outline.isClosed}
              stroke={bright}
              strokeWidth={2}
              opacity={0.4}
              listening={false}
            />
          ))}
          <Path
            points={flat(shown)}
            closed={draft.kind === 'zone'}
            {...(draft.kind === 'zone' ? { fill: zoneFill } : {})}
            stroke={edge}
            strokeWidth={7}
            lineCap="round"
            lineJoin="round"
            listening={false}
          />
          <Path
            points={flat(shown)}
            closed={draft.kind === 'zone' && !isDrawing}
            stroke={draft.kind === 'zone' ? zoneColour : bright}
            strokeWidth={3}
            lineCap="round"
            lineJoin="round"
            listening={false}
          />
          {draft.kind === 'line' && shown.length >= 2 && <SideArrows points={shown} size={size} />}
          {draft.minHeight > 0 && shown.length >= 2 && (
            <SmallestBox points={shown} size={size} share={draft.minHeight} />
          )}
          {!isDrawing && draft.points.length < pointLimits[draft.kind].max && (
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

/** One arrow to each side with its word, in the colours of the counts. */
function SideArrows({ points, size }: ShapeProps) {
  const { t } = useTranslation();
  const { point, toIn } = middleOf(points, size);
  const reach = clamp(size.height * 0.09, 26, 60);
  const arrow = (sign: 1 | -1, colour: string, word: string) => {
    const ends = [
      point.x + toIn.x * 7 * sign,
      point.y + toIn.y * 7 * sign,
      point.x + toIn.x * reach * sign,
      point.y + toIn.y * reach * sign,
    ];
    const head = { pointerLength: 12, pointerWidth: 13, listening: false };
    const box = { width: wordBoxPx.width, height: wordBoxPx.height, listening: false };
    const beyond = reach + wordBoxPx.width / 2 - 4;
    return (
      <>
        <Arrow points={ends} stroke={edge} fill={edge} strokeWidth={8} {...head} />
        <Arrow points={ends} stroke={colour} fill={colour} strokeWidth={4} {...head} />
        <Group
          x={clamp(point.x + toIn.x * beyond * sign, box.width / 2, size.width - box.width / 2)}
          y={clamp(point.y + toIn.y * beyond * sign, box.height / 2, size.height - box.height / 2)}
          offsetX={box.width / 2}
          offsetY={box.height / 2}
          listening={false}
        >
          <Rect {...box} fill={edge} cornerRadius={4} />
          <Text
            {...box}
            text={word}
            align="center"
            verticalAlign="middle"
            fill={colour}
            fontFamily="system-ui, sans-serif"
            fontSize={14}
            fontStyle="bold"
          />
        </Group>
      </>
    );
  };
  return (
    <>
      {arrow(-1, outColour, t('common.out'))}
      {arrow(1, inColour, t('common.in'))}
    </>
  );
}

/** Room for the word at an arrow, px. */
const wordBoxPx = { width: 44, height: 22 };
/** A person who stands is about so wide, of the height. */
const personShape = 0.4;

/** A person of the least size that counts, standing on the line. */
function SmallestBox({ points, size, share }: ShapeProps & { readonly share: number }) {
  const { point } = middleOf(points, size);
  const height = share * size.height;
  const width = height * personShape;
  const box = { x: point.x - width / 2, y: point.y - height, width, height, listening: false };
  return (
    <>
      <Rect {...box} stroke={edge} strokeWidth={4} />
      <Rect {...box} stroke={bright} strokeWidth={2} dash={[5, 4]} />
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
  const ends =
    draft.kind === 'zone' ? [...draft.points, ...draft.points.slice(0, 1)] : draft.points;
  return ends.slice(1).map((to, index) => {
    const from = ends[index] ?? to;
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
