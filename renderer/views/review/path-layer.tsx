/**
 * A path over the picture of its camera: the way of the anchor, the line as it was, and the box at one look.
 */
import type { Line } from '#contract/counting.ts';
import type { PathLook } from '#contract/trajectory.ts';
import { toPx, type Extent } from '../kit.ts';

interface PathLayerProps {
  readonly path: readonly PathLook[];
  readonly points: Line['points'];
  readonly size: Extent;
  /** The look that is marked */
  readonly marked: PathLook | null;
}

export function PathLayer({ path, points, size, marked }: PathLayerProps) {
  const text = (list: readonly { readonly x: number; readonly y: number }[]): string =>
    list
      .map((point) => toPx(point, size))
      .map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`)
      .join(' ');
  const way = text(path.map((look) => look.point));
  const start = path[0] && toPx(path[0].point, size);
  const at = marked && toPx(marked.point, size);
  const box = marked && {
    ...toPx(marked.box, size),
    width: marked.box.width * size.width,
    height: marked.box.height * size.height,
  };
  return (
    <svg className="tw-path" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden>
      <polyline className="tw-line-edge" points={text(points)} />
      <polyline className="tw-line" points={text(points)} />
      <polyline className="tw-path-edge" points={way} />
      <polyline className="tw-path-way" points={way} />
      {start && <circle className="tw-path-start" cx={start.x} cy={start.y} r={4} />}
      {box && <rect className="tw-path-box" {...box} />}
      {at && <circle className="tw-path-at" cx={at.x} cy={at.y} r={6} />}
    </svg>
  );
}
