/**
 * Puts on a card what the person who imports knows better, and refuses what cannot count.
 */
import { StationError } from '#contract/error.ts';
import type { CardChanges, ModelCard } from '#contract/model.ts';
import { mapLabels } from './label-map.ts';

/**
 * The card with the changes. New class names without new labels are mapped again.
 * @throws StationError MODEL_003 when the labels name unknown classes, or neither people nor vehicles would be counted
 */
export function changeCard(card: ModelCard, changes: CardChanges): ModelCard {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const changed: ModelCard = { ...card, ...Object.fromEntries(given) };
  if (changes.classes !== undefined && changes.classes.length !== card.classes.length) {
    throw new StationError(
      'MODEL_003',
      `The model has ${String(card.classes.length)} classes, but ${String(changes.classes.length)} names are given. Correct the list of labels.`,
      { path: 'classes' },
    );
  }
  const labels = changes.labels ?? (changes.classes ? mapLabels(changes.classes) : card.labels);
  const unknown = Object.keys(labels).find((name) => !changed.classes.includes(name));
  if (unknown !== undefined) {
    throw new StationError('MODEL_003', `The model has no class "${unknown}" to be counted.`, {
      path: 'labels',
    });
  }
  if (!Object.values(labels).some((label) => label === 'person' || label === 'vehicle')) {
    throw new StationError(
      'MODEL_003',
      'Nothing would be counted: map at least one class to people or vehicles.',
      { path: 'labels' },
    );
  }
  return { ...changed, labels };
}
