/**
 * Which of a model's classes the station counts, and as what.
 */
import type { Label } from '#contract/detection.ts';

/** Whole words that decide, in this order: a police car is a vehicle, whoever sits in it. */
const words: readonly (readonly [Label, readonly string[]])[] = [
  ['bicycle', ['bicycle', 'bike', 'cyclist', 'bicyclist']],
  [
    'vehicle',
    [
      ...['car', 'truck', 'bus', 'van', 'lorry', 'vehicle', 'motorcycle', 'motorbike', 'motor'],
      ...['taxi', 'suv', 'pickup', 'trailer', 'tricycle', 'minibus', 'ambulance', 'automobile'],
    ],
  ],
  [
    'person',
    [
      ...['person', 'pedestrian', 'people', 'human', 'man', 'woman', 'child', 'worker', 'persons'],
      ...['pedestrians', 'persona', 'rider'],
    ],
  ],
  [
    'animal',
    [
      ...['animal', 'bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra'],
      'giraffe',
    ],
  ],
];

/** COCO's toys and food that are named like an animal. */
const notAlive: ReadonlySet<string> = new Set(['teddy bear', 'hot dog']);

/** Parts and things that are named after what they belong to: counting them would count it twice. */
const partWords: ReadonlySet<string> = new Set([
  ...['head', 'face', 'helmet', 'hat', 'vest', 'mask', 'hand', 'plate', 'wheel', 'light', 'door'],
  'seat',
]);

/** The label of each class that has one: `{ car: 'vehicle', person: 'person', … }`. */
export function mapLabels(classes: readonly string[]): Record<string, Label> {
  return Object.fromEntries(
    classes.flatMap((name) => {
      const label = labelOf(name);
      return label === null ? [] : [[name, label]];
    }),
  );
}

function labelOf(className: string): Label | null {
  const name = className.toLowerCase().trim();
  if (notAlive.has(name)) return null;
  const parts = name.split(/[^a-z]+/);
  if (parts.some((part) => partWords.has(part))) return null;
  return words.find(([, some]) => some.some((word) => parts.includes(word)))?.[0] ?? null;
}
