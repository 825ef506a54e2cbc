/**
 * Which instance of a model gets the next run.
 */
import type { BalancePolicy } from '#contract/inference.ts';
import type { Instance } from './instance.ts';

type Place = Pick<Instance, 'isReady' | 'runs'>;

export interface Balancer<T extends Place> {
  /** The free places, best first; an instance may be there as often as it takes runs. */
  places(instances: readonly T[], perInstance: number): T[];
  /** A run of so many pictures went to it. */
  gave(instance: T, pictures: number): void;
  /** It took so long for each of them, ms. */
  took(instance: T, perPictureMs: number): void;
}

/** How fast an average follows */
const follow = 0.2;

interface Load {
  /** Pictures given, in ms of this instance: who has least is next, so that a fast one gets more */
  givenMs: number;
  perPictureMs: number;
}

/** In turn; by measured speed; or whoever has the fewest runs. */
export function createBalancer<T extends Place>(policy: BalancePolicy): Balancer<T> {
  const loads = new Map<T, Load>();
  let last: T | null = null;

  function loadOf(instance: T, among: readonly T[] = []): Load {
    const known = loads.get(instance);
    if (known) return known;
    const others = among.flatMap((other) => loads.get(other) ?? []);
    // A new one begins where the others are: it must not get everything until it has caught up.
    const givenMs = others.length === 0 ? 0 : Math.min(...others.map((other) => other.givenMs));
    const load = { givenMs, perPictureMs: 1 };
    loads.set(instance, load);
    return load;
  }

  function ordered(instances: readonly T[]): T[] {
    switch (policy) {
      case 'least-connections':
        return [...instances].sort((a, b) => a.runs() - b.runs());
      case 'round-robin': {
        const next = last === null ? 0 : instances.indexOf(last) + 1;
        return [...instances.slice(next), ...instances.slice(0, next)];
      }
      case 'weighted':
        return [...instances].sort(
          (a, b) => loadOf(a, instances).givenMs - loadOf(b, instances).givenMs,
        );
    }
  }

  return {
    places(instances, perInstance) {
      for (const known of loads.keys()) if (!instances.includes(known)) loads.delete(known);
      const ready = ordered(instances.filter((one) => one.isReady()));
      return Array.from({ length: perInstance }, (_, taken) =>
        ready.filter((one) => one.runs() <= taken),
      ).flat();
    },
    gave(instance, pictures) {
      last = instance;
      const load = loadOf(instance);
      load.givenMs += pictures * load.perPictureMs;
    },
    took(instance, perPictureMs) {
      const load = loadOf(instance);
      const isFirst = load.perPictureMs === 1;
      load.perPictureMs += (isFirst ? 1 : follow) * (perPictureMs - load.perPictureMs);
    },
  };
}
