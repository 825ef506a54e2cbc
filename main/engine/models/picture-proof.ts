/**
 * What a person sees of the proof on pictures: each likely way of preparing them, its score, and its boxes.
 */
import { z } from 'zod';
import { ProposalVariant, type ModelCard } from '#contract/model.ts';
import type { Detection } from '#contract/detection.ts';
import { provePreprocess } from './preprocess-proof.ts';

export const PictureProof = z.object({
  /** Best first */
  variants: z.array(ProposalVariant),
  isDoubtful: z.boolean(),
});
export type PictureProof = z.infer<typeof PictureProof>;

/** Only what a person would take for found is drawn. */
const shownScore = 0.3;
/** Boxes are returned for so many pictures at most */
export const maxShown = 6;

/** Runs the pictures, as they are or mirrored, with a card. */
export type DetectOnPictures = (
  card: ModelCard,
  isMirrored: boolean,
) => Promise<readonly (readonly Detection[])[]>;

/** Scores the likely ways of preparing pictures and keeps the boxes of the first pictures. */
export async function proveOnPictures(
  card: ModelCard,
  detect: DetectOnPictures,
): Promise<PictureProof> {
  const found = new Map<string, Detection[][]>();
  const { variants, isDoubtful } = await provePreprocess({
    card,
    async detect(variant, isMirrored) {
      const detections = await detect(variant, isMirrored);
      if (!isMirrored) {
        const shown = detections
          .slice(0, maxShown)
          .map((boxes) => boxes.filter(({ score }) => score >= shownScore));
        found.set(JSON.stringify(variant.preprocess), shown);
      }
      return detections;
    },
  });
  return {
    isDoubtful,
    variants: variants.map((variant) => ({
      ...variant,
      found: found.get(JSON.stringify(variant.preprocess)) ?? [],
    })),
  };
}
