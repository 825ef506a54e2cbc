/**
 * The model of an arm: its settings on its card, and an input that its graph must take.
 */
import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { asOnCard, type ArmSettings, hasSettings } from '#contract/experiment-arm.ts';
import { type ArmModel, inputOf, proveInput, withSettings } from '#engine/arm-model.ts';
import { yoloxNanoCard } from '#test/cards.ts';

function armOf(changes: Partial<ArmSettings>): ArmModel {
  const model = { path: '/m.onnx', digest: 'a'.repeat(64), card: yoloxNanoCard };
  return { model, settings: { ...asOnCard, ...changes } };
}

describe('the input of an arm', () => {
  it.each([
    ['a square', { width: 416, height: 416 }, 320, { width: 320, height: 320 }],
    ['a lying one', { width: 640, height: 384 }, 320, { width: 320, height: 192 }],
    ['a standing one', { width: 384, height: 640 }, 1280, { width: 768, height: 1280 }],
    [
      'one whose ratio falls between two steps',
      { width: 640, height: 360 },
      320,
      { width: 320, height: 192 },
    ],
    [
      'a very flat one, which keeps one step',
      { width: 1024, height: 64 },
      96,
      { width: 96, height: 32 },
    ],
  ])('is of the ratio of its card: %s', (_, card, side, expected) => {
    expect(inputOf(card, side)).toEqual(expected);
  });

  it('is proven before it is used, and the refusal says what was wanted and why not', async () => {
    const tried: unknown[] = [];
    const refuse = (model: ArmModel['model']) => {
      tried.push(model.card.input);
      return Promise.reject(new StationError('MODEL_003', 'its input is [1, 3, 416, 416].'));
    };
    await expect(proveInput(armOf({}), refuse)).resolves.toBeUndefined();
    await expect(proveInput(armOf({ inputSide: 320 }), refuse)).rejects.toMatchObject({
      code: 'MODEL_003',
      message:
        'yolox-nano 1.0.0 does not take an input of 320 × 320 px: its input is [1, 3, 416, 416].',
    });
    expect(tried).toEqual([{ width: 320, height: 320 }]);
  });
});

describe('an arm', () => {
  it.each([
    ['as on its card', {}, false],
    ['with another score', { scoreFloor: 0 }, true],
    ['with another input', { inputSide: 320 }, true],
    ['of half the frame rate', { eachNth: 2 }, true],
  ])('%s', (_, changes, expected) => {
    expect(hasSettings(armOf(changes).settings)).toBe(expected);
  });

  it('has its settings on its card and leaves the model as it is', () => {
    const arm = armOf({ scoreFloor: 0.7, nmsIou: 0.4, inputSide: 640 });
    expect(withSettings(arm)).toEqual({
      ...arm.model,
      card: {
        ...{ ...yoloxNanoCard, scoreFloor: 0.7, nmsIou: 0.4 },
        input: { width: 640, height: 640 },
      },
    });
    expect(withSettings(armOf({ eachNth: 2, trackFrom: 0.6 })).card).toEqual(yoloxNanoCard);
  });
});
