/**
 * The procedures of reports that are written by themselves.
 */
import type { ReportKeeper } from '#engine/report-keeper.ts';
import type { Handlers } from '#engine/router.ts';
import { unusedId } from './free-id.ts';

export function createReportScheduleService(
  keeper: ReportKeeper,
): Pick<
  Handlers,
  | 'reportSchedule.list'
  | 'reportSchedule.save'
  | 'reportSchedule.remove'
  | 'reportSchedule.run'
  | 'reportSchedule.file'
> {
  return {
    'reportSchedule.list': () => keeper.list(),
    'reportSchedule.save': async (draft) => {
      const isUsed = (id: string): Promise<boolean> =>
        Promise.resolve(keeper.list().some((each) => each.id === id));
      return keeper.save({ ...draft, id: draft.id ?? (await unusedId(draft.name, isUsed)) });
    },
    'reportSchedule.remove': async ({ id }) => {
      await keeper.remove(id);
      return {};
    },
    'reportSchedule.run': ({ id }) => keeper.run(id),
    'reportSchedule.file': ({ id, name }) => keeper.file(id, name),
  };
}
