import { describe, expect, it, vi } from 'vitest';
import type { ModelRollout, Swap } from '#engine/model-rollout.ts';
import {
  type ActivationDeps,
  createActivationService,
} from '#engine/services/activation-service.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { start, tempStore, testClock } from '#test/store.ts';

const digest = (digit: string): string => digit.repeat(64);
const context = {
  caller: { user: 'ann', role: 'admin', door: 'test' },
  signal: new AbortController().signal,
  onProgress: () => undefined,
} as const;

/** A station in which model a counts, with model b beside it; every video makes b break down. */
async function stationWith({ isEmbedded }: { readonly isEmbedded: boolean }) {
  const store = await tempStore();
  for (const digit of ['a', 'b']) {
    await store.models.add({
      card: { ...yoloxNanoCard, name: `model-${digit}` },
      ...{ digest: digest(digit), bytes: 10, path: `/models/${digit}.onnx`, importedAt: start },
      isEmbedded: digit === 'a' && isEmbedded,
    });
  }
  const swaps: Swap[] = [];
  const rollout = {
    counting: () => digest('a'),
    swap: (change: Swap) => {
      swaps.push(change);
      return Promise.resolve();
    },
  } as Partial<ModelRollout> as ModelRollout;
  const rehearse = vi.fn<ActivationDeps['rehearse']>(() =>
    Promise.resolve({ clips: [], failures: ['It broke down on gate: no.'], slowness: null }),
  );
  const handlers = createActivationService({
    ...{ store, rollout, rehearse, clock: testClock() },
    site: { cameras: () => [] } as Partial<ActivationDeps['site']> as ActivationDeps['site'],
    fleet: { workers: () => [] },
    gather: () => Promise.resolve({ videos: [], remove: () => Promise.resolve() }),
  });
  return {
    swaps,
    rehearse,
    activate: async (skipRehearsal?: string) =>
      handlers['model.activate'](
        { digest: digest('b'), cameraId: null, reason: 'better', skipRehearsal },
        context,
      ),
    rehearsals: () => store.models.rehearsals({ limit: 10 }),
  };
}

describe('a model that shall count', () => {
  it('in place of the built-in detector counts without a rehearsal', async () => {
    const { activate, rehearse, rehearsals, swaps } = await stationWith({ isEmbedded: true });
    await expect(activate()).resolves.toMatchObject({ digest: digest('b') });
    expect(rehearse).not.toHaveBeenCalled();
    expect(await rehearsals()).toEqual([]);
    expect(swaps).toMatchObject([
      { digest: digest('b'), cause: 'chosen', rehearsalId: undefined, skipReason: undefined },
    ]);
  });

  it('in place of another model is rehearsed, and does not count when it breaks down', async () => {
    const { activate, rehearsals, swaps } = await stationWith({ isEmbedded: false });
    await expect(activate()).rejects.toMatchObject({ code: 'MODEL_004' });
    expect(await rehearsals()).toMatchObject([{ report: { isPassed: false } }]);
    expect(swaps).toEqual([]);
  });

  it('counts unrehearsed only with a reason, which is kept', async () => {
    const { activate, rehearse, swaps } = await stationWith({ isEmbedded: false });
    await activate('tried elsewhere');
    expect(rehearse).not.toHaveBeenCalled();
    expect(swaps).toMatchObject([{ digest: digest('b'), skipReason: 'tried elsewhere' }]);
  });
});
