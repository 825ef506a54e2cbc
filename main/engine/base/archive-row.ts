/**
 * A row of the ledger as it lies in a file: names instead of keys, so that a file can be read without the database.
 */
import { z } from 'zod';

/** `id`, `camera_id`, `place_id` (line, zone or flow), `model_digest`, `config_digest`, and the columns of its table. */
export const ArchiveRow = z
  .object({
    id: z.number().int().positive(),
    camera_id: z.string().min(1),
    place_id: z.string().min(1),
    model_digest: z.string(),
    config_digest: z.string(),
  })
  .catchall(z.union([z.number(), z.string()]));
export type ArchiveRow = z.infer<typeof ArchiveRow>;
