/**
 * A report by hand, for tests of what is made of it.
 */
import type { BucketFigure, CountReport } from '#contract/report.ts';
import { usualSections } from '#contract/report-section.ts';

const hour = 3_600_000;
/** 2026-10-01 00:00 in Vietnam */
export const reportStart = Date.UTC(2026, 8, 30, 17);

export function aBucket(index: number, changes: Partial<BucketFigure> = {}): BucketFigure {
  return {
    ...{ from: reportStart + index * hour, to: reportStart + (index + 1) * hour, in: 10, out: 4 },
    ...{ low: { in: 8, out: 3 }, high: { in: 15, out: 7 } },
    ...{ observedSeconds: 3600, expectedSeconds: 3600 },
    ...changes,
  };
}

export function aReport(changes: Partial<CountReport> = {}): CountReport {
  const buckets = changes.buckets ?? [aBucket(0), aBucket(1, { observedSeconds: 600 }), aBucket(2)];
  const {
    from: _from,
    to: _to,
    ...total
  } = aBucket(0, { in: 30, out: 12, observedSeconds: 7800, expectedSeconds: 10_800 });
  return {
    ...{ from: reportStart, to: reportStart + buckets.length * hour, buckets, total },
    ...{ site: 'Nhà máy', madeAt: reportStart + 24 * hour, bucket: 'hour', subject: 'lines' },
    ...{ timeZone: 'Asia/Ho_Chi_Minh', dayStartHour: 0, labels: null, direction: null },
    places: [
      {
        ...{ ...total, cameraId: 'gate', cameraName: 'Cổng chính', id: 'door', name: 'Cửa ra vào' },
        ...{ isDrawn: true, basis: 'not-audited', certificateId: null },
      },
    ],
    classes: [
      { label: 'person', in: 20, out: 10 },
      { label: 'vehicle', in: 10, out: 2 },
    ],
    heat: Array.from({ length: 7 }, () =>
      Array.from({ length: 24 }, () => ({ in: 1, out: 1, observedHours: 1 })),
    ),
    ...{ boundaries: [], certificates: [], comparison: null, sections: [...usualSections] },
    details: {
      ...{ zones: null, flows: null, alerts: null, incidents: null, models: [] },
      performance: null,
    },
    ...changes,
  };
}
