import { describe, expect, it } from 'vitest';
import { assignAlias, listHistory, namedNow } from '#engine/store/model-history.ts';
import { tagModel, untagModel } from '#engine/store/model-tags.ts';
import { listUses } from '#engine/store/model-uses.ts';
import { addModel, getModel, reasonsToKeep, removeModel } from '#engine/store/models.ts';
import type { AliasChange, AliasEvent, NewModel } from '#engine/store/records.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { aRecord, start, tempDatabase, tempFolder, tempStore } from '#test/store.ts';

const digest = (digit: string): string => digit.repeat(64);

function aModel(digit: string, changes: Partial<NewModel> = {}): NewModel {
  return {
    card: { ...yoloxNanoCard, name: `model-${digit}` },
    digest: digest(digit),
    bytes: 10,
    path: `/models/${digit}/model.onnx`,
    isEmbedded: false,
    importedAt: start,
    ...changes,
  };
}

function move(alias: AliasChange['alias'], cameraId: string | null, to: string | null): AliasEvent {
  const why = { by: 'ann', cause: 'chosen', reason: '' } as const;
  return { alias, cameraId, digest: to, at: start, ...why };
}

describe('aliases', () => {
  it.each([
    ['nobody', [], []],
    ['one that counts', [move('champion', null, 'a')], ['site champion a']],
    [
      'the next one',
      [move('champion', null, 'a'), move('champion', null, 'b')],
      ['site champion b', 'site previous a'],
    ],
    [
      'a roll-back and its own way back',
      [move('champion', null, 'a'), move('champion', null, 'b'), move('champion', null, 'a')],
      ['site champion a', 'site previous b'],
    ],
    [
      'a camera that differs: before, it counted as the site does',
      [move('champion', null, 'a'), move('champion', 'gate', 'b')],
      ['site champion a', 'gate champion b', 'gate previous a'],
    ],
    [
      'a camera that follows the site again',
      [move('champion', null, 'a'), move('champion', 'gate', 'b'), move('champion', 'gate', null)],
      ['site champion a'],
    ],
    [
      'a challenger that came and one that went',
      [
        move('challenger', null, 'a'),
        move('challenger', 'gate', 'b'),
        move('challenger', 'gate', null),
      ],
      ['site challenger a'],
    ],
  ])('name %s', (_, events, expected) => {
    const named = namedNow(events).map(
      ([who, { alias, cameraId }]) => `${cameraId ?? 'site'} ${alias} ${who}`,
    );
    expect(named).toEqual(expected);
  });

  it('are kept with who moved them, when and why', () => {
    const database = tempDatabase();
    addModel(database, aModel('a'));
    const change = {
      alias: 'champion',
      cameraId: 'gate',
      digest: digest('a'),
      by: 'ann',
      cause: 'guardrail',
      reason: 'the other one was too slow',
    } as const;
    assignAlias(database, change, start + 5);
    expect(listHistory(database)).toEqual([{ ...change, at: start + 5 }]);
  });
});

describe('tags', () => {
  it('stay on one version until they are taken away', () => {
    const database = tempDatabase();
    addModel(database, aModel('a'));
    addModel(database, aModel('b'));
    const tag = (digit: string) =>
      tagModel(database, { tag: 'winter', digest: digest(digit), by: 'ann' }, start);
    expect(tag('a').tags).toEqual(['winter']);
    expect(tag('a').tags).toEqual(['winter']);
    expect(() => tag('b')).toThrow('The tag winter is on model-a 1.0.0');
    untagModel(database, 'winter');
    expect(() => untagModel(database, 'winter')).toThrow('no tag winter');
    expect(tag('b').tags).toEqual(['winter']);
    expect(getModel(database, digest('a'))?.tags).toEqual([]);
  });
});

describe('removal of a version', () => {
  it('is refused while something names it, with what it is', () => {
    const database = tempDatabase();
    addModel(database, aModel('a'));
    const lineage = {
      parent: digest('a'),
      variant: 'int8',
      importedBy: 'ann',
      origin: { kind: 'variant', where: 'model-a' },
      releaseNotes: 'half as large',
    } as const;
    addModel(database, aModel('b', { lineage }));
    expect(getModel(database, digest('b'))?.lineage).toEqual(lineage);
    expect(() => removeModel(database, digest('a'), start)).toThrow('model-b 1.0.0 was made of it');
    removeModel(database, digest('b'), start);
    removeModel(database, digest('a'), start);
  });

  it('is refused for what counted earlier', () => {
    const database = tempDatabase();
    const why = {
      alias: 'champion',
      cameraId: null,
      by: 'ann',
      cause: 'chosen',
      reason: '',
    } as const;
    for (const digit of ['a', 'b', 'c']) {
      addModel(database, aModel(digit));
      assignAlias(database, { ...why, digest: digest(digit) }, start);
    }
    expect(() => removeModel(database, digest('a'), start)).toThrow('the history names it');
    expect(() => removeModel(database, digest('b'), start)).toThrow('it is the previous');
  });

  it('is refused for what crossings name', { timeout: 240_000 }, async () => {
    const folder = tempFolder();
    const store = await tempStore({ folder });
    await store.models.add(aModel('a'));
    const epoch = await store.checkpoints.beginEpoch('gate');
    await store.crossings.recordFrame(
      aRecord({ epoch, crossings: [{ modelDigest: digest('a') }] }),
    );
    const refusal = store.models.remove(digest('a'));
    await expect(refusal).rejects.toMatchObject({ code: 'MODEL_004' });
    await expect(refusal).rejects.toThrow('crossings in the ledger name it');
    const [use] = await store.models.uses();
    expect(use).toEqual({
      digest: digest('a'),
      isInLedger: true,
      isInHistory: false,
      children: [],
    });
  });

  it('needs no reason where nothing names it', () => {
    const database = tempDatabase();
    addModel(database, aModel('a'));
    expect(reasonsToKeep(getModel(database, digest('a'))!, listUses(database)[0])).toEqual([]);
  });
});
