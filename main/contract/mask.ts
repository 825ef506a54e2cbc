/**
 * Privacy masks: parts of the picture that are neither shown, nor stored, nor analysed.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { Point } from './geometry.ts';
import { procedure } from './procedure.ts';

export const MaskId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,47}$/, 'use lower-case letters, digits, - and _, at most 48');
export type MaskId = z.infer<typeof MaskId>;

/** A polygon that is filled with black, normalised, closed from its last to its first point. */
export const PrivacyMask = z.object({
  id: MaskId,
  cameraId: CameraId,
  name: z.string().trim().min(1).max(80),
  points: z.array(Point).min(3).max(32),
});
export type PrivacyMask = z.infer<typeof PrivacyMask>;

export const PrivacyMaskDraft = PrivacyMask.extend({ id: MaskId.optional() });
export type PrivacyMaskDraft = z.input<typeof PrivacyMaskDraft>;

export const maskProcedures = {
  'mask.list': procedure({
    kind: 'query',
    route: 'GET /masks',
    role: 'viewer',
    summary: 'Lists the privacy masks of one camera or of all',
    input: z.object({ cameraId: CameraId.optional() }),
    output: z.array(PrivacyMask),
  }),
  'mask.save': procedure({
    kind: 'command',
    route: 'POST /masks',
    role: 'admin',
    summary:
      'Draws a privacy mask or moves one; the camera starts again with it, old recordings stay as they are',
    input: PrivacyMaskDraft,
    output: PrivacyMask,
  }),
  'mask.remove': procedure({
    kind: 'command',
    route: 'DELETE /masks/{id}',
    role: 'admin',
    summary: 'Removes a privacy mask; what was masked is shown, stored and analysed again',
    input: z.object({ id: MaskId }),
    output: z.object({}),
  }),
};
