/**
 * Drafts with another input size or frame rate: what each way of comparing takes, and what it refuses and why.
 */
import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { asOnCard, type ArmSettings } from '#contract/experiment-arm.ts';
import type { ExperimentMode } from '#contract/experiment.ts';
import { checkDraft, type DraftDeps } from '#engine/services/experiment-draft.ts';
import { yoloxNanoCard } from '#test/cards.ts';

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];

const deps: DraftDeps = {
  store: {
    models: {
      get: (digest) =>
        Promise.resolve({ path: `/${digest}`, digest, card: yoloxNanoCard } as never),
    },
  },
  cameras: () => [{ id: 'gate', name: 'Gate', fps: 10 }],
  counting: () => a,
  tryModel: ({ card }) =>
    card.input.width % 64 === 0
      ? Promise.resolve()
      : Promise.reject(new StationError('MODEL_003', 'The model loads but does not run.')),
};

function draft(mode: ExperimentMode, of: Partial<ArmSettings>, ofA: Partial<ArmSettings> = {}) {
  return checkDraft(
    {
      ...{ mode, cameraIds: ['gate'], share: 0.5 },
      a: { ...asOnCard, ...ofA, digest: a },
      b: { ...asOnCard, ...of, digest: b },
    },
    deps,
  );
}

describe('a draft', () => {
  it.each<[string, ExperimentMode, Partial<ArmSettings>]>([
    ['a smaller input on recordings', 'recording', { inputSide: 320 }],
    ['a larger input on recordings', 'recording', { inputSide: 640 }],
    ['a smaller input as a shadow', 'shadow', { inputSide: 320 }],
    ['a third of the frame rate', 'shadow', { eachNth: 3 }],
    ['all of it', 'recording', { eachNth: 2, inputSide: 320, scoreFloor: 0.4 }],
  ])('takes %s', async (_, mode, of) => {
    const arms = await draft(mode, of);
    expect(arms.b).toEqual({ ...asOnCard, ...of, digest: b, title: 'yolox-nano 1.0.0' });
  });

  it('takes settings of A on recordings', async () => {
    expect((await draft('recording', {}, { eachNth: 2 })).a.eachNth).toBe(2);
  });

  it.each<[string, ExperimentMode, Partial<ArmSettings>, string, string, RegExp]>([
    [
      'an input that the graph does not take',
      'recording',
      { inputSide: 352 },
      ...(['MODEL_003', 'b.inputSide', /352 × 352 px: The model loads but does not run/] as const),
    ],
    [
      'a larger input than the pictures that a shadow sees',
      'shadow',
      { inputSide: 640 },
      ...(['REQ_003', 'b.inputSide', /416 × 416 px at most/] as const),
    ],
    [
      'so few pictures that moments fall apart',
      'recording',
      { eachNth: 4 },
      ...(['REQ_003', 'b.eachNth', /B would look at 2\.5 pictures/] as const),
    ],
    [
      'settings where both count for real',
      'split',
      { inputSide: 320 },
      ...(['REQ_003', 'b', /on its card/] as const),
    ],
    [
      'a frame rate where both count for real',
      'split',
      { eachNth: 2 },
      ...(['REQ_003', 'b', /on its card/] as const),
    ],
  ])('refuses %s', async (_, mode, of, code, path, message) => {
    const refused = draft(mode, of);
    await expect(refused).rejects.toMatchObject({ code, path });
    await expect(refused).rejects.toThrow(message);
  });

  it('refuses settings of A where it is what counts', async () => {
    await expect(draft('shadow', {}, { eachNth: 2 })).rejects.toThrow('give settings to B only');
  });
});
