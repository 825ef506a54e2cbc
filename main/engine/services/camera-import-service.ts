/**
 * The procedures that add cameras in bulk, and one like another.
 */
import type { CameraSettings } from '#contract/camera.ts';
import type { ImportRow } from '#contract/camera-import.ts';
import { StationError } from '#contract/error.ts';
import type { Handlers } from '#engine/router.ts';
import type { Site } from '#engine/site.ts';
import type { Store } from '#engine/store/store.ts';
import { type CameraRow, readCameraRows } from './camera-rows.ts';
import { freeId, unusedId } from './free-id.ts';

export interface CameraImportDeps {
  readonly site: Site;
  readonly store: Pick<Store, 'lines' | 'zones' | 'masks'>;
  /** Throws CAM_004 when the address is of no kind that can be opened. */
  readonly checkSource: (source: string) => void;
  readonly redact: (source: string) => string;
}

export function createCameraImportService({
  site,
  store,
  checkSource,
  redact,
}: CameraImportDeps): Pick<Handlers, 'camera.import' | 'camera.duplicate'> {
  const taken = (): string[] => site.cameras().map(({ id }) => id);
  const known = (): CameraSettings[] => taken().map((id) => site.settings(id));

  /** The row, with what is wrong about it at this station. */
  function checked(row: CameraRow, cameras: readonly CameraSettings[]): CameraRow {
    const same = cameras.find(({ source }) => source === row.source);
    if (same === undefined) return row;
    const message = `The camera ${same.name} has this address already: remove this row.`;
    return {
      ...row,
      draft: null,
      problems: [...row.problems, { column: 'source', message }],
    };
  }

  return {
    'camera.import': async ({ csv, isDryRun }) => {
      const cameras = known();
      const rows = readCameraRows(csv, checkSource).map((row) => checked(row, cameras));
      const answers: ImportRow[] = [];
      for (const { draft, problems, ...row } of rows) {
        const found = [...problems];
        let id: string | null = null;
        if (draft !== null && !isDryRun) {
          try {
            id = (await site.put({ ...draft, id: freeId(draft.name, taken()) })).id;
          } catch (error) {
            // The others are added all the same; this one is named with why it was not.
            found.push({ column: null, message: StationError.from(error, 'SYS_002').message });
          }
        }
        answers.push({ ...row, source: redact(row.source), id, problems: found });
      }
      return answers;
    },
    'camera.duplicate': async ({ id, name }) => {
      const before = site.settings(id);
      const copy: CameraSettings = {
        ...before,
        ...{ id: freeId(name, taken()), name, isEnabled: false },
      };
      await site.put(copy);
      const { lines, zones } = site.plan(id);
      for (const mask of await store.masks.list(id)) {
        const ids = (await store.masks.list()).map((each) => each.id);
        await store.masks.save({ ...mask, id: freeId(mask.name, ids), cameraId: copy.id });
      }
      for (const { revision: _, ...line } of lines) {
        const own = await unusedId(
          line.name,
          async (each) => (await store.lines.revisions(each)).length > 0,
        );
        await store.lines.save({ ...line, id: own, cameraId: copy.id });
      }
      for (const { revision: _, ...zone } of zones) {
        const own = await unusedId(
          zone.name,
          async (each) => (await store.zones.revisions(each)).length > 0,
        );
        await store.zones.save({ ...zone, id: own, cameraId: copy.id });
      }
      await site.refreshPlan(copy.id);
      return site.put(copy);
    },
  };
}
