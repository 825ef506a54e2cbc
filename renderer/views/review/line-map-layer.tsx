/**
 * Colours the picture by how well counting works at each place, under the line that is drawn.
 */
import { useEffect, useRef } from 'react';
import type { Anchor } from '#contract/counting.ts';
import type { LineMap } from '#contract/trajectory.ts';
import type { Extent } from '../kit.ts';
import { useReview } from './use-review.ts';

interface LineMapLayerProps {
  readonly cameraId: string;
  readonly anchor: Anchor;
  readonly size: Extent;
}

export function LineMapLayer({ cameraId, anchor, size }: LineMapLayerProps) {
  const { data } = useReview('line.map', { cameraId, anchor });
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null && data !== undefined) paint(canvas.current, data);
  }, [data]);
  if (data === undefined) return null;
  return (
    <canvas
      ref={canvas}
      className="tw-line-map"
      width={data.columns}
      height={data.rows}
      style={{ width: size.width, height: size.height }}
      aria-hidden
    />
  );
}

/** One pixel a cell; the browser smooths it over the picture. */
function paint(canvas: HTMLCanvasElement, { columns, rows, scores }: LineMap): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const image = context.createImageData(columns, rows);
  scores.forEach((score, cell) => {
    if (score < 0) return;
    // Red over amber to green, as bright in each.
    const red = score < 0.5 ? 255 : Math.round(255 - (score - 0.5) * 2 * 200);
    const green = score < 0.5 ? Math.round(70 + score * 2 * 130) : 200;
    image.data.set([red, green, 70, 120], cell * 4);
  });
  context.putImageData(image, 0, 0);
}
