/**
 * A chart of counts by bucket as SVG: in upwards, out downwards, with whiskers for the interval, hatching where not all was
 * observed, and a dashed line where another model began to count.
 *
 *      in  ▲   ┬
 *          │ █ █ ▒▒ ┆
 *      0 ──┼─█─█─▒▒─┆─▶
 *      out ▼   █
 */
import {
  type BucketFigure,
  type CountReport,
  hatchedBelow,
  observedShare,
} from '#contract/report.ts';
import { chartColours as colours, niceStep, sharpText } from './svg-parts.ts';

const size = { width: 515, height: 190, left: 40, right: 4, top: 8, bottom: 20 };
const plot = { width: size.width - size.left - size.right, height: size.height - 28 };
const hatchStep = 5;
const mostWhiskers = 200;

export interface ChartText {
  readonly number: (value: number) => string;
  /** Labels of the time axis: at a time (Unix ms) within the range */
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

interface Scale {
  readonly x: (at: number) => number;
  /** Positive for in, negative for out */
  readonly y: (value: number) => number;
  readonly step: number;
  readonly up: number;
  readonly down: number;
}

export function countChart(report: CountReport, text: ChartText): string {
  const { buckets, boundaries, direction } = report;
  const scale = createScale(report);
  const parts = [
    ...buckets.map((bucket) => hatching(bucket, scale)),
    ...gridLines(scale, text),
    ...buckets.map((bucket) => bars(bucket, { scale, direction })),
    ...(report.comparison === null ? [] : [comparisonLine(report, scale)]),
    ...(buckets.length > mostWhiskers
      ? []
      : buckets.map((bucket) => whiskers(bucket, { scale, direction }))),
    ...boundaries.map(({ at }) =>
      line(scale.x(at), size.top, { to: bottomOf(), dash: '3 2', colour: colours.mark }),
    ),
    ...text.ticks.map(
      ({ at, text: label }) =>
        line(scale.x(at), bottomOf(), { to: bottomOf() + 3, colour: colours.axis }) +
        sharpText({ x: scale.x(at), y: size.height - 4, anchor: 'start' }, label),
    ),
  ];
  return `<svg width="${String(size.width)}" height="${String(size.height)}" viewBox="0 0 ${String(size.width)} ${String(size.height)}">${parts.join('')}</svg>`;
}

function bottomOf(): number {
  return size.top + plot.height;
}

function createScale({ from, to, buckets, comparison, direction }: CountReport): Scale {
  const all = [...buckets, ...(comparison?.buckets ?? [])];
  const most = (side: 'in' | 'out'): number =>
    direction === null || direction === side
      ? Math.max(
          0,
          ...all.map((each) =>
            Math.max(each[side], buckets.length > mostWhiskers ? 0 : (each.high?.[side] ?? 0)),
          ),
        )
      : 0;
  const step = niceStep(Math.max(1, most('in') + most('out')) / 5);
  const up = Math.ceil(most('in') / step) * step;
  const down = Math.ceil(most('out') / step) * step;
  const perUnit = plot.height / Math.max(1, up + down);
  return {
    x: (at) => size.left + ((at - from) / Math.max(1, to - from)) * plot.width,
    y: (value) => size.top + (up - value) * perUnit,
    step,
    up: up + down === 0 ? 1 : up,
    down,
  };
}

function gridLines({ y, step, up, down }: Scale, { number }: ChartText): string[] {
  const lines: string[] = [];
  for (let value = -down; value <= up; value += step) {
    const at = y(value);
    const colour = value === 0 ? colours.axis : colours.grid;
    lines.push(
      `<line x1="${fix(size.left)}" y1="${fix(at)}" x2="${fix(size.left + plot.width)}" y2="${fix(at)}" stroke="${colour}" stroke-width="0.5"/>`,
      sharpText({ x: size.left - 4, y: at + 2.5, anchor: 'end' }, number(Math.abs(value))),
    );
  }
  return lines;
}

interface Drawing {
  readonly scale: Scale;
  readonly direction: CountReport['direction'];
}

function bars(bucket: BucketFigure, { scale, direction }: Drawing): string {
  const left = scale.x(bucket.from);
  const width = scale.x(bucket.to) - left;
  const gap = width > 4 ? width * 0.12 : 0;
  const bar = (value: number, colour: string): string => {
    const [top, end] = [scale.y(Math.max(0, value)), scale.y(Math.min(0, value))];
    return value === 0
      ? ''
      : `<rect x="${fix(left + gap)}" y="${fix(top)}" width="${fix(width - 2 * gap)}" height="${fix(end - top)}" fill="${colour}"/>`;
  };
  return [
    direction === 'out' ? '' : bar(bucket.in, colours.in),
    direction === 'in' ? '' : bar(-bucket.out, colours.out),
  ].join('');
}

function whiskers(bucket: BucketFigure, { scale, direction }: Drawing): string {
  const { low, high } = bucket;
  if (low === null || high === null || bucket.observedSeconds === 0) return '';
  const middle = (scale.x(bucket.from) + scale.x(bucket.to)) / 2;
  const cap = Math.min(3, (scale.x(bucket.to) - scale.x(bucket.from)) / 4);
  const whisker = (from: number, to: number): string =>
    from === to
      ? ''
      : `<path d="M${fix(middle)} ${fix(scale.y(from))}V${fix(scale.y(to))}${[from, to].map((end) => `M${fix(middle - cap)} ${fix(scale.y(end))}h${fix(2 * cap)}`).join('')}" stroke="${colours.whisker}" stroke-width="0.6" fill="none"/>`;
  return [
    direction === 'out' ? '' : whisker(low.in, high.in),
    direction === 'in' ? '' : whisker(-low.out, -high.out),
  ].join('');
}

/** Slanted strokes over a bucket of which too little was observed; none where nothing was expected. */
function hatching(bucket: BucketFigure, { x }: Scale): string {
  if (bucket.expectedSeconds === 0 || observedShare(bucket) >= hatchedBelow) return '';
  const [left, right] = [x(bucket.from), x(bucket.to)];
  const strokes: string[] = [];
  // Stroke number k is the part within the bucket of the slanted line x + y = k × hatchStep.
  for (
    let sum = Math.ceil((left + size.top) / hatchStep) * hatchStep;
    sum <= right + bottomOf();
    sum += hatchStep
  ) {
    const from = Math.max(left, sum - bottomOf());
    const to = Math.min(right, sum - size.top);
    if (from < to) strokes.push(`M${fix(from)} ${fix(sum - from)}L${fix(to)} ${fix(sum - to)}`);
  }
  const ground = `<rect x="${fix(left)}" y="${fix(size.top)}" width="${fix(right - left)}" height="${fix(plot.height)}" fill="${colours.hatchGround}"/>`;
  return `${ground}<path d="${strokes.join('')}" stroke="${colours.hatch}" stroke-width="0.4" fill="none"/>`;
}

/** The other period in steps, from the same start. */
function comparisonLine({ comparison, buckets, direction }: CountReport, scale: Scale): string {
  const pairs = (comparison?.buckets ?? []).slice(0, buckets.length);
  const path = (valueOf: (bucket: BucketFigure) => number): string =>
    pairs
      .map((other, index) => {
        const place = buckets[index] ?? other;
        const y = fix(scale.y(valueOf(other)));
        return `${index === 0 ? 'M' : 'L'}${fix(scale.x(place.from))} ${y}H${fix(scale.x(place.to))}`;
      })
      .join('');
  const stroke = (d: string): string =>
    `<path d="${d}" stroke="${colours.comparison}" stroke-width="0.8" fill="none"/>`;
  return [
    direction === 'out' ? '' : stroke(path((bucket) => bucket.in)),
    direction === 'in' ? '' : stroke(path((bucket) => -bucket.out)),
  ].join('');
}

function line(
  x: number,
  from: number,
  { to, colour, dash }: { readonly to: number; readonly colour: string; readonly dash?: string },
): string {
  const dashes = dash === undefined ? '' : ` stroke-dasharray="${dash}"`;
  return `<line x1="${fix(x)}" y1="${fix(from)}" x2="${fix(x)}" y2="${fix(to)}" stroke="${colour}" stroke-width="0.7"${dashes}/>`;
}

function fix(value: number): string {
  return String(Math.round(value * 100) / 100);
}
