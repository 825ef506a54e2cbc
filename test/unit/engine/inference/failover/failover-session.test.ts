import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StationError } from '#contract/error.ts';
import {
  createFailoverSession,
  type FailoverSession,
} from '#engine/inference/failover/failover-session.ts';
import type { Standing } from '#engine/inference/inference-protocol.ts';
import type { Session } from '#engine/inference/session.ts';
import { systemClock } from '#engine/base/clock.ts';
import { yoloxNanoCard } from '#test/cards.ts';

/** Which models fail now: when they are loaded, when they run. */
interface Faults {
  readonly load: Set<string>;
  readonly run: Set<string>;
}

const picture = {
  pixels: new Uint8Array(3),
  layout: { picture: { width: 1, height: 1 }, analysis: { width: 1, height: 1 } },
};
const of = (cameraId: string) => ({ cameraId, picture });

function model(digest: string, isWarm = true) {
  return { path: digest, digest, card: { ...yoloxNanoCard, name: digest }, isWarm };
}

function rig() {
  const faults: Faults = { load: new Set(), run: new Set() };
  const loaded: string[] = [];
  const standings: Standing[] = [];
  const fail = (set: Set<string>, name: string, code: 'SYS_001' | 'INF_001') =>
    set.has(name) ? Promise.reject(new StationError(code, `${name} fails.`)) : Promise.resolve();
  const session = createFailoverSession({
    champion: model('champion'),
    open: async ({ digest }): Promise<Session> => {
      await fail(faults.load, digest, 'SYS_001');
      loaded.push(digest);
      const run = async () => {
        await fail(faults.run, digest, 'INF_001');
        const detections = [
          [{ box: { x: 0, y: 0, width: 1, height: 1 }, score: 1, label: 'person' as const }],
        ];
        return { detections, preprocessMs: 1, inferMs: 1, postprocessMs: 1, transferMs: 0 };
      };
      return {
        batchSize: 1,
        run,
        async check() {
          await run();
        },
        runClasses: () => Promise.reject(new Error('not asked here')),
        close: () => Promise.resolve(),
      };
    },
    clock: systemClock,
    random: () => 0,
    onStanding: (standing) => standings.push(standing),
  });
  return { session, faults, loaded, standings };
}

/** Who looked at a picture of the camera, or the code of the error. */
async function looker(session: FailoverSession, cameraId = 'door'): Promise<string> {
  try {
    const [who] = (await session.run([of(cameraId)])).standIns ?? [];
    if (who === undefined) return 'champion';
    return 'digest' in who ? who.digest : who.error.code;
  } catch (error) {
    return (error as StationError).code;
  }
}

describe('failover within a thread', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('lets a stand-in look at the very frame on which the champion failed', async () => {
    const { session, faults } = rig();
    await session.load(false);
    session.setLine('door', [model('spare')]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await looker(session)).toBe('champion');
    faults.run.add('champion');
    expect(await looker(session)).toBe('spare');
    faults.run.clear();
    expect(await looker(session)).toBe('champion');
  });

  it('leaves the champion alone after five failures, and it comes back by itself', async () => {
    const { session, faults, standings } = rig();
    await session.load(false);
    session.setLine('door', [model('spare')]);
    await vi.advanceTimersByTimeAsync(1);
    faults.run.add('champion');
    for (let frame = 0; frame < 5; frame++) expect(await looker(session)).toBe('spare');
    expect(standings.at(-1)).toMatchObject({
      state: 'open',
      reason: { code: 'INF_001' },
      usable: ['spare'],
    });
    await vi.advanceTimersByTimeAsync(59_000);
    faults.run.clear();
    expect(await looker(session)).toBe('spare');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await looker(session)).toBe('champion');
    expect(standings.map(({ state }) => state)).toEqual([
      'closed',
      'closed',
      'open',
      'half-open',
      'closed',
    ]);
  });

  it('goes down the list of each camera', async () => {
    const { session, faults } = rig();
    await session.load(false);
    session.setLine('door', [model('first'), model('second')]);
    session.setLine('gate', []);
    await vi.advanceTimersByTimeAsync(1);
    faults.run.add('champion').add('first');
    expect(await looker(session)).toBe('second');
    expect(await looker(session, 'gate')).toBe('INF_001');
    const { standIns } = await session.run([of('gate'), of('door')]);
    expect(standIns).toMatchObject([{ error: { code: 'INF_001' } }, { digest: 'second' }]);
  });

  it('loads one that is not kept loaded when it is needed', async () => {
    const { session, faults, loaded } = rig();
    await session.load(false);
    session.setLine('door', [model('spare', false)]);
    await vi.advanceTimersByTimeAsync(1);
    expect(loaded).toEqual(['champion']);
    faults.run.add('champion');
    expect(await looker(session)).toBe('INF_001');
    await vi.advanceTimersByTimeAsync(1);
    expect(await looker(session)).toBe('spare');
  });

  it('counts without a champion that cannot be loaded, where that is allowed, and takes it when it can', async () => {
    const { session, faults } = rig();
    faults.load.add('champion');
    await expect(session.load(false)).rejects.toMatchObject({ code: 'SYS_001' });
    await session.load(true);
    session.setLine('door', [model('spare')]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await looker(session)).toBe('spare');
    await vi.advanceTimersByTimeAsync(10_000);
    faults.load.clear();
    expect(await looker(session)).toBe('spare');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await looker(session)).toBe('champion');
  });

  it('tries three times within five minutes to load it, then once per pause of its breaker', async () => {
    const { session, faults, standings } = rig();
    faults.load.add('champion');
    await session.load(true);
    await vi.advanceTimersByTimeAsync(2_900);
    expect(standings.some(({ state }) => state === 'open')).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(standings.at(-1)).toMatchObject({ state: 'open', reason: { code: 'SYS_001' } });
  });
});
