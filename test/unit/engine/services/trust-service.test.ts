import { describe, expect, it } from 'vitest';
import type { CallContext } from '#engine/router.ts';
import { createReview } from '#engine/review.ts';
import { createTrustService } from '#engine/services/trust-service.ts';
import { addTrustHours } from '#engine/store/trust-hours.ts';
import { memoryDatabase } from '#test/store.ts';
import { middle } from '../counting/walks.ts';

const hourMs = 3_600_000;
const context = { signal: new AbortController().signal } as CallContext;
const figures = {
  ...{ tracks: 40, passages: 40, bornShare: 0, endedShare: 0, fragments: 0, switches: 0 },
  ...{ jitterBands: 0.2, heightPx: 80, score: 0.8, framesPerSecond: 10, observedShare: 1 },
  labels: { person: 40 },
};

function rig() {
  const database = memoryDatabase();
  const lines = [{ lineId: middle.id, revision: middle.revision, figures }];
  addTrustHours(database, [{ cameraId: 'cam', from: 5 * hourMs, camera: null, lines }]);
  const inside = createReview(database);
  return createTrustService({
    store: {
      lines: { get: (id: string) => Promise.resolve(id === middle.id ? middle : null) } as never,
    },
    keeper: { catchUp: () => Promise.resolve(0) },
    review: {
      ask: (name, input) =>
        Promise.resolve(
          (inside[name] as (...all: unknown[]) => unknown)(input, () => false),
        ) as never,
    },
  });
}

describe('trust of a line', () => {
  it('is told for a span by verdicts alone, and for one hour with its figures', async () => {
    const service = rig();
    const panel = await service['trust.panel'](
      { lineId: middle.id, from: 4 * hourMs, to: 7 * hourMs },
      context,
    );
    const judged = {
      ...{ from: 5 * hourMs, to: 6 * hourMs, verdict: 'unknown' },
      reasons: [{ code: 'no-normal-yet', value: 0, usual: 12 }],
    };
    expect(panel.hours).toEqual([judged]);
    expect(
      await service['trust.hour']({ lineId: middle.id, from: 5 * hourMs }, context),
    ).toMatchObject({ ...judged, figures: { tracks: 40, score: 0.8 } });
  });

  it.each([
    ['an unknown line', { lineId: 'gone', from: 5 * hourMs }, 'lineId'],
    ['an hour that was not measured', { lineId: middle.id, from: 6 * hourMs }, 'from'],
  ])('refuses %s', async (_, which, path) => {
    await expect(rig()['trust.hour'](which, context)).rejects.toMatchObject({
      code: 'REQ_002',
      path,
    });
  });
});
