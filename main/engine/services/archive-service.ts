/**
 * The procedures of the archive of counts.
 */
import type { ArchiveKeeper } from '#engine/archive-keeper.ts';
import type { Handlers } from '#engine/router.ts';

export function createArchiveService(
  keeper: ArchiveKeeper,
): Pick<Handlers, Extract<keyof Handlers, `archive.${string}`>> {
  return {
    'archive.get': () => keeper.status(),
    'archive.list': () => keeper.list(),
    'archive.set': async (settings) => {
      await keeper.set(settings);
      return keeper.status();
    },
    'archive.run': ({ before }) => keeper.run(before),
    'archive.check': () => keeper.check(),
    'archive.restore': (span) => keeper.restore(span),
  };
}
