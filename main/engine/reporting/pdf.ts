/**
 * A report on paper: A4 pages with charts as vectors, tables, and how to read the numbers.
 */
import type { Column, Content, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { CountReport, ReportLanguage } from '#contract/report.ts';
import { countChart } from './chart-svg.ts';
import { heatMap } from './heat-svg.ts';
import { createPaper, type Paper } from './paper.ts';
import { sheetOf, writePdf } from './pdf-sheet.ts';
import { sectionParts } from './pdf-sections.ts';
import { certificatePart, classTable, placeTable, timeTable } from './pdf-tables.ts';
import { chartColours } from './svg-parts.ts';

export interface PdfInput {
  readonly report: CountReport;
  readonly language: ReportLanguage;
}

/** Bytes of a PDF file. */
export function reportToPdf({ report, language }: PdfInput): Promise<Uint8Array> {
  return writePdf(documentOf(createPaper(report, language)));
}

/** The document as pdfmake lays it out. */
export function documentOf(paper: Paper): TDocumentDefinitions {
  const { report, words } = paper;
  const title = `${words.title[report.subject]} · ${report.site}`;
  return sheetOf({
    ...{ title, language: paper.language },
    running: `${title} · ${paper.period(report)}`,
    madeAt: `${words.madeAt} ${paper.moment(report.madeAt)}`,
    page: words.page,
    content: [...headOf(paper), ...bodyOf(paper)],
  });
}

function headOf(paper: Paper): Content[] {
  const { report, words } = paper;
  const facts = [
    `${words.by} ${words.buckets[report.bucket]}`,
    report.timeZone,
    ...(report.dayStartHour === 0 ? [] : [words.dayStart(report.dayStartHour)]),
    ...(report.labels === null
      ? []
      : [`${words.onlyClasses} ${report.labels.map((label) => words.classes[label]).join(', ')}`]),
  ];
  return [
    { text: words.title[report.subject], style: 'title' },
    { text: `${words.site}: ${report.site}`, margin: [0, 3, 0, 0] },
    { text: `${words.period}: ${paper.period(report)} (${facts.join(', ')})` },
    ...(report.comparison === null
      ? []
      : [{ text: `${words.against} ${paper.period(report.comparison)}`, style: 'dim' }]),
  ];
}

function bodyOf(paper: Paper): Content[] {
  const { report, words } = paper;
  if (report.places.length === 0) {
    return [{ text: words.empty, margin: [0, 20, 0, 0] }, ...sectionParts(paper)];
  }
  return [
    ...countParts(paper),
    ...sectionParts(paper),
    ...certificatePart(paper),
    {
      stack: [
        { text: words.how, style: 'heading' },
        {
          ul: [report.subject === 'lines' ? words.howInterval : words.howZones, words.howObserved],
        },
      ],
      unbreakable: true,
    },
    { text: words.byTime, style: 'heading' },
    ...timeTable(paper),
  ];
}

function countParts(paper: Paper): Content[] {
  const { report, words } = paper;
  return [
    figures(paper),
    { text: words.chart, style: 'heading' },
    {
      svg: countChart(report, { number: paper.number, ticks: paper.ticks() }),
      width: 515,
    },
    legend(paper),
    { text: words.byPlace[report.subject], style: 'heading' },
    placeTable(paper),
    ...(report.classes.length > 1
      ? [
          {
            stack: [{ text: words.byClass, style: 'heading' }, classTable(paper)],
            unbreakable: true,
          },
        ]
      : []),
    {
      stack: [
        { text: words.heat, style: 'heading' },
        { svg: heatMap(report.heat, { weekdays: words.weekdays, number: paper.rate }), width: 510 },
        { text: words.heatNote, style: 'dim', margin: [0, 2, 0, 0] },
      ],
      unbreakable: true,
    },
  ];
}

function figures(paper: Paper): Content {
  const { report, words } = paper;
  const { total, comparison } = report;
  const one = (side: 'in' | 'out'): Content => ({
    stack: [
      { text: words[side][report.subject], style: 'dim' },
      { text: paper.number(total[side]), style: 'figure', color: chartColours[side] },
      { text: paper.interval(total, side), style: 'dim' },
      ...(comparison === null
        ? []
        : [{ text: paper.change(total[side], comparison.total[side]), style: 'dim' }]),
    ],
  });
  return {
    columns: [
      ...(report.direction === 'out' ? [] : [one('in')]),
      ...(report.direction === 'in' ? [] : [one('out')]),
      {
        stack: [
          { text: words.observed, style: 'dim' },
          { text: paper.share(total), style: 'figure' },
          {
            text: comparison === null ? '' : `${words.against} ${paper.share(comparison.total)}`,
            style: 'dim',
          },
        ],
      },
    ],
    columnGap: 14,
    margin: [0, 14, 0, 0],
  };
}

function legend(paper: Paper): Content {
  const { report, words } = paper;
  const key = (colour: string, text: string): Column => ({
    text: [{ text: '■ ', color: colour }, text],
    width: 'auto',
    fontSize: 7.5,
  });
  return {
    columns: [
      ...(report.direction === 'out' ? [] : [key(chartColours.in, words.in[report.subject])]),
      ...(report.direction === 'in' ? [] : [key(chartColours.out, words.out[report.subject])]),
      ...(report.comparison === null
        ? []
        : [key(chartColours.comparison, `${words.against} ${paper.period(report.comparison)}`)]),
      key(chartColours.hatch, words.unobserved),
      ...(report.boundaries.length === 0 ? [] : [key(chartColours.mark, words.modelChange)]),
    ],
    columnGap: 10,
    margin: [40, 2, 0, 0],
  };
}
