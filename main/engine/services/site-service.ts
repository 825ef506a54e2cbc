/**
 * The procedures of the site: its doors, how many are on it, and every correction of that number.
 */
import { StationError } from '#contract/error.ts';
import type { SiteDefinition } from '#contract/site-occupancy.ts';
import type { Handlers } from '#engine/router.ts';
import type { Site } from '#engine/site.ts';
import type { SiteOccupancyKeeper } from '#engine/site-occupancy.ts';
import type { Store } from '#engine/store/store.ts';

export interface SiteServiceDeps {
  readonly site: Site;
  readonly store: Store;
  readonly keeper: SiteOccupancyKeeper;
}

type SiteHandlers = Pick<
  Handlers,
  | 'site.get'
  | 'site.save'
  | 'site.occupancy.get'
  | 'site.occupancy.correct'
  | 'site.occupancy.corrections'
>;

export function createSiteService({ site, store, keeper }: SiteServiceDeps): SiteHandlers {
  return {
    'site.get': () => keeper.definition(),
    'site.save': (definition) => {
      checkDefinition(definition, site);
      return keeper.define(definition);
    },
    'site.occupancy.get': () => keeper.reading(),
    'site.occupancy.correct': ({ count, note }, { caller }) => {
      if (keeper.definition().doors.length === 0) {
        throw new StationError(
          'REQ_003',
          'The site has no doors yet, so nobody is counted on it. Choose its doors first.',
        );
      }
      return keeper.correct({ count, note, by: caller.user });
    },
    'site.occupancy.corrections': (query) => store.site.corrections(query),
  };
}

/** @throws StationError REQ_002 for a line or zone that does not exist, REQ_001 for one that is named twice or empty hours of no length */
function checkDefinition(definition: SiteDefinition, site: Site): void {
  const plans = site.cameras().map(({ id }) => site.plan(id));
  const lineIds = new Set(plans.flatMap(({ lines }) => lines.map(({ id }) => id)));
  const zoneIds = new Set(plans.flatMap(({ zones }) => zones.map(({ id }) => id)));
  checkNames(
    definition.doors.map(({ lineId }, index) => ({ id: lineId, path: `doors.${index}.lineId` })),
    { noun: 'line', known: lineIds },
  );
  checkNames(
    definition.zones.map((id, index) => ({ id, path: `zones.${index}` })),
    { noun: 'zone', known: zoneIds },
  );
  const { emptyHours } = definition;
  if (emptyHours === null || emptyHours.from !== emptyHours.to) return;
  const message = 'The empty hours end when they begin. Choose another end.';
  throw new StationError('REQ_001', message, { path: 'emptyHours.to' });
}

function checkNames(
  names: readonly { readonly id: string; readonly path: string }[],
  { noun, known }: { readonly noun: string; readonly known: ReadonlySet<string> },
): void {
  const seen = new Set<string>();
  for (const { id, path } of names) {
    if (!known.has(id)) {
      const message = `There is no ${noun} "${id}". Draw it first, or leave it out.`;
      throw new StationError('REQ_002', message, { path });
    }
    if (seen.has(id)) {
      const message = `The ${noun} "${id}" is named twice. Leave one out.`;
      throw new StationError('REQ_001', message, { path });
    }
    seen.add(id);
  }
}
