import { describe, expect, it } from 'vitest';
import type { Camera } from '#contract/camera.ts';
import { type Said, saidBy } from '#contract/station-sentence.ts';
import type { HealthCheck, HealthState } from '#contract/health-tree.ts';
import { buildTree, type TreeFacts } from '#engine/monitoring/health-tree.ts';
import { watchedCamera } from '#test/alerts.ts';

const reason = { code: 'CAM_001', message: 'Nothing answers.' } as const;

function check(name: HealthCheck['name'], state: HealthState, detail = name): HealthCheck {
  return { name, state, detail, since: 0, checkedAt: 0, tookMs: 0 };
}

function facts(changes: Partial<TreeFacts> = {}): TreeFacts {
  return {
    workers: [{ id: 'w1', state: 'ready', cameras: ['gate'], restarts: 0, isGivenUp: false }],
    cameras: [watchedCamera()],
    wantedModel: () => 'a',
    modelName: (digest) => `nano@${digest}`,
    checks: (subject) => (subject === 'station' ? [check('database', 'ok')] : []),
    ...changes,
  };
}

const told = (changes: Partial<TreeFacts>): [string, HealthState][] =>
  buildTree(facts(changes)).map(({ id, state }) => [id, state]);

const gate = (changes: Partial<Camera>): Partial<TreeFacts> => ({
  cameras: [watchedCamera(changes)],
});

describe('the tree', () => {
  it('hangs cameras on their model, models on their worker', () => {
    const nodes = buildTree(facts({ checks: () => [check('infers', 'ok')] }));
    expect(nodes.map(({ id, parentId, state }) => [id, parentId, state])).toEqual([
      ['station', null, 'ok'],
      ['worker/w1', 'station', 'ok'],
      ['model/w1/a', 'worker/w1', 'ok'],
      ['camera/gate', 'model/w1/a', 'ok'],
    ]);
  });

  it('hangs a camera that no worker has on the station', () => {
    const none = buildTree(facts({ workers: [] }));
    expect(none.map(({ id, parentId }) => [id, parentId])).toEqual([
      ['station', null],
      ['camera/gate', 'station'],
    ]);
  });

  it.each<[string, Partial<Camera>, HealthState, number | null]>([
    [
      'is lost',
      { capture: { state: 'waiting', since: 1, attempt: 2, retryAt: 9, reason } },
      'down',
      9,
    ],
    ['is frozen', { capture: { state: 'frozen', since: 1 } }, 'down', null],
    ['connects', { capture: { state: 'connecting', since: 1, attempt: 1 } }, 'degraded', null],
    ['is switched off', { capture: { state: 'disabled', since: 1 } }, 'off', null],
  ])('says of a camera that %s', (...[, change, state, retryAt]) => {
    const nodes = buildTree(facts(gate(change)));
    const camera = nodes.find(({ kind }) => kind === 'camera');
    expect([camera?.state, camera?.retryAt]).toEqual([state, retryAt]);
    expect(nodes[0]?.state).toBe(state === 'off' ? 'ok' : 'degraded');
  });

  it.each<[string, Partial<Camera>, Said]>([
    [
      'is live',
      { figures: { ...watchedCamera().figures, capturedFps: 9.96 } },
      {
        detail: 'Pictures per second: 10.',
        said: { name: 'pictures', values: { fps: 10 } },
      },
    ],
    [
      'is frozen',
      { capture: { state: 'frozen', since: 1 } },
      { detail: 'Its picture does not change.', said: { name: 'frozen', values: {} } },
    ],
    [
      'is lost, which an error says',
      { capture: { state: 'waiting', since: 1, attempt: 2, retryAt: 9, reason } },
      { detail: 'Nothing answers.', said: undefined },
    ],
  ])('has words with a name for a camera that %s', (...[, change, words]) => {
    const nodes = buildTree(facts(gate(change)));
    expect(saidBy(nodes.find(({ kind }) => kind === 'camera')!)).toEqual(words);
  });

  it.each<[string, string | null, HealthState, HealthState]>([
    ['another model counts', 'old@1.0.0', 'degraded', 'degraded'],
    ['no model counts', null, 'down', 'down'],
  ])('says that %s', (...[, model, ofModel, ofCamera]) => {
    const counting: Camera['counting'] = {
      ...{ model, standsInFor: 'nano@a', breaker: 'open', since: 1, reason, retryAt: 7 },
    };
    expect(told(gate({ counting }))).toEqual([
      ['station', 'degraded'],
      ['worker/w1', 'ok'],
      ['model/w1/a', ofModel],
      ['camera/gate', ofCamera],
    ]);
  });

  it('is degraded by a camera that is counted too slowly, and down without a database', () => {
    const slow = (subject: string) =>
      subject === 'gate' ? [check('latency', 'degraded')] : [check('database', 'ok')];
    expect(told({ checks: slow }).filter(([, state]) => state === 'degraded')).toEqual([
      ['station', 'degraded'],
      ['camera/gate', 'degraded'],
    ]);
    const full = (subject: string) => (subject === 'station' ? [check('database', 'down')] : []);
    expect(told({ checks: full })[0]).toEqual(['station', 'down']);
  });

  it('says of a worker that ended too often that nobody starts it again', () => {
    const worker = { id: 'w1', state: 'ended', cameras: [], restarts: 5, isGivenUp: true } as const;
    const [, node] = buildTree(facts({ workers: [worker] }));
    expect([node?.state, node?.error?.code]).toEqual(['down', 'SYS_001']);
  });
});
