/**
 * The procedures of the catalog: what can be fetched, and fetching it.
 */
import { readFile } from 'node:fs/promises';
import { Catalog, type CatalogEntry } from '#contract/catalog.ts';
import { StationError } from '#contract/error.ts';
import type { Handlers } from '#engine/router.ts';
import { digestFile } from '#engine/models/digest.ts';
import { fetchModel } from '#engine/models/fetch-model.ts';
import type { StoredModel } from '#engine/store/records.ts';
import type { Store } from '#engine/store/store.ts';
import { type ModelService, withoutPath } from './model-service.ts';

export interface CatalogServiceDeps {
  readonly store: Store;
  /** `catalog.json` */
  readonly file: string;
  /** Folder for downloads */
  readonly folder: string;
  /** A folder or an address to fetch from instead; null for each entry's own */
  readonly mirror: string | null;
  readonly importFile: ModelService['importFile'];
}

export function createCatalogService(
  deps: CatalogServiceDeps,
): Pick<Handlers, 'catalog.list' | 'catalog.install'> {
  /** Read at each question, so that a corrected catalog needs no restart. */
  async function entries(): Promise<CatalogEntry[]> {
    let value: unknown;
    try {
      value = JSON.parse(await readFile(deps.file, 'utf8'));
    } catch (cause) {
      throw new StationError('SYS_004', `The catalog ${deps.file} cannot be read.`, { cause });
    }
    const parsed = Catalog.safeParse(value);
    if (parsed.success) return parsed.data.entries;
    const path = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    throw new StationError('SYS_004', `The catalog ${deps.file} has a wrong field: ${path}.`, {
      path,
    });
  }

  return {
    'catalog.list': async () => {
      const models = await deps.store.models.list();
      const here = new Set(models.flatMap(({ files }) => files.map(({ digest }) => digest)));
      return (await entries()).map((entry) => ({ ...entry, isInstalled: here.has(entry.digest) }));
    },
    'catalog.install': async ({ id, file }, { signal, onProgress, caller }) => {
      const entry = (await entries()).find((candidate) => candidate.id === id);
      if (!entry) {
        throw new StationError('MODEL_001', `There is no detector "${id}" in the catalog.`);
      }
      const source = file === undefined ? null : await checkedFile(file, entry);
      const fetched =
        source ??
        (await fetchModel(entry, {
          folder: deps.folder,
          mirror: deps.mirror,
          signal,
          onProgress: (share) => onProgress(share, `Fetching ${entry.title}`),
        }));
      const model: StoredModel = await deps.importFile(fetched, {
        name: entry.id,
        version: entry.version,
        isEmbedded: false,
        lineage: { importedBy: caller.user, origin: { kind: 'catalog', where: entry.id } },
      });
      return withoutPath(model);
    },
  };
}

async function checkedFile(file: string, entry: CatalogEntry): Promise<string> {
  const digest = await digestFile(file).catch((cause: unknown) => {
    throw new StationError('MODEL_001', `The file ${file} cannot be read.`, { cause });
  });
  if (digest === entry.digest) return file;
  throw new StationError(
    'MODEL_002',
    `${file} is not ${entry.title}: its digest is ${digest.slice(0, 12)}…, the catalog's ${entry.digest.slice(0, 12)}….`,
  );
}
