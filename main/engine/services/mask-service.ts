/**
 * The procedures of privacy masks: a change starts the camera again, so that no picture without the new mask is kept.
 */
import type { Point, Size } from '#contract/geometry.ts';
import type { PrivacyMask } from '#contract/mask.ts';
import type { Handlers } from '#engine/router.ts';
import type { Site } from '#engine/site.ts';
import type { Store } from '#engine/store/store.ts';
import { freeId } from './free-id.ts';

export interface MaskServiceDeps {
  readonly site: Pick<Site, 'camera' | 'settings' | 'put'>;
  readonly store: Pick<Store, 'masks'>;
  /** Throws REQ_001 when the points make no area. */
  readonly checkArea: (points: readonly Point[], picture: Size) => void;
}

/** Masks can be drawn before the first picture has come; they are checked as on this one. */
const usualPicture: Size = { width: 1920, height: 1080 };

export function createMaskService({
  site,
  store,
  checkArea,
}: MaskServiceDeps): Pick<Handlers, 'mask.list' | 'mask.save' | 'mask.remove'> {
  return {
    'mask.list': ({ cameraId }) => store.masks.list(cameraId),
    'mask.save': async (draft) => {
      const { cameraId, name, points } = draft;
      checkArea(points, site.camera(cameraId).picture ?? usualPicture);
      const taken = (await store.masks.list()).map(({ id }) => id);
      const mask: PrivacyMask = { id: draft.id ?? freeId(name, taken), cameraId, name, points };
      await store.masks.save(mask);
      await site.put(site.settings(cameraId));
      return mask;
    },
    'mask.remove': async ({ id }) => {
      const { cameraId } = await store.masks.remove(id);
      await site.put(site.settings(cameraId));
      return {};
    },
  };
}
