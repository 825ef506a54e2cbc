/**
 * Drawing and changing a line, action by action.
 */
import { describe, expect, it } from 'vitest';
import { fakeLine } from '#test/fake-ledger.ts';
import {
  draftOf,
  isComplete,
  newDraft,
  reduceDraft,
  toLineDraft,
  type DraftAction,
  type DraftState,
} from '#test/renderer.ts';

const size = { width: 1000, height: 500 };
const run = (state: DraftState, ...actions: DraftAction[]) =>
  actions.reduce((now, action) => reduceDraft(now, action, size), state);
const click = (x: number, y: number, isStraight = false): DraftAction => ({
  type: 'place',
  at: { x, y },
  isStraight,
});
const points = (state: DraftState) =>
  state.points.map(({ x, y }) => [Number(x.toFixed(4)), Number(y.toFixed(4))]);
const drawn = run(newDraft('Gate'), click(0.1, 0.5), click(0.9, 0.5), { type: 'finish' });

describe('drawing a line', () => {
  it.each<[string, DraftAction[], number[][]]>([
    [
      'two clicks',
      [click(0.1, 0.2), click(0.3, 0.4)],
      [
        [0.1, 0.2],
        [0.3, 0.4],
      ],
    ],
    [
      'more clicks make a polyline',
      [click(0.1, 0.2), click(0.3, 0.4), click(0.5, 0.4)],
      [
        [0.1, 0.2],
        [0.3, 0.4],
        [0.5, 0.4],
      ],
    ],
    [
      'a double-click ends it without a third point',
      [click(0.1, 0.2), click(0.3, 0.4), click(0.301, 0.4), { type: 'finish' }],
      [
        [0.1, 0.2],
        [0.3, 0.4],
      ],
    ],
    [
      'Shift draws it level',
      [click(0.1, 0.2), click(0.8, 0.3, true)],
      [
        [0.1, 0.2],
        [0.8, 0.2],
      ],
    ],
    [
      'Shift draws it upright',
      [click(0.1, 0.2), click(0.15, 0.9, true)],
      [
        [0.1, 0.2],
        [0.1, 0.9],
      ],
    ],
    ['a click beside the picture is kept on it', [click(-0.2, 1.3)], [[0, 1]]],
    [
      'clicks after the end add nothing',
      [click(0.1, 0.2), click(0.3, 0.4), { type: 'finish' }, click(0.9, 0.9)],
      [
        [0.1, 0.2],
        [0.3, 0.4],
      ],
    ],
    [
      'undo takes the last point back',
      [click(0.1, 0.2), click(0.3, 0.4), { type: 'undo' }],
      [[0.1, 0.2]],
    ],
    ['undo of nothing does nothing', [{ type: 'undo' }], []],
  ])('%s', (_, actions, expected) => {
    expect(points(run(newDraft('Gate'), ...actions))).toEqual(expected);
  });

  it('ends by itself at sixteen points', () => {
    const clicks = Array.from({ length: 20 }, (_, index) => click(index / 20, 0.5));
    const state = run(newDraft('Gate'), ...clicks);
    expect([state.points.length, state.phase]).toEqual([16, 'shaping']);
  });

  it('does not end with one point, and goes on drawing after undo below two', () => {
    expect(run(newDraft('Gate'), click(0.1, 0.1), { type: 'finish' }).phase).toBe('drawing');
    expect(run(drawn, { type: 'undo' }).phase).toBe('drawing');
  });

  it('can be aimed by keys alone', () => {
    const aimed = run(newDraft('Gate'), { type: 'aim-by', dxPx: 10, dyPx: -5 });
    expect(aimed.cursor).toEqual({ x: 0.51, y: 0.49 });
  });
});

describe('changing a line', () => {
  it.each<[string, DraftAction[], number[][]]>([
    [
      'a point is moved one px by a key',
      [
        { type: 'select', index: 0 },
        { type: 'nudge', dxPx: 1, dyPx: -1 },
      ],
      [
        [0.101, 0.498],
        [0.9, 0.5],
      ],
    ],
    [
      'a key without a chosen point does nothing',
      [{ type: 'nudge', dxPx: 1, dyPx: 0 }],
      [
        [0.1, 0.5],
        [0.9, 0.5],
      ],
    ],
    [
      'a whole drag is undone at once',
      [
        { type: 'grab', index: 1 },
        { type: 'drag', at: { x: 0.7, y: 0.6 }, isStraight: false },
        { type: 'drag', at: { x: 0.6, y: 0.9 }, isStraight: false },
        { type: 'undo' },
      ],
      [
        [0.1, 0.5],
        [0.9, 0.5],
      ],
    ],
    [
      'Shift drags level',
      [
        { type: 'grab', index: 1 },
        { type: 'drag', at: { x: 0.7, y: 0.6 }, isStraight: true },
      ],
      [
        [0.1, 0.5],
        [0.7, 0.5],
      ],
    ],
    [
      'swapping turns its way round',
      [{ type: 'swap' }],
      [
        [0.9, 0.5],
        [0.1, 0.5],
      ],
    ],
    [
      'a point is put between',
      [{ type: 'split', index: 0, at: { x: 0.5, y: 0.8 } }],
      [
        [0.1, 0.5],
        [0.5, 0.8],
        [0.9, 0.5],
      ],
    ],
    [
      'the last two points stay',
      [{ type: 'select', index: 0 }, { type: 'remove-point' }],
      [
        [0.1, 0.5],
        [0.9, 0.5],
      ],
    ],
    [
      'a third point goes',
      [{ type: 'split', index: 0, at: { x: 0.5, y: 0.8 } }, { type: 'remove-point' }],
      [
        [0.1, 0.5],
        [0.9, 0.5],
      ],
    ],
  ])('%s', (_, actions, expected) => {
    expect(points(run(drawn, ...actions))).toEqual(expected);
  });

  it('undoes anchor and labels too', () => {
    const changed = run(
      drawn,
      { type: 'anchor', anchor: 'top' },
      { type: 'labels', labels: ['person'] },
    );
    expect(run(changed, { type: 'undo' })).toMatchObject({ anchor: 'top', labels: [] });
    expect(run(changed, { type: 'undo' }, { type: 'undo' })).toMatchObject({ anchor: 'bottom' });
  });

  it('sends a new line without an id and a changed one with its own', () => {
    expect(toLineDraft(drawn, 'cam')).toEqual({
      cameraId: 'cam',
      name: 'Gate',
      points: [
        { x: 0.1, y: 0.5 },
        { x: 0.9, y: 0.5 },
      ],
      anchor: 'bottom',
      labels: [],
    });
    const line = fakeLine('door', 'cam', { name: 'Door' });
    expect(toLineDraft(draftOf(line), 'cam')).toMatchObject({ id: 'door', points: line.points });
  });

  it('needs two points and a name', () => {
    expect(isComplete(drawn)).toBe(true);
    expect(isComplete(run(drawn, { type: 'rename', name: '  ' }))).toBe(false);
    expect(isComplete(run(newDraft('Gate'), click(0.1, 0.1)))).toBe(false);
  });
});
