import { describe, expect, it } from 'vitest';
import { addCamera, removeCamera } from '#engine/store/cameras.ts';
import { applyFact, frameFact } from '#engine/store/facts.ts';
import { listFlowPassages, queryFlowTallies } from '#engine/store/flow-passages.ts';
import { flows, saveFlow } from '#engine/store/flows.ts';
import { removeLine, saveLine } from '#engine/store/lines.ts';
import { listZoneEvents } from '#engine/store/zone-events.ts';
import { removeZone, zones } from '#engine/store/zones.ts';
import { aCamera, aFlow, aLine, aRecord, aZone, memoryDatabase, start } from '#test/store.ts';

/** A camera with a line, a zone and a flow from the zone to the line. */
function drawn() {
  const database = memoryDatabase();
  addCamera(database, aCamera(), start);
  saveLine(database, aLine(), start);
  const zone = zones.save(database, aZone(), start);
  const flow = saveFlow(database, aFlow(), start);
  return { database, zone, flow };
}

describe('zones', () => {
  it('keep every revision, and old events theirs', () => {
    const { database, zone } = drawn();
    applyFact(database, frameFact(aRecord({ zoneEvents: [{}] })));
    const second = zones.save(database, aZone({ loiterSeconds: 60 }), start + 1);
    applyFact(database, frameFact(aRecord({ zoneEvents: [{ zoneRevision: 2, at: start + 2 }] })));
    expect(zones.list(database, 'gate')).toEqual([second]);
    expect(zones.revisions(database, 'hall')).toEqual([
      { drawn: zone, createdAt: start, removedAt: null },
      { drawn: second, createdAt: start + 1, removedAt: null },
    ]);
    const rows = listZoneEvents(database, { zoneId: 'hall', limit: 9 });
    expect(rows.map((row) => row.zoneRevision)).toEqual([2, 1]);
  });

  it('stay while a flow ends there, and so do lines', () => {
    const { database } = drawn();
    expect(() => removeZone(database, 'hall', start)).toThrow('The flow "Way out" begins or ends');
    expect(() => removeLine(database, 'door', start)).toThrow('The flow "Way out" begins or ends');
    flows.remove(database, 'way', start + 1);
    expect(removeZone(database, 'hall', start + 2).id).toBe('hall');
    expect(removeLine(database, 'door', start + 2).id).toBe('door');
  });

  it('go with their camera, and their events stay', () => {
    const { database } = drawn();
    applyFact(database, frameFact(aRecord({ zoneEvents: [{}], passages: [{}] })));
    removeCamera(database, 'gate', start + 1);
    expect([zones.list(database, null), flows.list(database, null)]).toEqual([[], []]);
    expect(listZoneEvents(database, { cameraId: 'gate', limit: 9 })).toHaveLength(1);
    expect(listFlowPassages(database, { cameraId: 'gate', limit: 9 })).toHaveLength(1);
  });
});

describe('a flow', () => {
  it.each([
    ['on a camera that does not exist', { cameraId: 'attic' }, 'REQ_002', 'cameraId'],
    [
      'from a zone that does not exist',
      { from: { on: 'zone', zoneId: 'roof', kind: 'enter' } },
      'REQ_002',
      'from.zoneId',
    ],
    [
      'to a line that does not exist',
      { to: { on: 'line', lineId: 'roof', direction: null } },
      'REQ_002',
      'to.lineId',
    ],
    ['to where it begins', { to: { on: 'zone', zoneId: 'hall', kind: 'leave' } }, 'REQ_001', 'to'],
  ] as const)('%s is refused', (_, changes, code, path) => {
    const { database, flow } = drawn();
    let error: unknown = null;
    try {
      database.transaction(() => saveFlow(database, aFlow(changes), start)).immediate();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code, path });
    expect(flows.list(database, null)).toEqual([flow]);
  });
});

describe('zone events and passages', () => {
  it('are in the ledger once, and for good', () => {
    const { database } = drawn();
    const fact = frameFact(
      aRecord({
        zoneEvents: [{}, { ordinal: 1, kind: 'leave', dwellSeconds: 2.5 }],
        passages: [{}],
      }),
    );
    const first = applyFact(database, fact);
    expect(first.rows.zoneEvents.toReversed()).toEqual(listZoneEvents(database, { limit: 9 }));
    expect(first.rows.passages).toEqual(listFlowPassages(database, { limit: 9 }));
    expect(first.rows.zoneEvents[1]).toMatchObject({
      id: 2,
      cameraId: 'gate',
      trackUid: 'gate:1:1',
      dwellSeconds: 2.5,
    });
    const again = applyFact(database, fact);
    expect(again.rows).toEqual({ crossings: [], zoneEvents: [], passages: [] });
    expect(again.doubles).toEqual([
      { cameraId: 'gate', zoneId: 'hall', trackUid: 'gate:1:1', ordinal: 0 },
      { cameraId: 'gate', zoneId: 'hall', trackUid: 'gate:1:1', ordinal: 1 },
      { cameraId: 'gate', flowId: 'way', trackUid: 'gate:1:1', ordinal: 0 },
    ]);
    for (const table of ['zone_events', 'flow_passages']) {
      expect(() => database.exec(`DELETE FROM ${table}`)).toThrow('append-only');
      expect(() => database.exec(`UPDATE ${table} SET label = 'other'`)).toThrow('append-only');
    }
  });

  it('are read page by page, by zone, kind and time', () => {
    const { database } = drawn();
    const kinds = ['enter', 'leave'] as const;
    const zoneEvents = Array.from({ length: 12 }, (_, index) => ({
      zoneId: index % 3 === 0 ? 'yard' : 'hall',
      trackId: index,
      kind: kinds[index % 2]!,
      at: start + index * 1000,
    }));
    applyFact(database, frameFact(aRecord({ zoneEvents })));
    const all = listZoneEvents(database, { limit: 100 });
    const pages = [];
    for (let beforeId: number | undefined; ;) {
      const page = listZoneEvents(database, { limit: 5, beforeId });
      pages.push(...page);
      beforeId = page.at(-1)?.id;
      if (page.length === 0) break;
    }
    expect(pages).toEqual(all);
    expect(listZoneEvents(database, { limit: 100, zoneId: 'yard', kind: 'enter' })).toEqual(
      all.filter((row) => row.zoneId === 'yard' && row.kind === 'enter'),
    );
    expect(
      listZoneEvents(database, { limit: 100, from: start + 2000, to: start + 4000 }),
    ).toHaveLength(2);
  });

  it('are summed with the time in which they could be seen', () => {
    const { database } = drawn();
    const observed = { from: start, to: start + 90_000 };
    applyFact(
      database,
      frameFact(
        aRecord({
          observed,
          passages: [
            { at: start + 10_000, fromAt: start + 4_000 },
            { trackId: 2, at: start + 20_000, fromAt: start + 10_000 },
            { trackId: 3, at: start + 70_000, fromAt: start + 69_000 },
          ],
        }),
      ),
    );
    const query = { from: start, to: start + 120_000, bucket: 'minute', timeZone: 'UTC' } as const;
    expect(queryFlowTallies(database, query)).toMatchObject([
      { flowId: 'way', passages: 2, meanSeconds: 8, observedSeconds: 60 },
      { flowId: 'way', passages: 1, meanSeconds: 1, observedSeconds: 30 },
    ]);
    expect(queryFlowTallies(database, { ...query, from: 0, to: 1 })).toEqual([]);
  });
});
