/**
 * What both arms saw on the same frame: the picture of that moment, only while somebody looks.
 */
import { describe, expect, it } from 'vitest';
import { keepSights } from '#engine/experiment-sights.ts';
import { createPreviewHub } from '#engine/preview-hub.ts';
import { start, testClock } from '#test/store.ts';

const box = { x: 0.1, y: 0.2, width: 0.1, height: 0.3 };
const person = { box, score: 0.9, label: 'person' as const, colours: [1, 2, 3] };
const { colours: _, ...plain } = person;

function rig(recorded: Uint8Array | null = null) {
  const clock = testClock(start);
  const wishes: unknown[] = [];
  const hub = createPreviewHub((cameraId, wish) => wishes.push([cameraId, wish !== null]));
  const sights = keepSights({
    clock,
    previews: hub,
    pictures: {
      at: (_camera, at) => Promise.resolve(recorded && { at, jpeg: recorded }),
    },
  });
  const show = (at: number, ...jpeg: number[]) =>
    hub.show('gate', { capturedAt: at, width: 4, height: 2, jpeg: Uint8Array.from(jpeg) });
  return { clock, wishes, sights, show };
}

const base64 = (...bytes: number[]) => Buffer.from(bytes).toString('base64');

describe('the sights of a shadow', () => {
  it('have the picture of the moment of the boxes, the newest one', async () => {
    const { sights, show } = rig();
    expect(await sights.last('one')).toBeNull();
    sights.live('one', 'gate', { at: start, a: [person], b: [] });
    show(start - 400, 1);
    expect(await sights.last('one')).toBeNull();
    show(start + 20, 2);
    expect(await sights.last('one')).toEqual({
      ...{ place: 'gate', at: start, jpeg: base64(2), a: [plain], b: [] },
    });
    show(start + 300, 3);
    sights.live('one', 'gate', { at: start + 290, a: [], b: [person] });
    expect(await sights.last('one')).toMatchObject({ at: start + 290, jpeg: base64(3) });
    // Of before: the one that is shown stays.
    sights.live('one', 'gate', { at: start + 10, a: [], b: [] });
    expect(await sights.last('one')).toMatchObject({ at: start + 290 });
  });

  it('want pictures of one camera, and of none when nobody asks any more', async () => {
    const { sights, clock, wishes } = rig();
    sights.live('one', 'gate', { at: start, a: [], b: [] });
    expect(wishes).toEqual([]);
    await sights.last('one');
    sights.live('one', 'gate', { at: start, a: [], b: [] });
    sights.live('one', 'hall', { at: start, a: [], b: [] });
    expect(wishes).toEqual([
      ['gate', true],
      ['gate', false],
      ['hall', true],
    ]);
    clock.set(start + 20_000);
    sights.live('one', 'hall', { at: start + 20_000, a: [], b: [] });
    expect(wishes.at(-1)).toEqual(['hall', false]);
  });

  it('end with the station', async () => {
    const { sights, wishes } = rig();
    await sights.last('one');
    sights.live('one', 'gate', { at: start, a: [], b: [] });
    sights.close();
    expect(wishes.at(-1)).toEqual(['gate', false]);
  });
});

describe('the sights of a recording', () => {
  it('have the picture that was recorded', async () => {
    const { sights } = rig(Uint8Array.from([7]));
    sights.recorded('one', 'gate', { at: start, a: [person], b: [] });
    const sight = { place: 'gate', at: start, jpeg: base64(7), a: [plain], b: [] };
    expect(await sights.last('one')).toEqual(sight);
    expect(await sights.last('one')).toEqual(sight);
    expect(await sights.last('two')).toBeNull();
  });

  it('are none where nothing was recorded', async () => {
    const { sights } = rig();
    sights.recorded('one', 'gate', { at: start, a: [], b: [] });
    expect(await sights.last('one')).toBeNull();
  });
});
