/**
 * The tables of a report on paper.
 */
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import type { SampledShare } from '#contract/certificate.ts';
import type { CountFigure } from '#contract/report.ts';
import type { Paper } from './paper.ts';

/** Longer tables are for spreadsheets. */
const mostRows = 800;

export type Row = readonly string[];

/** Width of a column of words: what is left over, or points. */
export type TextWidth = '*' | number;

/** A table whose first columns are words and the others numbers. @param texts how many have words, or the width of each of these */
export function table(
  head: Row,
  rows: readonly Row[],
  texts: number | readonly TextWidth[],
): Content {
  const widths =
    typeof texts === 'number' ? Array.from({ length: texts }, () => '*' as const) : texts;
  const cells = (row: Row, style?: string): TableCell[] =>
    row.map((text, index) => ({
      text,
      alignment: index < widths.length ? 'left' : 'right',
      noWrap: index >= widths.length,
      ...(style === undefined ? {} : { style }),
    }));
  return {
    table: {
      headerRows: 1,
      keepWithHeaderRows: 1,
      dontBreakRows: true,
      widths: head.map((_, index) => widths[index] ?? 'auto'),
      body: [cells(head, 'head'), ...rows.map((row) => cells(row))],
    },
    layout: {
      hLineWidth: (index) => (index === 1 ? 0.8 : 0.3),
      vLineWidth: () => 0,
      hLineColor: () => '#c3ccd6',
      paddingLeft: (index) => (index === 0 ? 0 : 9),
      paddingRight: () => 0,
      paddingTop: () => 1.5,
      paddingBottom: () => 1.5,
    },
  };
}

/** Names of the columns that every table of counts ends with. */
function figureHead({ words, report }: Paper): string[] {
  const sides = sidesOf(report.direction);
  const hasBounds = report.subject === 'lines';
  return [
    ...sides.flatMap((side) => [words[side][report.subject], ...(hasBounds ? ['95 %'] : [])]),
    words.observed,
  ];
}

function figureCells(paper: Paper, figure: CountFigure): string[] {
  const { report, number } = paper;
  const isBlind = figure.observedSeconds === 0 && figure.in + figure.out === 0;
  const { low, high } = figure;
  return [
    ...sidesOf(report.direction).flatMap((side) => [
      isBlind ? '–' : number(figure[side]),
      ...(report.subject === 'lines'
        ? [
            low === null || high === null || isBlind
              ? '–'
              : `${number(low[side])} – ${number(high[side])}`,
          ]
        : []),
    ]),
    paper.share(figure),
  ];
}

function sidesOf(direction: 'in' | 'out' | null): readonly ('in' | 'out')[] {
  return direction === null ? ['in', 'out'] : [direction];
}

export function placeTable(paper: Paper): Content {
  const { report, words } = paper;
  const isOfLines = report.subject === 'lines';
  const rows = report.places.map((place) => [
    place.cameraName,
    place.isDrawn ? place.name : `${place.name} (${words.removed})`,
    ...(isOfLines ? [place.basis === 'audited' ? words.audited : words.notAudited] : []),
    ...figureCells(paper, place),
  ]);
  const sum = [words.total, '', ...(isOfLines ? [''] : []), ...figureCells(paper, report.total)];
  return table(
    [
      ...[words.camera, words.place[report.subject]],
      ...(isOfLines ? [words.basis] : []),
      ...figureHead(paper),
    ],
    rows.length > 1 ? [...rows, sum] : rows,
    isOfLines ? 3 : 2,
  );
}

export function classTable({ report, words, number }: Paper): Content {
  const sides = sidesOf(report.direction);
  return table(
    [words.class, ...sides.map((side) => words[side][report.subject])],
    report.classes.map((each) => [
      words.classes[each.label],
      ...sides.map((side) => number(each[side])),
    ]),
    1,
  );
}

export function timeTable(paper: Paper): Content[] {
  const { report, words } = paper;
  const shown = report.buckets.slice(0, mostRows);
  const rows = shown.map((bucket) => [paper.bucket(bucket.from), ...figureCells(paper, bucket)]);
  return [
    table([words.time, ...figureHead(paper)], rows, 1),
    ...(shown.length < report.buckets.length
      ? [{ text: words.more(shown.length, report.buckets.length), style: 'dim' }]
      : []),
  ];
}

export function certificatePart(paper: Paper): Content[] {
  const { report, words } = paper;
  if (report.subject !== 'lines' || !report.sections.includes('certificates')) return [];
  const sentences = report.certificates.map((each) => {
    const facts = {
      ...{ line: each.lineName, on: paper.day(each.at), by: each.by, model: each.model },
      recall: shareText(paper, each.both.recall),
      precision: shareText(paper, each.both.precision),
      clips: each.counted,
    };
    return `${words.certificate(facts)} ${each.changes.length === 0 ? words.stillHolds : words.outOfDate}`;
  });
  return [
    { text: words.certificates, style: 'heading' },
    sentences.length === 0 ? { text: words.noCertificates } : { ul: sentences },
  ];
}

function shareText({ language }: Paper, share: SampledShare | null): string {
  if (share === null) return '–';
  const percent = (value: number): string =>
    new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(value);
  return `${percent(share.value)} (${percent(share.low)} – ${percent(share.high)})`;
}
