/**
 * Smaller versions of a model that the station makes itself.
 */
import { z } from 'zod';
import { Digest, Model } from './model.ts';
import { procedure } from './procedure.ts';

/** `int8`: weights and sums of 8 bits. `fp16`: floats of 16 bits, which graphics cards compute faster. */
export const Variant = z.enum(['int8', 'fp16']);
export type Variant = z.infer<typeof Variant>;

/** The child beside its parent, on pictures of the site that it was not calibrated on. */
export const VariantReport = z.object({
  /** Pictures that it was calibrated on (none for `fp16`), and measured on */
  calibrated: z.number().int(),
  pictures: z.number().int(),
  bytes: z.number().int(),
  parentBytes: z.number().int(),
  /** Median of one run on one thread of the processor, ms */
  inferMs: z.number(),
  parentInferMs: z.number(),
  /** Sure boxes of the parent, of these found by the child, sure boxes of the child */
  expectedBoxes: z.number().int(),
  matchedBoxes: z.number().int(),
  foundBoxes: z.number().int(),
});
export type VariantReport = z.infer<typeof VariantReport>;

export const variantProcedures = {
  'model.makeVariant': procedure({
    kind: 'command',
    route: 'POST /models/{digest}/variants',
    role: 'ml-engineer',
    summary:
      'Makes a smaller version of a model, measured on pictures of the cameras, as its child',
    input: z.object({
      digest: Digest,
      variant: Variant,
      /** A folder of pictures; left out, recorded pictures of the cameras are taken, live ones where too little is recorded */
      picturesFolder: z.string().min(1).optional(),
      maxPictures: z.number().int().min(8).max(400).default(60),
    }),
    output: z.object({ model: Model, report: VariantReport }),
  }),
};
