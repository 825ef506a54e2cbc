/**
 * The procedures of updates.
 */
import type { Handlers } from '#engine/router.ts';
import type { UpdateKeeper } from '#engine/update-keeper.ts';

export function createUpdateService(
  keeper: UpdateKeeper,
): Pick<Handlers, Extract<keyof Handlers, `update.${string}`>> {
  return {
    'update.status': () => keeper.status(),
    'update.check': () => keeper.check(),
    'update.download': () => keeper.download(),
    'update.install': ({ evenCounting }) => keeper.install({ evenCounting }),
    'update.defer': ({ hours }) => keeper.defer(hours),
    'update.set': (settings) => keeper.set(settings),
  };
}
