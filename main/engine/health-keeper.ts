/**
 * Keeps an eye on the health of a station: makes checks when they are due, looks each second, remembers since when what is so.
 */
import type { Camera } from '#contract/camera.ts';
import type { HealthNode, LastError } from '#contract/health-tree.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import type { Fleet } from './fleet.ts';
import { type CheckPlan, createCheckRunner } from './monitoring/check-runner.ts';
import { buildTree } from './monitoring/health-tree.ts';

const tickMs = 1_000;
/** A check that takes longer has failed; a bad result is tried once more before it is believed. */
const checkLimitMs = 10_000;
const checkTries = 2;

export interface HealthKeeperDeps {
  readonly fleet: Pick<Fleet, 'workers'>;
  readonly cameras: () => readonly Camera[];
  readonly wantedModel: (cameraId: string) => string | null;
  readonly modelName: (digest: string) => string;
  readonly checks: readonly CheckPlan[];
  readonly clock: Clock;
  readonly log: Logger;
}

export interface HealthKeeper {
  tree(): HealthNode[];
  /** Whether the station can do what it is there for, and what keeps it from it. */
  readiness(): { readonly isReady: boolean; readonly failing: string[] };
  checkNow(): Promise<void>;
  close(): Promise<void>;
}

export function keepHealth(deps: HealthKeeperDeps): HealthKeeper {
  const { clock, log } = deps;
  const states = new Map<string, { state: HealthNode['state']; since: number }>();
  const errors = new Map<string, LastError>();
  let nodes: HealthNode[] = [];
  const runner = createCheckRunner({
    ...{ plans: deps.checks, clock, limitMs: checkLimitMs, tries: checkTries },
    onChange(subject, { name, state, detail }) {
      const isBad = state === 'down' || state === 'degraded';
      log[isBad ? 'warn' : 'info']('health check', { subject, check: name, state, detail });
    },
  });

  function look(): void {
    runner.look();
    const at = clock.now();
    const now = buildTree({
      workers: deps.fleet.workers().map(({ handle, cameras, restarts, isGivenUp }) => ({
        ...{ id: handle.id, state: handle.state(), cameras, restarts, isGivenUp },
      })),
      cameras: deps.cameras(),
      wantedModel: deps.wantedModel,
      modelName: deps.modelName,
      checks: (subject) => runner.of(subject),
    });
    nodes = now.map(({ error, ...node }) => {
      const known = states.get(node.id);
      const since = known?.state === node.state ? known.since : at;
      states.set(node.id, { state: node.state, since });
      const before = errors.get(node.id);
      if (error !== null && (before?.message !== error.message || before.code !== error.code)) {
        errors.set(node.id, { code: error.code, message: error.message, at });
      } else if (error !== null && before) {
        errors.set(node.id, { ...before, at });
      }
      return { ...node, since, lastError: errors.get(node.id) ?? null };
    });
    const there = new Set(nodes.map(({ id }) => id));
    for (const id of states.keys()) if (!there.has(id)) states.delete(id);
    for (const id of errors.keys()) if (!there.has(id)) errors.delete(id);
  }

  const timer = setInterval(() => {
    try {
      look();
    } catch (error) {
      // What cannot be told must not end the station.
      log.error('health not looked at', { error });
    }
  }, tickMs);
  timer.unref();

  return {
    tree() {
      if (nodes.length === 0) look();
      return nodes;
    },
    readiness() {
      if (nodes.length === 0) look();
      const failing = [
        ...nodes
          .filter(({ kind }) => kind === 'station')
          .flatMap(({ checks }) => checks)
          .filter(({ state }) => state === 'down')
          .map(({ name }) => name),
        ...workersMissing(nodes),
        ...modelsMissing(nodes),
      ];
      return { isReady: failing.length === 0, failing };
    },
    async checkNow() {
      await runner.checkAll();
      look();
    },
    async close() {
      clearInterval(timer);
      await runner.close();
    },
  };
}

/** Not ready while there are cameras to count and no worker that is up. */
function workersMissing(nodes: readonly HealthNode[]): string[] {
  const isWanted = nodes.some(({ kind, state }) => kind === 'camera' && state !== 'off');
  const isUp = nodes.some(({ kind, state }) => kind === 'worker' && state === 'ok');
  return isWanted && !isUp ? ['workers'] : [];
}

/** Not ready while no model counts although one should. */
function modelsMissing(nodes: readonly HealthNode[]): string[] {
  const models = nodes.filter(({ kind }) => kind === 'model');
  return models.length > 0 && models.every(({ state }) => state === 'down') ? ['models'] : [];
}
