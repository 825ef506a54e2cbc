/**
 * The procedures of what is kept: one list over database, folders and memory.
 */
import path from 'node:path';
import {
  type DataAmount,
  type DataKind,
  DataKind as Kinds,
  type Keeping,
  keptDays,
  type KeptData,
  TimedKind,
} from '#contract/retention.ts';
import type { CallName } from '#contract/procedures.ts';
import { procedures } from '#contract/procedures.ts';
import { Role } from '#contract/access.ts';
import type { Clock } from '#engine/base/clock.ts';
import { folderAmount } from '#engine/base/folder-files.ts';
import type { Retention } from '#engine/retention.ts';
import type { Handlers } from '#engine/router.ts';
import type { Store } from '#engine/store/store.ts';

export interface RetentionServiceDeps {
  readonly retention: Retention;
  readonly store: Pick<Store, 'amounts'>;
  readonly clock: Clock;
  readonly dataFolder: string;
  /** The setting: empty for the folder `reports` of the data folder */
  readonly reportFolder: string;
  /** How long answers to requests are kept, s */
  readonly answerSeconds: number;
}

const dayMs = 86_400_000;

/** Where each kind lies: a folder or file of the data folder, and the query whose role may see it. */
const places: Readonly<Record<DataKind, { readonly where: string; readonly query: CallName }>> = {
  counts: { where: 'station.db', query: 'crossing.list' },
  paths: { where: 'station.db', query: 'crossing.receipt' },
  recordings: { where: 'recordings', query: 'recording.still' },
  clips: { where: 'clips', query: 'recording.clip' },
  'blind-counts': { where: 'station.db', query: 'blindCount.list' },
  alerts: { where: 'station.db', query: 'alert.list' },
  notifications: { where: 'station.db', query: 'notification.list' },
  metrics: { where: 'station.db', query: 'metrics.history' },
  experiments: { where: 'station.db', query: 'experiment.list' },
  audit: { where: 'station.db', query: 'audit.list' },
  accounts: { where: 'station.db', query: 'user.list' },
  answers: { where: 'memory', query: 'config.get' },
  reports: { where: 'reports', query: 'reportSchedule.list' },
  logs: { where: 'logs', query: 'config.get' },
  downloads: { where: 'downloads', query: 'config.get' },
  backups: { where: 'backups', query: 'backup.list' },
};

export function createRetentionService(
  deps: RetentionServiceDeps,
): Pick<Handlers, 'retention.list' | 'retention.preview' | 'retention.save'> {
  const { retention, store, clock, dataFolder } = deps;

  const whereOf = (kind: DataKind): string =>
    kind === 'reports' && deps.reportFolder !== '' ? deps.reportFolder : places[kind].where;

  function amountOf(kind: DataKind, beforeMs?: number): Promise<DataAmount> {
    switch (kind) {
      case 'answers':
        return Promise.resolve({ rows: null, bytes: null, oldestAt: null });
      case 'clips':
      case 'reports':
      case 'logs':
      case 'downloads':
      case 'backups':
        // The folder of reports may lie elsewhere.
        return folderAmount(path.resolve(dataFolder, whereOf(kind)), beforeMs);
      default:
        return store.amounts(beforeMs === undefined ? { kind } : { kind, beforeMs });
    }
  }

  async function keptData(kind: DataKind): Promise<KeptData> {
    const { query } = places[kind];
    return {
      ...(await amountOf(kind)),
      ...{
        kind,
        where: whereOf(kind),
        keeping: keepingOf(kind),
        seenBy: Role.parse(procedures[query].role),
      },
    };
  }

  function keepingOf(kind: DataKind): Keeping {
    switch (kind) {
      case 'counts':
      case 'blind-counts':
      case 'audit':
        return { rule: 'for-ever' };
      case 'recordings':
        return { rule: 'per-camera' };
      case 'reports':
        return { rule: 'per-schedule' };
      case 'clips':
        return { rule: 'an-hour' };
      case 'accounts':
      case 'backups':
        return { rule: 'until-removed' };
      case 'answers':
        return { rule: 'memory', seconds: deps.answerSeconds };
      default:
        return { rule: 'days', days: retention.daysOf(kind), ...keptDays[kind] };
    }
  }

  return {
    'retention.list': async () => ({
      kinds: await Promise.all(Kinds.options.map(keptData)),
      lastCleanup: retention.lastCleanup(),
    }),
    'retention.preview': ({ kind, days }) => amountOf(kind, clock.now() - days * dayMs),
    'retention.save': async ({ kind, days }) => {
      await retention.set(kind, days);
      await retention.cleanUp();
      return keptData(TimedKind.parse(kind));
    },
  };
}
