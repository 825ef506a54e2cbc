/**
 * The demonstration site of a fresh station, and counts beside the truth of simulated cameras.
 */
import { z } from 'zod';
import type { CameraDraft } from '#contract/camera.ts';
import type { LineDraft } from '#contract/counting.ts';
import type { Handlers } from '#engine/router.ts';
import type { Site } from '#engine/site.ts';
import type { Store } from '#engine/store/store.ts';

/** Which cameras the demonstration made; set once, so that a removed demonstration never comes back. */
const settingKey = 'demo-cameras';
const Made = z.array(z.string());

export interface DemoCamera {
  readonly camera: CameraDraft & { readonly id: string };
  readonly lines: readonly Omit<LineDraft, 'cameraId'>[];
}

export interface DemoServiceDeps {
  readonly store: Store;
  readonly site: Site;
  /** What the demonstration shows */
  readonly cameras: readonly DemoCamera[];
  /** The ways of a person who adds cameras and draws lines */
  readonly add: (camera: DemoCamera) => Promise<void>;
}

export interface DemoService extends Pick<Handlers, 'demo.get' | 'demo.remove' | 'truth.get'> {
  /** Makes the demonstration on a station that never had a camera. */
  setUp(): Promise<void>;
}

export function createDemoService({ store, site, cameras, add }: DemoServiceDeps): DemoService {
  async function left(): Promise<string[]> {
    const made = (await store.settings.get(settingKey, Made)) ?? [];
    const here = new Set(site.cameras().map((camera) => camera.id));
    return made.filter((id) => here.has(id));
  }

  return {
    async setUp() {
      const isKnown = (await store.settings.get(settingKey, Made)) !== null;
      if (isKnown || site.cameras().length > 0) return;
      for (const camera of cameras) await add(camera);
      await store.settings.set(
        settingKey,
        cameras.map(({ camera }) => camera.id),
      );
    },
    'demo.get': async () => ({ cameras: await left() }),
    'demo.remove': async () => {
      for (const id of await left()) await site.remove(id);
      return {};
    },
    'truth.get': ({ cameraId }) =>
      Promise.all(
        site.truth(cameraId).map(async ({ lineId, from, to, ...truth }) => {
          const range = { from, to: Math.max(from, to) };
          const tallies = await store.tallies.query({
            ...range,
            cameraId,
            lineId,
            bucket: 'all',
            timeZone: 'UTC',
          });
          const sum = (side: 'in' | 'out') => tallies.reduce((all, tally) => all + tally[side], 0);
          return {
            lineId,
            ...range,
            counted: { in: sum('in'), out: sum('out') },
            truth: { in: truth.in, out: truth.out },
          };
        }),
      ),
  };
}
