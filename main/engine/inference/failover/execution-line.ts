/**
 * A session that goes on with the next way of computing when one breaks: a driver that is lost, a card without memory. What
 * broke is left alone by its circuit breaker, tried with a grey picture, and used again when it is well.
 *
 *   pictures ──▶ cuda ──fails, or is left alone──▶ cpu
 */
import { StationError } from '#contract/error.ts';
import type { Execution } from '#contract/execution.ts';
import { assert } from '#engine/base/assert.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { BrokenWay } from '#engine/inference/inference-protocol.ts';
import type { Session } from '#engine/inference/session.ts';
import { type Contender, createContender } from './contender.ts';

export interface ExecutionLineOptions {
  /** Best first; the last is the one that stays when all others break */
  readonly executions: readonly Execution[];
  /** Loads and warms the model in this way. */
  readonly open: (execution: Execution) => Promise<Session>;
  readonly clock: Clock;
  /** 0…1, for the jitter */
  readonly random: () => number;
  /** Another way computes now; null when it is the first again. */
  readonly onBroken: (broken: BrokenWay | null) => void;
}

/** Rejects with what loading in the last way rejects with, when no way can be loaded. */
export async function openExecutionLine(options: ExecutionLineOptions): Promise<Session> {
  const { executions, open, clock, random } = options;
  const [only] = executions;
  assert(only !== undefined, 'a model without a way of computing');
  if (executions.length === 1) return open(only);
  let told: string | null = null;

  const ways = executions.map((execution) => ({
    execution,
    contender: createContender({
      name: execution.provider,
      open: () => open(execution),
      ...{ clock, random, onChange: () => tell() },
    }),
  }));

  /** Says what computes instead of the first, when that has changed. */
  function tell(): void {
    const [first] = ways;
    const now = ways.find(({ contender }) => isTrusted(contender)) ?? ways.at(-1);
    const distrust = first?.contender.distrust() ?? null;
    const broken: BrokenWay | null =
      !first || !now || now === first || distrust === null
        ? null
        : {
            provider: first.execution.provider,
            instead: now.execution.provider,
            error: distrust.reason.toBody(),
          };
    const key = broken === null ? null : `${broken.instead} ${broken.error.code}`;
    if (key === told) return;
    told = key;
    options.onBroken(broken);
  }

  async function use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    let failure: unknown = null;
    for (const { contender } of ways) {
      if (!isTrusted(contender)) continue;
      try {
        await contender.load();
        return await contender.use(work);
      } catch (error) {
        failure = error;
        tell();
      }
    }
    const last = ways.at(-1)?.contender.distrust()?.reason;
    throw StationError.from(failure ?? last, 'INF_001');
  }

  const batchSize = await use((session) => Promise.resolve(session.batchSize)).catch(
    async (error: unknown) => {
      await closeAll();
      throw error;
    },
  );

  async function closeAll(): Promise<void> {
    await Promise.all(ways.map(({ contender }) => contender.close()));
  }

  return {
    batchSize,
    run: (pictures) => use((session) => session.run(pictures)),
    runClasses: (pictures, limits) => use((session) => session.runClasses(pictures, limits)),
    check: () => use((session) => session.check()),
    close: closeAll,
  };
}

/** One that is not loaded yet is; one whose loading fails again and again is not. */
function isTrusted(contender: Contender): boolean {
  return contender.breaker().state === 'closed';
}
