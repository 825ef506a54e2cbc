import { describe, expect, it } from 'vitest';
import { createCameraCounter } from '#engine/camera-counter.ts';
import { createLaneRecord, type LaneRecord } from '#engine/lane-record.ts';
import type { Assignment, FromWorker, WorkerModel } from '#engine/worker-protocol.ts';

const model = { digest: 'a'.repeat(64) } as WorkerModel;
const none = { crossings: [], zoneChanges: [], passages: [] };
/** 10 frames per second: a second without one is a gap, as three intervals are shorter */
const fps = 10;

describe('what a camera tells the ledger', () => {
  it.each<[story: string, tell: (record: LaneRecord) => void, spans: (readonly number[] | null)[]]>(
    [
      [
        'spans of two messages touch',
        (record) => {
          look(record, [1_000, 1_100, 1_200]);
          record.send(none, 1_200, model);
          look(record, [1_300, 1_400]);
          record.finish(model);
        },
        [
          [1_000, 1_200],
          [1_200, 1_400],
        ],
      ],
      [
        'a gap ends a span, and what is in it was not observed',
        (record) => {
          look(record, [1_000, 2_000, 3_001, 3_100]);
          record.finish(model);
        },
        [
          [1_000, 2_000],
          [3_001, 3_100],
        ],
      ],
      [
        'a clock that jumps back begins anew',
        (record) => {
          look(record, [5_000, 5_100, 4_000, 4_100]);
          record.finish(model);
        },
        [
          [5_000, 5_100],
          [4_000, 4_100],
        ],
      ],
      [
        'a frozen picture observes nothing, also not what was taken for observed',
        (record) => {
          look(record, [1_000, 1_500, 2_000]);
          record.withdraw(1_200);
          look(record, [2_100], true);
          record.send(none, 2_100, model);
        },
        [[1_000, 1_200], null],
      ],
      ['nothing observed, nothing to finish', (record) => record.finish(model), []],
      [
        'without a model nothing is finished',
        (record) => {
          look(record, [1_000, 1_100]);
          record.finish(null);
        },
        [],
      ],
    ],
  )('%s', (_story, tell, spans) => {
    const { record, sent } = begin(null);
    tell(record);
    expect(sent.map(({ observed }) => observed && [observed.from, observed.to])).toEqual(spans);
  });

  it('observes nothing before it was opened, though its first frames are older', () => {
    const { record, sent } = begin(null, 5_000);
    look(record, [4_700, 4_900, 5_100, 5_200]);
    record.finish(model);
    expect(sent.map(({ observed }) => observed)).toEqual([{ from: 5_100, to: 5_200 }]);
  });

  it('goes on observing when the clock is set back later', () => {
    const { record, sent, pass } = begin(null, 5_000);
    pass(10_000);
    look(record, [4_000, 4_100]);
    record.finish(model);
    expect(sent.map(({ observed }) => observed)).toEqual([{ from: 4_000, to: 4_100 }]);
  });

  it('never lets a checkpoint get ahead of the frame whose rows are still to come', () => {
    const { record, sent } = begin(null);
    look(record, [1_000, 1_100]);
    record.observe(9_000, model, false);
    expect(sent[0]!.checkpoint).toMatchObject({ frameSeq: 2, at: 1_100 });
  });

  it('goes on where a play was, and is due a second after the last message', () => {
    const { record, sent, pass } = begin({ frameSeq: 70, at: 10_000 });
    record.observe(10_100, model, false);
    record.counted(71);
    pass(999);
    expect(record.isDue()).toBe(false);
    pass(1);
    expect(record.isDue()).toBe(true);
    record.send(none, 10_100, model);
    expect(record.isDue()).toBe(false);
    expect(sent[0]).toMatchObject({
      observed: { from: 10_000, to: 10_100 },
      checkpoint: { frameSeq: 71, epoch: 3, at: 10_100 },
    });
  });
});

type Sent = Extract<FromWorker, { kind: 'record' }>;

function begin(
  checkpoint: { readonly frameSeq: number; readonly at: number } | null,
  openedAt = 0,
) {
  let nowMs = 0;
  const sent: Sent[] = [];
  const counter = createCameraCounter({
    ...{ picture: { width: 640, height: 360 }, fps, checkpoint: null },
    plan: { lines: [], zones: [], flows: [] },
  });
  const record = createLaneRecord({
    assignment: {
      ...{ camera: { id: 'gate', fps }, generation: 1, epoch: 3 },
      ...{ play: checkpoint && {}, checkpoint },
    } as unknown as Assignment,
    clock: { now: () => openedAt, monotonicMs: () => nowMs },
    counter: () => counter,
    send: (message) => sent.push(message as Sent),
  });
  return {
    ...{ record, sent },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

/** Frames at these times, one number after the other. */
function look(record: LaneRecord, times: readonly number[], isFrozen = false): void {
  times.forEach((at, index) => {
    record.observe(at, model, isFrozen);
    record.counted(index + 1);
  });
}
