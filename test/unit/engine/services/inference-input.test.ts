import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { readBase64Picture } from '#engine/services/base64-picture.ts';
import { findModel } from '#engine/services/find-model.ts';
import { yoloxNanoCard } from '#test/cards.ts';

const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
const codeOf = (ask: () => unknown): string => {
  try {
    ask();
    return 'taken';
  } catch (error) {
    return error instanceof StationError ? `${error.code} ${error.path ?? ''}` : 'broken';
  }
};

describe('picture as text', () => {
  it.each([
    ['base64', png.toString('base64')],
    ['base64 for addresses', png.toString('base64url')],
    [
      'base64 in lines',
      `${png.toString('base64').slice(0, 8)}\r\n${png.toString('base64').slice(8)}`,
    ],
    ['a data URL', `data:image/png;base64,${png.toString('base64')}`],
  ])('%s is taken', (_, text) => {
    expect(Buffer.from(readBase64Picture(text, 'image'))).toEqual(png);
  });

  it.each([
    ['no base64', 'hello, world!'],
    ['text in base64', Buffer.from('hello').toString('base64')],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')],
    ['another data URL', 'data:text/html;base64,aGk='],
    ['larger than allowed', Buffer.concat([png, Buffer.alloc(12_000_001)]).toString('base64')],
  ])('%s is refused with its place', (_, text) => {
    expect(codeOf(() => readBase64Picture(text, 'images.3'))).toBe('INF_003 images.3');
  });
});

describe('name of a model', () => {
  const model = (name: string, version: string, isChampion = false) => ({
    card: { ...yoloxNanoCard, name, version },
    digest: version.replaceAll('.', '').padEnd(64, name === 'a' ? 'a' : 'b'),
    isChampion,
  });
  const models = [
    model('a', '1.0.0', true),
    model('a', '2.0.0'),
    model('b', '1.0.0'),
    model('b', '1.1.0'),
  ];
  const found = (modelId: string) => {
    const { card } = findModel(modelId, models);
    return `${card.name}@${card.version}`;
  };

  it.each([
    ['champion', 'a@1.0.0'],
    ['a', 'a@1.0.0'],
    ['b', 'b@1.1.0'],
    ['a@2.0.0', 'a@2.0.0'],
    [models[2]!.digest, 'b@1.0.0'],
  ])('%s means %s', (modelId, expected) => {
    expect(found(modelId)).toBe(expected);
  });

  it.each(['c', 'a@3.0.0', '@1.0.0', 'f'.repeat(64)])('%s means nothing', (modelId) => {
    expect(codeOf(() => found(modelId))).toBe('MODEL_001 modelId');
  });
});
