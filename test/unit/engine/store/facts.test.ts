import type { Database } from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyFact,
  compactFacts,
  decodeFact,
  encodeFact,
  type Fact,
  frameFact,
} from '#engine/store/facts.ts';
import { aRecord, memoryDatabase, start } from '#test/store.ts';

/** Everything a fact can change, without row ids, whose order compaction may change between cameras. */
function content(database: Database): unknown {
  const tables = ['ledger_cameras', 'tally_quarters', 'checkpoints', 'observed', 'gap_causes'];
  const named = {
    ledger_cameras: 'SELECT camera_id, epoch FROM ledger_cameras ORDER BY 1',
    tally_quarters: `SELECT camera_id, line_id, quarter, direction, crossings FROM tally_quarters
      JOIN ledger_lines AS l ON l.key = line_key JOIN ledger_cameras AS c ON c.key = camera_key
      ORDER BY 1, 2, 3, 4`,
    checkpoints: `SELECT camera_id, p.epoch, frame_seq, state FROM checkpoints AS p
      JOIN ledger_cameras AS c ON c.key = camera_key ORDER BY 1`,
    observed: `SELECT camera_id, from_ms, to_ms FROM observed
      JOIN ledger_cameras AS c ON c.key = camera_key ORDER BY 1, 2`,
    gap_causes: `SELECT camera_id, at_ms, cause FROM gap_causes
      JOIN ledger_cameras AS c ON c.key = camera_key ORDER BY 1, 2`,
    crossings: `SELECT camera_id, line_id, x.epoch, track_id, ordinal FROM crossings AS x
      JOIN ledger_lines AS l ON l.key = line_key JOIN ledger_cameras AS c ON c.key = camera_key
      ORDER BY 1, 2, 3, 4, 5`,
    zone_events: `SELECT camera_id, zone_id, x.epoch, track_id, ordinal FROM zone_events AS x
      JOIN ledger_zones AS z ON z.key = zone_key JOIN ledger_cameras AS c ON c.key = camera_key
      ORDER BY 1, 2, 3, 4, 5`,
    flow_passages: `SELECT camera_id, flow_id, x.epoch, track_id, ordinal FROM flow_passages AS x
      JOIN ledger_flows AS f ON f.key = flow_key JOIN ledger_cameras AS c ON c.key = camera_key
      ORDER BY 1, 2, 3, 4, 5`,
  };
  expect(tables.every((table) => table in named)).toBe(true);
  return Object.values(named).map((sql) => database.prepare(sql).all());
}

function applied(facts: readonly Fact[], times = 1): unknown {
  const database = memoryDatabase();
  for (let round = 0; round < times; round += 1) {
    for (const fact of facts) applyFact(database, fact);
  }
  return content(database);
}

const second = fc.integer({ min: 0, max: 40 });
const cameraId = fc.constantFrom('gate', 'yard');
const anyFrame = fc
  .record({
    cameraId,
    tracks: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 3 }),
    visitors: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 2 }),
    observed: fc.option(second),
    state: fc.string({ maxLength: 5 }),
  })
  .map((each) =>
    aRecord({
      ...each,
      crossings: each.tracks.map((trackId) => ({ trackId, at: start + trackId * 60_000 })),
      zoneEvents: each.visitors.map((trackId) => ({ trackId })),
      passages: each.visitors.map((trackId) => ({ trackId })),
      observed:
        each.observed === null
          ? null
          : { from: start + each.observed * 1000, to: start + (each.observed + 1) * 1000 },
    }),
  );
/** Facts as the ledger makes them: the epoch of a frame is the one that began last for its camera. */
const anyFacts = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: anyFrame },
      { weight: 1, arbitrary: cameraId.map((id) => ({ epochOf: id })) },
      { weight: 1, arbitrary: fc.record({ gapOf: cameraId, at: second }) },
    ),
    { maxLength: 30 },
  )
  .map((steps) => {
    const epochs = new Map<string, number>();
    return steps.map((step, index): Fact => {
      if ('gapOf' in step) {
        const gap = {
          cameraId: step.gapOf,
          cause: 'overload' as const,
          from: start + step.at * 1000,
        };
        return { kind: 'gap', gap };
      }
      if ('epochOf' in step) {
        const epoch = (epochs.get(step.epochOf) ?? 1) + 1;
        epochs.set(step.epochOf, epoch);
        return { kind: 'epoch', cameraId: step.epochOf, epoch };
      }
      const checkpoint = {
        ...step.checkpoint,
        epoch: epochs.get(step.cameraId) ?? 1,
        frameSeq: index,
      };
      return frameFact({ ...step, checkpoint });
    });
  });

describe('facts', () => {
  it('come back from the spool as they were', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        expect(facts.map((fact) => decodeFact(encodeFact(fact)))).toEqual(facts);
      }),
      { numRuns: 50 },
    );
  });

  it('of before there were zones are still read', () => {
    const { crossings, checkpoint } = aRecord({ crossings: [{}] });
    const old = {
      kind: 'frame',
      cameraId: 'gate',
      epoch: 1,
      crossings,
      checkpoint,
      observed: null,
    };
    expect(decodeFact(Buffer.from(JSON.stringify(old)))).toEqual({
      ...old,
      zoneEvents: [],
      passages: [],
    });
  });

  it('change nothing when they are applied again', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        expect(applied(facts, 2)).toEqual(applied(facts));
      }),
      { numRuns: 30 },
    );
  });

  it('say the same when they are compacted, also twice', () => {
    fc.assert(
      fc.property(anyFacts, fc.nat({ max: 30 }), (facts, cut) => {
        const once = compactFacts(facts);
        expect(applied(once)).toEqual(applied(facts));
        const twice = compactFacts([...compactFacts(facts.slice(0, cut)), ...facts.slice(cut)]);
        expect(applied(twice)).toEqual(applied(facts));
      }),
      { numRuns: 60 },
    );
  });

  it('of an hour without crossings shrink to one', () => {
    const hour = Array.from({ length: 3600 }, (_, index) => {
      const from = start + index * 1000;
      const observed = { from, to: from + 1000 };
      return frameFact(aRecord({ frameSeq: index, at: from, observed, state: 'x'.repeat(1000) }));
    });
    expect(compactFacts(hour)).toEqual([
      {
        kind: 'frame',
        cameraId: 'gate',
        epoch: 1,
        crossings: [],
        zoneEvents: [],
        passages: [],
        checkpoint: aRecord({ frameSeq: 3599, at: start + 3_599_000, state: 'x'.repeat(1000) })
          .checkpoint,
        observed: { from: start, to: start + 3_600_000 },
      },
    ]);
  });
});
