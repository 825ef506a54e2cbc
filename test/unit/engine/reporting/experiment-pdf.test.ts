import { describe, expect, it } from 'vitest';
import type { Experiment } from '#contract/experiment.ts';
import type { ReportLanguage } from '#contract/report.ts';
import { crossingChart, intervalChart } from '#engine/reporting/arm-charts-svg.ts';
import { foldCrossings } from '#engine/reporting/crossing-bars.ts';
import { experimentDocument, experimentToPdf } from '#engine/reporting/experiment-pdf.ts';
import { aDossier, experimentStart } from '#test/experiment.ts';
import { wordsOf } from '#test/pdf-words.ts';

const decision: Experiment['decision'] = {
  winner: 'a',
  ...{ by: 'An', at: experimentStart + 7_200_000, note: 'Ca đêm cũng vậy' },
  sentence: 'A is better: because.',
  outcome: 'a',
  parts: [{ kind: 'more', arm: 'a' }],
};

const aPaper = (language: ReportLanguage, known = aDossier()) => ({
  ...{ ...known, language, site: 'Nhà máy', timeZone: 'Asia/Ho_Chi_Minh' },
  ...{ madeAt: experimentStart + 86_400_000, placeNames: { gate: 'Cổng chính' } },
});

const written = (language: ReportLanguage, known = aDossier()) =>
  wordsOf(experimentDocument(aPaper(language, known)).content).join('\n');

describe('an experiment on paper', () => {
  it('is a PDF with its fonts in it', async () => {
    const file = Buffer.from(await experimentToPdf(aPaper('vi'))).toString('latin1');
    expect(file.startsWith('%PDF-')).toBe(true);
    expect(file).toContain('Roboto');
  });

  it.each([
    [
      'en',
      [
        'A is better: where the two differ, A alone is right 30 times and B alone 0 times (p < 0.001).',
        'yolox-tiny 1.0.0, score from 0.4, bbbbbbbbbbbb',
        'B looked on while A counted',
        '72,000 pictures within 2 h; B had no time for 240',
        'Cổng chính',
        'Only A\n20\n20',
        'A wins · An, 1 Oct 2026, 09:00',
        'A is better: because.',
        'Ca đêm cũng vậy',
        '1 Oct 2026, 07:03:20\nCổng chính\ndoor\nnothing\nPeople, in\nA (An)',
      ],
    ],
    [
      'vi',
      [
        'A tốt hơn: ở những chỗ hai bên khác nhau, chỉ A đúng 30 lần và chỉ B đúng 0 lần (p < 0,001).',
        'yolox-tiny 1.0.0, điểm từ 0,4, bbbbbbbbbbbb',
        'B quan sát trong khi A đếm',
        'A thắng · An,',
        'A tốt hơn: A đếm nhiều hơn.',
        'Chỉ A\n20\n20',
      ],
    ],
  ] as const)('tells everything in the language %s', (language, parts) => {
    const found = written(language, aDossier({ state: 'decided', decision }));
    for (const part of parts) expect(found).toContain(part);
  });

  it('has neither pairs nor precision for a split, which has none', () => {
    const found = written('en', aDossier({ mode: 'split' }));
    expect(found).toContain('A or B counted, one time slot after the other');
    expect(found).toContain('A split tells which arm counts more, not which one is right');
    expect(found).not.toContain('Where the arms differ');
    expect(found).not.toContain('with 95 % intervals');
  });

  it('says that nothing is decided, and how long lists go on', () => {
    const found = written('en', aDossier({}, 1_400));
    expect(found).toContain('Nothing is decided yet.');
    expect(found).toContain('300 of 350 events; the station has all of them.');
  });
});

describe('the charts of an experiment', () => {
  const interval = (value: number) => ({ value, low: value - 0.04, high: value + 0.03 });

  it('has a whisker and a point for each arm', () => {
    const rows = [{ name: 'a < b', a: interval(0.9), b: interval(0.7) }];
    const svg = intervalChart(rows, (value) => value.toFixed(2));
    expect(svg.match(/<circle/g)).toHaveLength(2);
    // The axis begins and ends where the intervals need it.
    expect(svg).toContain('>0.65<');
    expect(svg).toContain('>0.95<');
    expect(svg).toContain('a &lt; b');
  });

  it('has a bar for each count that is not zero', () => {
    const bars = [
      { label: '07:00', a: 2, b: 0 },
      { label: '', a: 1, b: 3 },
    ];
    expect(crossingChart(bars, String).match(/<rect/g)).toHaveLength(3);
  });

  it.each([
    [40, 40, 1],
    [120, 24, 5],
    [1_440, 24, 60],
  ])('%i minutes make %i bars of %i minutes', (minutes, bars, length) => {
    const { dossier } = aDossier({}, minutes);
    const folded = foldCrossings(dossier.minutes);
    const sum = (arm: 'a' | 'b') => folded.reduce((total, bar) => total + bar[arm], 0);
    expect([folded.length, (folded[1]?.at ?? 0) - (folded[0]?.at ?? 0)]).toEqual([
      bars,
      length * 60_000,
    ]);
    expect([sum('a'), sum('b')]).toEqual(
      (['a', 'b'] as const).map((arm) =>
        dossier.minutes.reduce((all, each) => all + (each.arm === arm ? each.crossings : 0), 0),
      ),
    );
  });
});
