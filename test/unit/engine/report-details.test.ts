/**
 * The sections of a report, from a real store that has a day of everything on two cameras.
 */
import { describe, expect, it } from 'vitest';
import type { Alert } from '#contract/alert.ts';
import type { Incident } from '#contract/recovery.ts';
import { ReportSection } from '#contract/report-section.ts';
import { noFacts, tally, toStored } from '#engine/base/metric-facts.ts';
import type { DetailsQuery } from '#engine/report-details.ts';
import type { Store } from '#engine/store/store.ts';
import { detailsOf } from '#test/report-details.ts';
import { aCamera, aFlow, aLine, aRecord, aZone, start, tempStore, testClock } from '#test/store.ts';

const minute = 60_000;
const day = 1440 * minute;
const [first, second] = ['a'.repeat(64), 'b'.repeat(64)];

const anAlert = (changes: Partial<Alert>): Alert => ({
  ...{ id: 'a1', ruleId: 'lost', ruleName: 'Camera lost', metric: 'camera-offline' },
  ...{ severity: 'critical', state: 'resolved', subject: 'gate', subjectName: 'Gate' },
  ...{ cameraId: 'gate', value: 1, condition: 'above', limit: 1, detail: 'No picture.' },
  ...{ since: start + minute, firedAt: start + 2 * minute, acknowledgedAt: null, note: '' },
  ...{ acknowledgedBy: 'An', escalatedAt: null, resolvedAt: start + 9 * minute, end: 'good' },
  ...{ repeats: 0, actions: [] },
  ...changes,
});

const anIncident = (changes: Partial<Incident>): Incident => ({
  ...{ id: 'i1', kind: 'camera-lost', subject: 'gate', cameraId: 'gate', code: 'CAM_001' },
  ...{ cause: 'The camera does not answer.', from: start + 10 * minute, to: start + 20 * minute },
  steps: [],
  ...changes,
});

async function site() {
  const clock = testClock(start);
  const store = await tempStore({ clock });
  await store.cameras.add(aCamera());
  await store.cameras.add(aCamera({ id: 'yard', name: 'Yard' }));
  await store.lines.save(aLine());
  await store.zones.save(aZone());
  await store.flows.save(aFlow());
  await write(store);
  clock.set(start + day);
  const gather = detailsOf(store);
  return (changes: Partial<DetailsQuery> = {}) =>
    gather({
      ...{ from: start, to: start + day, cameraIds: undefined, labels: undefined },
      sections: ReportSection.options,
      ...changes,
    });
}

/** Observed from the start of the day but for ten minutes; a stay, a way, another model, two alerts, two incidents. */
async function write(store: Store): Promise<void> {
  const at = start + 5 * minute;
  const epoch = await store.checkpoints.beginEpoch('gate');
  await store.crossings.recordFrame({
    ...aRecord({
      ...{ epoch, at, frameSeq: 1, observed: { from: start, to: start + 10 * minute } },
      zoneEvents: [{ at: start + minute }, { at, ordinal: 1, kind: 'leave', dwellSeconds: 240 }],
      passages: [{ at, fromAt: at - 7_000 }],
    }),
    modelDigest: first,
  });
  const later = start + 30 * minute;
  await store.coverage.openGap({
    ...{ cameraId: 'gate', from: start + 10 * minute, cause: 'camera-offline' },
  });
  await store.crossings.recordFrame({
    ...aRecord({
      ...{ epoch, at: later, frameSeq: 2 },
      observed: { from: start + 20 * minute, to: later },
    }),
    modelDigest: second,
  });
  await store.alerts.save(
    [
      anAlert({}),
      anAlert({ id: 'a2', cameraId: 'yard', subjectName: 'Yard', severity: 'info' }),
      anAlert({
        id: 'a3',
        cameraId: null,
        since: start - day,
        firedAt: start - day,
        state: 'firing',
        resolvedAt: null,
        end: null,
      }),
      anAlert({ id: 'over', since: start - day, firedAt: start - day, resolvedAt: start - minute }),
    ].map((alert) => ({ alert, isTold: true })),
  );
  await store.incidents.save([
    { incident: anIncident({}), cameras: ['gate'] },
    { incident: anIncident({ id: 'i2', cameraId: 'yard', subject: 'yard' }), cameras: ['yard'] },
    {
      incident: anIncident({ id: 'old', from: start - day, to: start - minute }),
      cameras: ['gate'],
    },
  ]);
  const facts = noFacts();
  tally(facts, 'coveredMs', minute);
  await store.metrics.add({
    rows: [0, 1].map((index) => ({
      ...{ kind: 'station', subject: 'station', at: start + index * minute },
      facts: toStored(facts),
    })),
    ...{ serving: [], times: [] },
  });
}

describe('sections of a report', () => {
  it('say what happened in the time', async () => {
    const details = await (await site())();
    expect(details.zones).toEqual([
      {
        ...{ cameraId: 'gate', cameraName: 'Camera gate', id: 'hall', name: 'Hall', isDrawn: true },
        ...{ entered: 1, left: 1, meanSeconds: 240, medianSeconds: 240, longestSeconds: 240 },
        ...{ mostInside: 1, mostInsideAt: start + minute, observedSeconds: 1200, meanInside: 0.2 },
      },
    ]);
    expect(details.flows).toMatchObject([
      { cameraName: 'Camera gate', id: 'way', passages: 1, meanSeconds: 7, observedSeconds: 1200 },
    ]);
    expect(details.models).toEqual([
      {
        ...{ at: start + 30 * minute, cameraId: 'gate', cameraName: 'Camera gate' },
        ...{ former: 'model-a', model: 'model-b', why: null },
      },
    ]);
    expect(details.alerts?.bySeverity).toEqual({ info: 1, warning: 0, critical: 2 });
    expect(
      details.alerts?.entries.map(({ subjectName, firedAt }) => [subjectName, firedAt]),
    ).toEqual([
      ['Gate', start - day],
      ['Gate', start + 2 * minute],
      ['Yard', start + 2 * minute],
    ]);
    expect(details.incidents).toEqual([
      {
        ...{ from: start + 10 * minute, to: start + 20 * minute, kind: 'camera-lost' },
        cause: 'The camera does not answer.',
        impact: [{ cameraName: 'gate', notObservedSeconds: 600 }],
      },
      expect.objectContaining({ impact: [] }) as object,
    ]);
    expect(details.performance).toMatchObject({
      ...{ from: start, to: start + 2 * minute, hours: 2 / 60, pricePerHour: 1, models: [] },
    });
  });

  it('show nobody the cameras of others, nor what is of the station', async () => {
    const yard = await (await site())({ cameraIds: ['yard'] });
    expect(yard).toMatchObject({ zones: [], flows: [], models: [] });
    expect(yard.alerts?.entries.map(({ subjectName }) => subjectName)).toEqual(['Yard']);
    expect(yard.incidents?.length).toBe(1);
    const gate = await (await site())({ cameraIds: ['gate'] });
    expect(gate.alerts?.entries.length).toBe(1);
    expect(JSON.stringify(gate)).not.toMatch(/yard/i);
  });

  it('are those that were chosen', async () => {
    const details = await (await site())({ sections: ['flows', 'certificates'] });
    const chosen = Object.entries(details).filter(([, part]) => part !== null);
    expect(chosen.map(([name]) => name)).toEqual(['flows']);
  });
});
