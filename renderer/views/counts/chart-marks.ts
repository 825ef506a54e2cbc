/**
 * What chart.js does not draw: hatching below the bars, whiskers and changes of the model above them.
 */
import type { Chart, Plugin } from 'chart.js';
import {
  type BucketFigure,
  type CountReport,
  hatchedBelow,
  observedShare,
} from '#contract/report.ts';

export interface ChartColours {
  readonly in: string;
  readonly out: string;
  readonly before: string;
  readonly text: string;
  readonly edge: string;
  readonly grid: string;
  readonly whisker: string;
  readonly hatch: string;
  readonly model: string;
}

/** More whiskers than this cannot be told apart. */
const mostWhiskers = 200;
const hatchStepPx = 6;

/** The colours of the theme at an element. */
export function readColours(element: Element): ChartColours {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--tw-${name}`).trim();
  return {
    ...{ in: token('in'), out: token('out'), before: token('good'), text: token('text-2') },
    ...{ edge: token('edge-strong'), grid: token('edge'), whisker: token('text') },
    ...{ hatch: token('text-3'), model: token('bad') },
  };
}

export function marksOf(report: CountReport, colours: ChartColours): Plugin<'bar'> {
  return {
    id: 'marks',
    beforeDatasetsDraw(chart) {
      for (const [index, bucket] of report.buckets.entries()) {
        if (bucket.expectedSeconds > 0 && observedShare(bucket) < hatchedBelow) {
          hatch(chart, slotOf(chart, index), colours.hatch);
        }
      }
    },
    afterDatasetsDraw(chart) {
      if (report.buckets.length <= mostWhiskers) {
        for (const [index, bucket] of report.buckets.entries()) {
          drawWhiskers(chart, { slot: slotOf(chart, index), bucket, colour: colours.whisker });
        }
      }
      for (const { at } of report.boundaries) {
        const index = report.buckets.findIndex(({ from, to }) => at >= from && at < to);
        const bucket = report.buckets[index];
        if (bucket === undefined) continue;
        const { left, right } = slotOf(chart, index);
        const share = (at - bucket.from) / (bucket.to - bucket.from);
        drawModelChange(chart, left + share * (right - left), colours.model);
      }
    },
  };
}

interface Slot {
  readonly left: number;
  readonly right: number;
}

/** The room of a bucket on the time axis, px. */
function slotOf({ scales: { x }, chartArea }: Chart, index: number): Slot {
  const middle = x?.getPixelForValue(index) ?? 0;
  const count = Math.max(1, (x?.max ?? 0) - (x?.min ?? 0) + 1);
  const half = (chartArea.right - chartArea.left) / count / 2;
  return { left: middle - half, right: middle + half };
}

function hatch({ ctx, chartArea: area }: Chart, { left, right }: Slot, colour: string): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, area.top, right - left, area.bottom - area.top);
  ctx.clip();
  ctx.strokeStyle = colour;
  ctx.globalAlpha = 0.45;
  ctx.lineWidth = 1;
  ctx.beginPath();
  const height = area.bottom - area.top;
  const first = Math.floor((left - height) / hatchStepPx) * hatchStepPx;
  for (let x = first; x < right; x += hatchStepPx) {
    ctx.moveTo(x, area.bottom);
    ctx.lineTo(x + height, area.top);
  }
  ctx.stroke();
  ctx.restore();
}

function drawWhiskers(
  { ctx, scales: { y } }: Chart,
  {
    slot: { left, right },
    bucket,
    colour,
  }: { readonly slot: Slot; readonly bucket: BucketFigure; readonly colour: string },
): void {
  const { low, high } = bucket;
  if (low === null || high === null || bucket.observedSeconds === 0 || y === undefined) return;
  const middle = (left + right) / 2;
  const cap = Math.min(4, (right - left) / 4);
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.globalAlpha = 0.8;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (const [from, to] of [
    [low.in, high.in],
    [-low.out, -high.out],
  ] as const) {
    const [start, end] = [y.getPixelForValue(from), y.getPixelForValue(to)];
    ctx.moveTo(middle, start);
    ctx.lineTo(middle, end);
    for (const at of [start, end]) {
      ctx.moveTo(middle - cap, at);
      ctx.lineTo(middle + cap, at);
    }
  }
  ctx.stroke();
  ctx.restore();
}

function drawModelChange({ ctx, chartArea }: Chart, x: number, colour: string): void {
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.5;
  ctx.setLineDash([4, 3]);
  ctx.beginPath();
  ctx.moveTo(x, chartArea.top);
  ctx.lineTo(x, chartArea.bottom);
  ctx.stroke();
  ctx.restore();
}
