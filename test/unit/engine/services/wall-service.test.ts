import { describe, expect, it } from 'vitest';
import type { CallContext } from '#engine/router.ts';
import { createWallService } from '#engine/services/wall-service.ts';
import { tempStore } from '#test/store.ts';

const context = {} as CallContext;
const tiles = (...ids: string[]) => ids.map((cameraId) => ({ cameraId }));

async function setUp() {
  let announced = 0;
  const service = createWallService({
    store: await tempStore(),
    events: { emit: () => (announced += 1) },
    cameraIds: () => ['gate', 'yard', 'roof'],
  });
  return {
    save: async (draft: Parameters<(typeof service)['wall.save']>[0]) =>
      service['wall.save'](draft, context),
    remove: async (id: string) => service['wall.remove']({ id }, context),
    list: async () => service['wall.list']({}, context),
    announced: () => announced,
  };
}

describe('walls', () => {
  it('are kept by name, changed by id, and announced', async () => {
    const { save, remove, list, announced } = await setUp();
    await save({ name: 'Yard', layout: '4', tiles: tiles('yard') });
    const gates = await save({ name: 'Gates', layout: '9', tiles: tiles('gate') });
    await save({ ...gates, layout: 'focus', tiles: tiles('roof', 'gate') });
    expect(await list()).toEqual([
      { id: 'gates', name: 'Gates', layout: 'focus', tiles: tiles('roof', 'gate') },
      { id: 'yard', name: 'Yard', layout: '4', tiles: tiles('yard') },
    ]);
    await remove('gates');
    expect((await list()).map(({ id }) => id)).toEqual(['yard']);
    expect(announced()).toBe(4);
  });

  it('are not lost when two people save at once', async () => {
    const { save, list } = await setUp();
    await Promise.all(
      ['A', 'B', 'C'].map((name) => save({ name, layout: '1', tiles: tiles('gate') })),
    );
    expect((await list()).map(({ name }) => name)).toEqual(['A', 'B', 'C']);
  });

  it.each([
    ['a camera that is not there', 'New', ['gone'], 'REQ_002'],
    ['a camera twice', 'New', ['gate', 'gate'], 'REQ_001'],
    ['a name that another wall has', 'Gates', ['gate'], 'REQ_003'],
  ])('refuse %s', async (_, name, ids, code) => {
    const { save, list } = await setUp();
    await save({ name: 'Gates', layout: '4', tiles: tiles('gate') });
    await expect(save({ name, layout: '4', tiles: tiles(...ids) })).rejects.toMatchObject({ code });
    expect(await list()).toHaveLength(1);
  });

  it('refuse to remove what is not there', async () => {
    await expect((await setUp()).remove('gone')).rejects.toMatchObject({ code: 'REQ_002' });
  });
});
