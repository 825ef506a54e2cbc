/**
 * The catalog: detectors with a free licence that the station can fetch, each known by its digest before it is fetched.
 */
import { z } from 'zod';
import { Size } from './geometry.ts';
import { Digest, Head, Model, ModelCard, Preprocess } from './model.ts';
import { procedure } from './procedure.ts';

export const CatalogEntry = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  title: z.string().min(1),
  url: z.url({ protocol: /^https?$/ }),
  bytes: z.number().int().positive(),
  digest: Digest,
  version: ModelCard.shape.version,
  head: Head,
  input: Size,
  colour: Preprocess.shape.colour,
  licence: z.string().min(1),
  notes: z.string(),
  /** Figures as their source states them */
  figures: z.array(
    z.strictObject({ name: z.string(), value: z.number(), unit: z.string(), source: z.string() }),
  ),
});
export type CatalogEntry = z.infer<typeof CatalogEntry>;

export const Catalog = z.strictObject({ entries: z.array(CatalogEntry) });
export type Catalog = z.infer<typeof Catalog>;

export const catalogProcedures = {
  'catalog.list': procedure({
    kind: 'query',
    route: 'GET /catalog',
    role: 'viewer',
    summary: 'Lists the detectors that can be fetched, and which are here already',
    input: z.object({}),
    output: z.array(CatalogEntry.extend({ isInstalled: z.boolean() })),
  }),
  'catalog.install': procedure({
    kind: 'command',
    route: 'POST /catalog/{id}/install',
    role: 'admin',
    summary: 'Fetches a detector, checks its digest, proves that it loads and imports it',
    input: z.object({
      id: z.string(),
      /** A file of this PC to take instead of fetching it; its digest must fit */
      file: z.string().min(1).optional(),
    }),
    output: Model,
  }),
};
