import { describe, expect, it } from 'vitest';
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
      boundaries: [
        { cameraId: 'gate', at: reportStart, digest: 'b'.repeat(64), former: 'a'.repeat(64) },
      ],
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
      '1 Oct 2026, 00:00: Cổng chính, aaaaaaaaaaaa – bbbbbbbbbbbb',
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
