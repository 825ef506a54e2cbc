/**
 * The procedures of the technical log and of the support bundle.
 */
import { StationError } from '#contract/error.ts';
import type { CallName } from '#contract/procedures.ts';
import type { Clock } from '#engine/base/clock.ts';
import { readLog } from '#engine/log-reader.ts';
import type { CallContext, Handlers } from '#engine/router.ts';
import { type BundleFile, createSieve, packBundle } from '#engine/support-bundle.ts';

export interface LogServiceDeps {
  readonly folder: string;
  readonly clock: Clock;
  /** Asks this station, as whoever asks for the bundle. */
  readonly ask: (name: CallName, input: unknown, context: CallContext) => Promise<unknown>;
  /** Addresses of the cameras as they are used */
  readonly sources: () => readonly string[];
}

/** What the bundle is made of beside the log. */
const parts: readonly (readonly [file: string, name: CallName, input: object])[] = [
  ['station.json', 'station.info', {}],
  ['config.json', 'config.get', {}],
  ['health.json', 'health.tree', {}],
  ['uptime.json', 'health.uptime', {}],
  ['incidents.json', 'incident.list', { limit: 100 }],
  ['recovery-plan.json', 'recovery.plan', {}],
  ['drills.json', 'drill.list', { limit: 5 }],
  ['alerts.json', 'alert.list', { limit: 200 }],
  ['alert-rules.json', 'alertRule.list', {}],
  ['cameras.json', 'camera.list', {}],
  ['lines.json', 'line.list', {}],
  ['models.json', 'model.list', {}],
  ['serving.json', 'serving.list', {}],
  ['figures.json', 'metrics.history', { timeRange: '1d' }],
  ['kept-data.json', 'retention.list', {}],
];
const mostLines = 20_000;

export function createLogService(
  deps: LogServiceDeps,
): Pick<Handlers, 'log.list' | 'support.bundle'> {
  const { folder, clock } = deps;

  async function partOf(
    [file, name, input]: (typeof parts)[number],
    context: CallContext,
  ): Promise<BundleFile> {
    try {
      return { name: file, text: JSON.stringify(await deps.ask(name, input, context), null, 1) };
    } catch (error) {
      // What is broken may be what the bundle is for.
      return { name: file, text: JSON.stringify(StationError.from(error, 'SYS_001').toBody()) };
    }
  }

  return {
    'log.list': (query) => readLog(folder, query),
    'support.bundle': async (_input, context) => {
      const at = clock.now();
      const files = await Promise.all(parts.map((part) => partOf(part, context)));
      const { lines } = await readLog(folder, { level: 'debug', limit: mostLines });
      const log = lines.reverse().map((line) => {
        const { at: time, level, fact, fields } = line;
        return `${new Date(time).toISOString()} ${level} ${fact} ${fields}`;
      });
      const packed = await packBundle([...files, { name: 'log.txt', text: log.join('\n') }], {
        ...{ sieve: createSieve(deps.sources()), at },
      });
      const day = new Date(at).toISOString().slice(0, 19).replaceAll(':', '-');
      return {
        name: `tallywatch-support-${day}.tar.gz`,
        content: packed.content.toString('base64'),
        files: packed.files,
      };
    },
  };
}
