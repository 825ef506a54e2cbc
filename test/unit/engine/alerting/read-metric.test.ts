import { describe, expect, it } from 'vitest';
import type { AlertMetric, AlertRule } from '#contract/alert.ts';
import { metricFacts } from '#contract/alert-metric.ts';
import type { TrustReason, TrustVerdict } from '#contract/trust.ts';
import type { Certificate } from '#contract/certificate.ts';
import { createAlertBook } from '#engine/alerting/alert-book.ts';
import { findAnomaly, weeksBefore } from '#engine/alerting/count-anomaly.ts';
import type { StationFigures } from '#engine/alerting/figures.ts';
import { presetRules } from '#engine/alerting/presets.ts';
import { readMetric } from '#engine/alerting/read-metric.ts';
import { after, aRule, watchedCamera, wellFigures } from '#test/alerts.ts';
import { aLine, aZone, start } from '#test/store-records.ts';

const camera = (changes: Parameters<typeof watchedCamera>[0]) =>
  wellFigures({ cameras: [watchedCamera(changes)] });
const figures = watchedCamera().figures;
const counting = watchedCamera().counting!;
const reason = { code: 'INF_001', message: 'NaN' } as const;
const lines = [{ ...aLine(), revision: 1 }];
const zones = [{ ...aZone({ loiterSeconds: 30 }), revision: 1 }];
const share = (value: number) => ({ value, low: value, high: value, events: 40, effective: 40 });
const certificate = (recall: number, changes: Certificate['changes'] = []) =>
  [
    { lineId: 'door', changes, both: { recall: share(recall), precision: share(0.97) } },
  ] as unknown as Certificate[];
const hour = (count: number) => ({ count, observedSeconds: 3600 });
const hours = (count: number) =>
  new Map([['door', { now: hour(count), before: [50, 60, 45, 55].map(hour) }]]);
const lowScore = { code: 'low-score', value: 0.5, usual: 0.8 } as const;
const unseen = { code: 'not-observed', value: 0.9, usual: 1 } as const;
const judged = (verdict: TrustVerdict, reasons: readonly TrustReason[], hoursAgo = 0) => {
  const to = start - hoursAgo * 3_600_000;
  return new Map([['door', { to, verdict, reasons }]]) as unknown as StationFigures['judged'];
};

/** Each default rule, just on the bad side of its limit and just on the good one. */
const stories: [AlertMetric, Partial<AlertRule>, StationFigures, StationFigures][] = [
  [
    'latency',
    {},
    camera({ figures: { ...figures, p95Ms: 100 } }),
    camera({ figures: { ...figures, p95Ms: 99.9 } }),
  ],
  [
    'throughput',
    {},
    camera({ figures: { ...figures, inferredFps: 4, gatedShare: 0.49 } }),
    camera({ figures: { ...figures, inferredFps: 4, gatedShare: 0.5 } }),
  ],
  ['cpu', {}, wellFigures({ cpu: 0.8 }), wellFigures({ cpu: 0.79 })],
  ['memory', {}, wellFigures({ memory: 0.85 }), wellFigures({ memory: 0.84 })],
  [
    'errors',
    {},
    wellFigures({ errors: Array<string>(10).fill('INF_001') }),
    wellFigures({ errors: Array<string>(9).fill('INF_001') }),
  ],
  [
    'accuracy',
    {},
    wellFigures({ lines, certificates: certificate(0.84) }),
    wellFigures({ lines, certificates: certificate(0.85) }),
  ],
  [
    'camera-offline',
    {},
    camera({ capture: { state: 'connecting', since: start, attempt: 3 } }),
    camera({}),
  ],
  ['camera-frozen', {}, camera({ capture: { state: 'frozen', since: start } }), camera({})],
  [
    'camera-view',
    {},
    camera({ figures: { ...figures, view: { state: 'moved', brightness: 0.5, sharpness: 1 } } }),
    camera({ figures: { ...figures, view: { state: 'clear', brightness: 0.5, sharpness: 1 } } }),
  ],
  [
    'count-anomaly',
    {},
    wellFigures({ lines, hours: hours(12) }),
    wellFigures({ lines, hours: hours(40) }),
  ],
  ['occupancy', { isEnabled: true }, wellFigures({ onSite: 100 }), wellFigures({ onSite: 99 })],
  [
    'loitering',
    {},
    wellFigures({ zones, loiterings: [{ zoneId: 'hall' }] }),
    wellFigures({ zones }),
  ],
  [
    'line-trust',
    {},
    wellFigures({ lines, verdicts: new Map([['door', 'not-countable']]) }),
    wellFigures({ lines, verdicts: new Map([['door', 'doubtful']]) }),
  ],
  [
    'count-trust',
    {},
    wellFigures({ lines, judged: judged('doubtful', [lowScore]) }),
    wellFigures({ lines, judged: judged('reliable', []) }),
  ],
  [
    'disk',
    {},
    wellFigures({ disk: { freeBytes: 4.9e9, reserveGb: 5 } }),
    wellFigures({ disk: { freeBytes: 5e9, reserveGb: 5 } }),
  ],
  [
    'database',
    {},
    wellFigures({ ledgerTrouble: { code: 'SYS_002', message: 'locked' } }),
    wellFigures(),
  ],
  [
    'central-behind',
    {},
    wellFigures({ centralBehindMs: 901_000 }),
    wellFigures({ centralBehindMs: 5_000 }),
  ],
  [
    'model-rolled-back',
    {},
    wellFigures({ rolledBack: [{ cameraId: null, reason: 'NaN' }] }),
    wellFigures(),
  ],
  [
    'stand-in',
    {},
    camera({ counting: { ...counting, standsInFor: 'big@1.0.0', reason } }),
    camera({}),
  ],
  [
    'no-model',
    {},
    camera({ counting: { ...counting, model: null, standsInFor: 'big@1.0.0', reason } }),
    camera({}),
  ],
];

describe('the rule that comes with the station on', () => {
  it('every metric has one', () => {
    expect(presetRules.map(({ metric }) => metric).sort()).toEqual(Object.keys(metricFacts).sort());
    expect(stories.map(([metric]) => metric).sort()).toEqual(Object.keys(metricFacts).sort());
  });

  it.each(stories)(
    '%s fires when its time is up, and is resolved',
    (metric, changes, bad, good) => {
      const rule = aRule({ metric, ...changes });
      const book = createAlertBook({
        ...{ rules: [rule], stored: [], timeZone: 'UTC', newId: () => 'a1', moment: after(0) },
      });
      const phases = [
        [bad, 0],
        [bad, rule.durationS - 1],
        [bad, rule.durationS],
        [good, rule.durationS + 1],
        [good, rule.durationS + 60],
        [good, rule.durationS + 61],
      ] as const;
      const told = phases.map(([read, second]) =>
        book
          .look((each) => readMetric(each, read), after(Math.max(0, second)))
          .notices.map(({ notice }) => notice.phase),
      );
      const fires = rule.durationS === 0 ? [['firing'], [], []] : [[], [], ['firing']];
      expect(told).toEqual([...fires, [], [], ['resolved']]);
    },
  );
});

describe('what nobody can tell', () => {
  it.each<[AlertMetric, StationFigures, string]>([
    ['accuracy', wellFigures({ lines }), 'nobody has counted clips of this line blind'],
    [
      'accuracy',
      wellFigures({ lines, certificates: certificate(0.2, ['model']) }),
      'its certificate is out of date',
    ],
    ['cpu', wellFigures({ cpu: null }), 'not measured yet'],
    [
      'throughput',
      camera({ capture: { state: 'stalled', since: 0, lastFrameAt: 0 } }),
      'no frames come',
    ],
    ['count-anomaly', wellFigures({ lines }), 'not looked at yet'],
    [
      'count-trust',
      wellFigures({ lines, judged: judged('unreliable', [lowScore], 3) }),
      'no hour was judged yet',
    ],
    ['disk', wellFigures({ disk: null }), 'the disk could not be asked'],
    ['no-model', camera({ counting: null }), 'its worker has not said yet'],
  ])('%s', (metric, known, why) => {
    expect(readMetric(aRule({ metric }), known)).toMatchObject([{ value: null, detail: why }]);
  });

  it('leaves out cameras that are switched off, and others than the one of the rule', () => {
    const off = camera({ capture: { state: 'disabled', since: start } });
    expect(readMetric(aRule({ metric: 'camera-offline' }), off)).toEqual([]);
    const other = aRule({ metric: 'camera-offline', scope: 'camera', cameraId: 'door' });
    expect(readMetric(other, wellFigures())).toEqual([]);
  });
});

describe('doubtful counts of an hour', () => {
  const read = (known: StationFigures['judged']) =>
    readMetric(aRule({ metric: 'count-trust' }), wellFigures({ lines, judged: known }))[0];

  it('are told with what differs, and where to look', () => {
    const seenLess = { code: 'seen-less', value: 0.6, usual: 0.94, of: 'size:small' } as const;
    expect(read(judged('unreliable', [seenLess, lowScore, unseen]))).toMatchObject({
      value: 1,
      detail:
        'The counts of "Door" in the last hour are unreliable: frames that find size:small 60 % (usual 94 %); score of what was counted 0.5 (usual 0.8). Open Trust to see the hour and what to do.',
    });
  });

  it('are no alarm of theirs when the camera was not observed, of which others tell', () => {
    expect(read(judged('unreliable', [unseen]))).toMatchObject({ value: 0 });
  });
});

describe('a count beside the same hour of the week', () => {
  const sigma = (now: number, before: number[]) => {
    const anomaly = findAnomaly({ now: hour(now), before: before.map(hour) }, 4);
    return anomaly.isKnown ? Math.round(anomaly.sigma * 10) / 10 : anomaly.reason.detail;
  };
  it.each<[string, number, number[], number | string]>([
    ['as usual', 52, [50, 60, 45, 55], 0.1],
    ['far too few', 12, [50, 60, 45, 55], 6.7],
    ['few where weeks differ much', 12, [10, 90, 40, 70], 1.4],
    ['nothing where nothing is usual', 0, [0, 0, 1, 0, 0], 0.3],
    ['too few weeks', 12, [50, 60, 45], '3 of the 4 weeks that are needed have this hour'],
  ])('%s', (_, now, before, expected) => {
    expect(sigma(now, before)).toBe(expected);
  });

  it('says what is usual, in the seconds observed', () => {
    const now = { count: 20, observedSeconds: 1800 };
    const before = [50, 60, 45, 55].map(hour);
    expect(findAnomaly({ now, before }, 4)).toMatchObject({ weeks: 4, low: 9, high: 54 });
    expect(findAnomaly({ now: { count: 20, observedSeconds: 900 }, before }, 4).isKnown).toBe(
      false,
    );
  });

  it('is found by the clock on the wall, over a change of it', () => {
    const now = Date.parse('2026-03-30T10:00:00Z');
    expect(new Date(weeksBefore(now, 1, 'Europe/Berlin')).toISOString()).toBe(
      '2026-03-23T11:00:00.000Z',
    );
    expect(weeksBefore(now, 2, 'UTC')).toBe(now - 14 * 24 * 3_600_000);
  });
});
