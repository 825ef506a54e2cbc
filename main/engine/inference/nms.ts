/**
 * Non-maximum suppression: of boxes that overlap, the strongest stays.
 */
import type { Edges } from './fit.ts';
import type { RawDetection } from './head.ts';

/** Two names for one object at the same place: `car` and `truck` are one vehicle when they overlap this much. */
const SAME_LABEL_IOU = 0.8;

/**
 * Suppresses per class: of two boxes of one class that overlap by more than `iou` the weaker goes (1 keeps all). Classes
 * that the station counts as the same label are also compared, at a high overlap, because one object must not count twice.
 * Returns the survivors, strongest first.
 */
export function suppress(
  detections: readonly RawDetection[],
  iou: number,
  labelOf: (classIndex: number) => string | number = (classIndex) => classIndex,
): RawDetection[] {
  const ordered = [...detections].sort((a, b) => b.score - a.score);
  const keptByLabel = new Map<string | number, RawDetection[]>();
  const kept: RawDetection[] = [];
  for (const candidate of ordered) {
    const label = labelOf(candidate.classIndex);
    const rivals = keptByLabel.get(label) ?? [];
    const isWeaker = rivals.some((rival) => {
      const limit = rival.classIndex === candidate.classIndex ? iou : SAME_LABEL_IOU;
      return limit < 1 && overlap(rival, candidate) > limit;
    });
    if (isWeaker) continue;
    rivals.push(candidate);
    keptByLabel.set(label, rivals);
    kept.push(candidate);
  }
  return kept;
}

/** Intersection over union of two boxes, 0…1. */
export function overlap(a: Edges, b: Edges): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(a) + area(b) - shared);
}

function area(box: Edges): number {
  return (box.x2 - box.x1) * (box.y2 - box.y1);
}
