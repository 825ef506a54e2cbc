import { describe, expect, it } from 'vitest';
import type { ReportDetails } from '#contract/report-section.ts';
import { countChart } from '#engine/reporting/chart-svg.ts';
import { heatMap } from '#engine/reporting/heat-svg.ts';
import { createPaper } from '#engine/reporting/paper.ts';
import { documentOf, reportToPdf } from '#engine/reporting/pdf.ts';
import { niceStep } from '#engine/reporting/svg-parts.ts';
import { reportWords } from '#engine/reporting/words.ts';
import { wordsOf } from '#test/pdf-words.ts';
import { aBucket, aReport, reportStart } from '#test/report.ts';

const text = { number: (value: number) => String(value), ticks: [] };
const certificate = {
  ...{ id: 3, blindCountId: 1, at: reportStart, by: 'An', cameraId: 'gate', lineId: 'door' },
  ...{ lineName: 'Cửa ra vào', lineRevision: 1, modelDigest: 'a', configDigest: 'b' },
  ...{ model: 'nano@1.0.0', from: 0, to: 1, clipSeconds: 60, slots: 9, drawn: 9, counted: 8 },
  ...{ trueEvents: { in: 9, out: 9 }, stationEvents: { in: 9, out: 9 }, changes: [] },
  ...{ in: { recall: null, precision: null }, out: { recall: null, precision: null } },
  both: {
    recall: { value: 0.95, low: 0.9, high: 0.98, events: 90, effective: 80 },
    precision: { value: 0.97, low: 0.93, high: 0.99, events: 90, effective: 80 },
  },
};

describe('a report on paper', () => {
  it('is a PDF with Vietnamese letters in it, quick to make', async () => {
    const bytes = await reportToPdf({ report: aReport(), language: 'vi' });
    const file = Buffer.from(bytes).toString('latin1');
    expect(file.startsWith('%PDF-')).toBe(true);
    // The fonts are in the file, so that it looks the same everywhere.
    expect(file).toContain('Roboto');
  });

  it('has numbers with intervals, what was observed, model changes and certificates', () => {
    const report = aReport({
      certificates: [certificate],
      details: {
        ...aReport().details,
        models: [
          {
            ...{ cameraId: 'gate', cameraName: 'Cổng chính', at: reportStart },
            ...{ former: 'nano@1', model: 'small@2' },
            why: { by: 'An', cause: 'chosen', reason: 'sees more at night' },
          },
        ],
      },
      comparison: { from: 0, to: 1, buckets: [], total: aReport().total },
    });
    const found = wordsOf(documentOf(createPaper(report, 'en')).content).join('\n');
    for (const part of [
      'Counts at lines',
      'Site: Nhà máy',
      '1 Oct 2026, 00:00 – 1 Oct 2026, 03:00',
      '95 % interval 8 – 15',
      '72.2%',
      'Cửa ra vào',
      '1 Oct 2026, 00:00: Cổng chính, nano@1 – small@2, chosen by An (sees more at night)',
      'An counted 8 clips blind. The station (nano@1.0.0) found 95% (90% – 98%)',
      'It holds for what counts now.',
    ]) {
      expect(found).toContain(part);
    }
  });

  it('says so when there is nothing', () => {
    const report = aReport({ places: [], buckets: [] });
    expect(wordsOf(documentOf(createPaper(report, 'vi')).content)).toContain(reportWords.vi.empty);
  });

  it('leaves long tables to the CSV', () => {
    const buckets = Array.from({ length: 900 }, (_, index) => aBucket(index));
    const found = wordsOf(documentOf(createPaper(aReport({ buckets }), 'en')).content);
    expect(found.at(-1)).toBe('800 of 900 rows; the CSV file has all of them.');
  });

  it('does not call 99.96 % whole', () => {
    const paper = createPaper(aReport(), 'en');
    expect(paper.share(aBucket(0, { observedSeconds: 3598.6 }))).toBe('99.9%');
    expect(paper.share(aBucket(0, { expectedSeconds: 0, observedSeconds: 0 }))).toBe('–');
  });
});

const everything: ReportDetails = {
  zones: [
    {
      ...{ cameraId: 'gate', cameraName: 'Cổng chính', id: 'hall', name: 'Sảnh', isDrawn: true },
      ...{ entered: 1234, left: 1230, meanSeconds: 45.25, medianSeconds: 30, longestSeconds: 7200 },
      ...{ meanInside: 2.46, mostInside: 9, mostInsideAt: reportStart, observedSeconds: 3600 },
    },
    {
      ...{ cameraId: 'gate', cameraName: 'Cổng chính', id: 'old', name: 'Kho', isDrawn: false },
      ...{ entered: 3, left: 2, meanSeconds: null, medianSeconds: null, longestSeconds: null },
      ...{ meanInside: null, mostInside: null, mostInsideAt: null, observedSeconds: 0 },
    },
  ],
  flows: [
    {
      ...{ cameraId: 'gate', cameraName: 'Cổng chính', id: 'way', name: 'Cửa – sảnh' },
      ...{ passages: 17, meanSeconds: 150, observedSeconds: 3600 },
    },
  ],
  alerts: {
    bySeverity: { info: 0, warning: 0, critical: 1 },
    entries: [
      {
        ...{ firedAt: reportStart, resolvedAt: null, ruleName: 'Camera lost' },
        ...{ severity: 'critical', subjectName: null, detail: 'No picture.', acknowledgedBy: 'An' },
      },
    ],
  },
  incidents: [
    {
      ...{ from: reportStart, to: reportStart + 60_000, kind: 'camera-lost', cause: 'No answer.' },
      impact: [{ cameraName: 'Cổng chính', notObservedSeconds: 61.2 }],
    },
  ],
  models: [],
  performance: {
    ...{ from: reportStart, to: reportStart + 60_000, hours: 240, pricePerHour: 0.12 },
    currency: 'EUR',
    models: [
      {
        ...{ digest: 'a', model: 'nano@1', inferences: 1_500_000, inferP50Ms: 8.04 },
        ...{ inferP95Ms: 12.5, totalP95Ms: 40, computeShare: 0.755, costPerMillion: 14.496 },
      },
    ],
  },
};

describe('the sections of a report on paper', () => {
  const found = (language: 'en' | 'vi', details: ReportDetails) =>
    wordsOf(documentOf(createPaper(aReport({ details }), language)).content).join(' | ');

  it('say what happened, what it cost, and how that was reckoned', () => {
    const words = found('en', everything);
    for (const part of [
      'Sảnh | 1,234 | 1,230 | 45.3 secs | 30 secs | 2 hrs | 2.5 | 9',
      'Kho (removed) | 3 | 2 | – | – | – | – | –',
      'Cửa – sảnh | 17 | 2.5 mins',
      'Critical: 1. Warnings: 0. Infos: 0.',
      'Camera lost (critical): No picture. | Nhà máy | An | 1 Oct 2026, 00:00 | open',
      'Camera lost: No answer. | Cổng chính: 61.2 secs | 1 Oct 2026, 00:00 | 1 Oct 2026, 00:01',
      'nano@1 | 1,500,000 | 8 / 12.5 | 40 ms | 75.5% | €14.5',
      'in which the station ran 240 hours',
      '€0.12 an hour × hours × the model’s part',
    ]) {
      expect(words).toContain(part);
    }
  });

  it('speak Vietnamese, with dongs where dongs are paid', () => {
    const { performance } = everything;
    const words = found('vi', {
      ...everything,
      performance: performance && { ...performance, pricePerHour: 3000, currency: 'VND' },
    });
    for (const part of [
      'Thời gian ở trong khu vực',
      '45,3 giây',
      'Mất camera: No answer.',
      '3.000 ₫ mỗi giờ',
    ]) {
      expect(words.replaceAll('\u00a0', ' ')).toContain(part);
    }
  });

  it('say so where there was nothing, and are silent where they were not chosen', () => {
    const nothing: ReportDetails = {
      ...{
        zones: [],
        flows: [],
        alerts: { bySeverity: { info: 0, warning: 0, critical: 0 }, entries: [] },
      },
      ...{ incidents: [], models: [], performance: null },
    };
    const words = found('en', nothing);
    for (const part of [
      'No zone was drawn',
      'No way was defined',
      'There was no alert',
      'Nothing failed',
    ]) {
      expect(words).toContain(part);
    }
    expect(words).not.toContain('Performance of models');
    const without = aReport({ sections: [], details: { ...nothing, models: null } });
    expect(wordsOf(documentOf(createPaper(without, 'en')).content).join()).not.toMatch(
      /Certificates|Changes of the model/,
    );
  });

  it('come also when nothing was counted', () => {
    const report = aReport({ places: [], buckets: [], details: everything });
    expect(wordsOf(documentOf(createPaper(report, 'en')).content)).toContain('Cửa – sảnh');
  });
});

describe('the chart', () => {
  const parts = (report = aReport()) => {
    const svg = countChart(report, text);
    const number = (pattern: RegExp) => svg.match(pattern)?.length ?? 0;
    return {
      in: number(/fill="#1d6fa5"/g),
      out: number(/fill="#d98324"/g),
      hatched: number(/fill="#f1f3f5"/g),
      whiskers: number(/stroke="#1b2530"/g),
      models: number(/stroke="#b3261e"/g),
    };
  };

  it('has bars both ways with whiskers, and hatches what was hardly observed', () => {
    expect(parts()).toEqual({ in: 3, out: 3, hatched: 1, whiskers: 6, models: 0 });
  });

  it('has no whisker where nothing was observed, and no hatching in the future', () => {
    const future = aBucket(0, { in: 0, out: 0, observedSeconds: 0, expectedSeconds: 0 });
    expect(parts(aReport({ buckets: [future] }))).toEqual({
      ...{ in: 0, out: 0, hatched: 0, whiskers: 0, models: 0 },
    });
  });

  it('shows one direction and the change of a model', () => {
    const boundaries = [{ cameraId: 'gate', at: reportStart + 5, digest: 'b', former: 'a' }];
    expect(parts(aReport({ direction: 'in', boundaries }))).toMatchObject({
      ...{ in: 3, out: 0, whiskers: 3, models: 1 },
    });
  });

  it('has round steps', () => {
    expect([0.2, 1, 3, 7, 12, 480].map((each) => niceStep(each))).toEqual([1, 1, 5, 10, 20, 500]);
  });

  it('escapes what people write', () => {
    const svg = heatMap(aReport().heat, { weekdays: ['<b>&'], number: String });
    expect(svg).toContain('&lt;b&gt;&amp;');
  });
});
