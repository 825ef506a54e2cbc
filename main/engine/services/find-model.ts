/**
 * Which model a name means: `yolox-nano`, `yolox-nano@1.2.0`, a digest, or `champion`.
 */
import { StationError } from '#contract/error.ts';
import type { Model } from '#contract/model.ts';

/**
 * Finds a model; a bare name means its champion, else its newest version. `models` are in the order of their import.
 * @throws StationError MODEL_001 when there is none
 */
export function findModel<T extends Pick<Model, 'card' | 'digest' | 'isChampion'>>(
  modelId: string,
  models: readonly T[],
): T {
  const [name, version] = modelId.split('@');
  const named = models.filter(({ card }) => card.name === name);
  const found =
    modelId === 'champion'
      ? models.find(({ isChampion }) => isChampion)
      : version !== undefined
        ? named.find(({ card }) => card.version === version)
        : (models.find(({ digest }) => digest === modelId) ??
          named.find(({ isChampion }) => isChampion) ??
          named.at(-1));
  if (found) return found;
  throw new StationError(
    'MODEL_001',
    `There is no model "${modelId}" here; GET /api/v1/models lists them.`,
    { path: 'modelId' },
  );
}
