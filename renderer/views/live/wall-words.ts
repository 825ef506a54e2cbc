/**
 * Words of walls.
 */
import type { TFunction } from 'i18next';
import type { WallLayout } from '#contract/wall.ts';

/** What a layout is called; a number stands for itself. */
export function layoutName(t: TFunction, layout: WallLayout): string {
  return layout === 'focus' ? t('wall.focus') : layout;
}
