import type { Database } from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import {
  addCamera,
  getCamera,
  listCameras,
  removeCamera,
  updateCamera,
} from '#engine/store/cameras.ts';
import {
  listEpochs,
  loadCheckpoint,
  raiseEpoch,
  saveCheckpoint,
} from '#engine/store/checkpoints.ts';
import { getLine, listLines, listRevisions, removeLine, saveLine } from '#engine/store/lines.ts';
import { assignAlias, listActivations, listHistory } from '#engine/store/model-history.ts';
import { addModel, getChampion, getModel, listModels, removeModel } from '#engine/store/models.ts';
import type { NewModel } from '#engine/store/records.ts';
import { getSetting, removeSetting, setSetting } from '#engine/store/settings.ts';
import { aCamera, aLine, start, tempDatabase } from '#test/store.ts';
import { yoloxNanoCard } from '#test/cards.ts';

describe('cameras', () => {
  it('come back in the order in which they were added, changed where they were', () => {
    const database = tempDatabase();
    addCamera(database, aCamera({ id: 'yard' }), start);
    addCamera(database, aCamera({ id: 'gate' }), start);
    updateCamera(database, aCamera({ id: 'yard', name: 'Back yard', source: 'usb:/dev/video0' }));
    expect(listCameras(database)).toEqual([
      aCamera({ id: 'yard', name: 'Back yard', source: 'usb:/dev/video0' }),
      aCamera({ id: 'gate' }),
    ]);
    expect(getCamera(database, 'attic')).toBeNull();
  });

  it('take their lines with them, not the revisions', () => {
    const database = tempDatabase();
    addCamera(database, aCamera(), start);
    const line = saveLine(database, aLine(), start);
    expect(removeCamera(database, 'gate', start + 1)).toEqual([line]);
    expect(listCameras(database)).toEqual([]);
    expect(listLines(database, null)).toEqual([]);
    expect(listRevisions(database, 'door')).toEqual([
      { line, createdAt: start, removedAt: start + 1 },
    ]);
  });

  it('refuse an id that is taken or missing', () => {
    const database = tempDatabase();
    addCamera(database, aCamera(), start);
    expect(() => addCamera(database, aCamera(), start)).toThrow('a camera "gate" already');
    expect(() => updateCamera(database, aCamera({ id: 'attic' }))).toThrow('no camera "attic"');
    expect(() => removeCamera(database, 'attic', start)).toThrow('no camera "attic"');
  });

  it('never show a password when a stored value cannot be read', () => {
    const database = tempDatabase();
    addCamera(database, aCamera(), start);
    database.prepare("UPDATE cameras SET settings = '{}'").run();
    expect(() => listCameras(database)).toThrow(/^(?!.*secret).*camera "gate", field "name"/);
  });
});

describe('lines', () => {
  it('keep every revision, also over a removal', () => {
    const database = tempDatabase();
    addCamera(database, aCamera(), start);
    const first = saveLine(database, aLine(), start);
    const second = saveLine(database, aLine({ name: 'Front door' }), start + 1);
    expect([first.revision, second.revision]).toEqual([1, 2]);
    expect(listLines(database, 'gate')).toEqual([second]);
    expect(removeLine(database, 'door', start + 2)).toEqual(second);
    expect(getLine(database, 'door')).toBeNull();
    const third = saveLine(database, aLine(), start + 3);
    expect(listLines(database, null)).toEqual([third]);
    expect(listRevisions(database, 'door')).toEqual([
      { line: first, createdAt: start, removedAt: null },
      { line: second, createdAt: start + 1, removedAt: start + 2 },
      { line: third, createdAt: start + 3, removedAt: null },
    ]);
  });

  it('refuse a camera that does not exist and an id that another camera has', () => {
    const database = tempDatabase();
    addCamera(database, aCamera(), start);
    addCamera(database, aCamera({ id: 'yard' }), start);
    saveLine(database, aLine(), start);
    expect(() => saveLine(database, aLine({ cameraId: 'attic' }), start)).toThrow(
      'no camera "attic"',
    );
    expect(() => saveLine(database, aLine({ cameraId: 'yard' }), start)).toThrow(
      'is on camera "gate"',
    );
    expect(() => removeLine(database, 'exit', start)).toThrow('no line "exit"');
  });
});

describe('checkpoints', () => {
  const checkpoint = { cameraId: 'gate', epoch: 2, frameSeq: 7, at: start, state: '{"tracks":[]}' };

  it('are the newest of their camera', () => {
    const database = tempDatabase();
    saveCheckpoint(database, checkpoint);
    saveCheckpoint(database, { ...checkpoint, cameraId: 'yard' });
    // A capture that reconnects numbers its frames from 0 again.
    saveCheckpoint(database, { ...checkpoint, frameSeq: 1, at: start + 9 });
    expect(loadCheckpoint(database, 'gate')).toEqual({ ...checkpoint, frameSeq: 1, at: start + 9 });
    expect(loadCheckpoint(database, 'attic')).toBeNull();
  });

  it('never go back to an earlier epoch', () => {
    const database = tempDatabase();
    saveCheckpoint(database, checkpoint);
    saveCheckpoint(database, { ...checkpoint, epoch: 1, frameSeq: 99 });
    expect(loadCheckpoint(database, 'gate')).toEqual(checkpoint);
  });

  it('belong to epochs that only rise', () => {
    const database = tempDatabase();
    for (const epoch of [1, 3, 2]) raiseEpoch(database, 'gate', epoch);
    expect(listEpochs(database)).toEqual(new Map([['gate', 3]]));
  });
});

describe('models', () => {
  const card = { ...yoloxNanoCard, classes: ['person'], labels: { person: 'person' as const } };
  const nano: NewModel = {
    card,
    digest: 'a'.repeat(64),
    bytes: 3_700_000,
    path: '/data/models/yolox-nano/1.0.0/model.onnx',
    isEmbedded: true,
    importedAt: start,
  };
  const tiny: NewModel = {
    ...nano,
    card: { ...card, name: 'yolox-tiny' },
    digest: 'b'.repeat(64),
    isEmbedded: false,
    importedAt: start + 1,
  };

  const unknownLineage = {
    parent: null,
    variant: null,
    importedBy: 'unknown',
    origin: { kind: 'unknown', where: '' },
    releaseNotes: '',
  };
  const oneFile = ({ bytes, digest }: NewModel) => [
    { path: 'model.onnx', kind: 'model', bytes, digest },
  ];
  const activate = (database: Database, digest: string, now: number) =>
    assignAlias(
      database,
      { alias: 'champion', cameraId: null, digest, by: 'ann', cause: 'chosen', reason: 'better' },
      now,
    );

  it('have one champion, the one activated last, and a history', () => {
    const database = tempDatabase();
    expect(addModel(database, nano)).toEqual({
      ...nano,
      isChampion: false,
      files: oneFile(nano),
      lineage: unknownLineage,
      tags: [],
      aliases: [],
    });
    addModel(database, tiny);
    expect(getChampion(database)).toBeNull();
    activate(database, nano.digest, start + 2);
    activate(database, tiny.digest, start + 3);
    expect(
      listModels(database).map(({ isChampion, aliases }) => ({ isChampion, aliases })),
    ).toEqual([
      { isChampion: false, aliases: [{ alias: 'previous', cameraId: null }] },
      { isChampion: true, aliases: [{ alias: 'champion', cameraId: null }] },
    ]);
    expect(getChampion(database)?.digest).toBe(tiny.digest);
    expect(listActivations(database)).toEqual([
      { digest: tiny.digest, at: start + 3 },
      { digest: nano.digest, at: start + 2 },
    ]);
    activate(database, tiny.digest, start + 4);
    expect(listHistory(database)).toHaveLength(2);
  });

  it('can be removed unless something names them, and come back', () => {
    const database = tempDatabase();
    addModel(database, nano);
    addModel(database, tiny);
    activate(database, nano.digest, start);
    expect(() => removeModel(database, nano.digest, start)).toThrow('Activate another model first');
    removeModel(database, tiny.digest, start);
    expect(getModel(database, tiny.digest)).toBeNull();
    expect(() => activate(database, tiny.digest, start)).toThrow('no model with the digest');
    expect(addModel(database, { ...tiny, path: '/elsewhere' }).path).toBe('/elsewhere');
  });

  it('refuse the same file twice, and two of one name and version', () => {
    const database = tempDatabase();
    addModel(database, nano);
    expect(() => addModel(database, nano)).toThrow('in the registry already');
    expect(() => addModel(database, { ...nano, digest: 'c'.repeat(64) })).toThrow(
      'a model yolox-nano 1.0.0 already',
    );
  });
});

describe('settings', () => {
  it('are what was set last', () => {
    const database = tempDatabase();
    expect(getSetting(database, 'theme')).toBeNull();
    setSetting(database, { key: 'theme', value: { dark: true }, now: start });
    setSetting(database, { key: 'theme', value: { dark: false }, now: start });
    expect(getSetting(database, 'theme')).toBe('{"dark":false}');
    removeSetting(database, 'theme');
    expect(getSetting(database, 'theme')).toBeNull();
  });
});
