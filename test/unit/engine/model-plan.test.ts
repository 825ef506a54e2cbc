import { describe, expect, it } from 'vitest';
import { type ModelPlan, modelOf, modelsFor, noModels, trialOf } from '#engine/model-plan.ts';
import type { WorkerModel } from '#engine/worker-protocol.ts';
import { yoloxNanoCard } from '#test/cards.ts';

const model = (digest: string): WorkerModel => ({ path: digest, digest, card: yoloxNanoCard });
const [a, b, c] = [model('a'), model('b'), model('c')];
const plan: ModelPlan = {
  site: a,
  cameras: { gate: b },
  trials: { gate: { former: c, share: 0.1 }, yard: { former: a, share: 0.1 } },
};

describe('a plan of models', () => {
  it('gives a camera its own model, and the site’s to the others', () => {
    expect([modelOf(plan, 'gate'), modelOf(plan, 'yard'), modelOf(noModels, 'gate')]).toEqual([
      b,
      a,
      null,
    ]);
  });

  it('knows no trial of a model against itself', () => {
    expect([trialOf(plan, 'gate')?.former, trialOf(plan, 'yard')]).toEqual([c, null]);
  });

  it.each([
    ['no camera', [], ['a']],
    ['a camera that follows the site', ['yard'], ['a']],
    ['a camera of its own kind, on trial', ['gate', 'yard'], ['a', 'b', 'c']],
  ])('needs each version once for %s', (_, cameras, digests) => {
    expect(modelsFor(plan, cameras).map(({ digest }) => digest)).toEqual(digests);
  });
});
