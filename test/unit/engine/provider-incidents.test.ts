import { expect, it } from 'vitest';
import type { BrokenExecution } from '#contract/execution.ts';
import { createEmitter } from '#engine/base/emitter.ts';
import { silentLogger } from '#engine/base/log.ts';
import { keepExecutions } from '#engine/executions.ts';
import { keepIncidents } from '#engine/incident-keeper.ts';
import type { EventMap } from '#engine/site.ts';
import { start, tempStore, testClock } from '#test/store.ts';

const error = { code: 'SYS_004', message: 'The driver is lost.' } as const;
const way = { provider: 'cuda', instead: 'cpu', error };
const machine = { processor: 'one', cores: 2, runtime: '1.30.0', driver: '' };

it('a provider that breaks in two workers is one matter, over when both have ended or use it again', async () => {
  const told: [string, BrokenExecution | null][] = [];
  const executions = await keepExecutions({
    ...{ store: await tempStore(), machine, modelName: (digest: string) => digest },
    ...{ clock: testClock(), log: silentLogger, notify: () => undefined },
    onChanged: (digest, broken) => told.push([digest, broken]),
  });
  executions.told('w1', 'nano', way);
  executions.told('w2', 'nano', way);
  executions.told('w1', 'nano', null);
  expect(told).toEqual([['nano', { ...way, since: start }]]);
  executions.ended('w1');
  executions.ended('w2');
  expect(told.slice(1)).toEqual([['nano', null]]);
});

it('is an incident whose steps say what computes instead, until the chosen one is used again', async () => {
  const store = await tempStore();
  const clock = testClock();
  const done: string[] = [];
  const incidents = await keepIncidents({
    ...{ store, clock, log: silentLogger, startedAt: start, cameras: () => [] },
    events: createEmitter<EventMap>((cause) => {
      throw cause;
    }),
    plan: { note: (action) => done.push(action) },
  });
  incidents.provider('nano@1.0.0', ['gate'], { ...way, since: start });
  const cause = 'cuda broke while it computed nano@1.0.0. The driver is lost.';
  const changed = {
    ...{ at: start, action: 'change-provider', cause, outcome: 'done', tries: 1 },
    effect: 'cpu computes instead; no camera waits for it.',
  };
  const trying = { at: start, action: 'try-again', cause, outcome: 'running', tries: 1 };
  expect(incidents.unwritten()).toMatchObject([
    {
      cameras: ['gate'],
      incident: {
        ...{ kind: 'provider-failing', subject: 'nano@1.0.0', cameraId: null },
        ...{ code: 'SYS_004', cause, to: null, steps: [changed, { ...trying, effect: null }] },
      },
    },
  ]);
  clock.set(start + 60_000);
  incidents.provider('nano@1.0.0', ['gate'], null);
  await incidents.close();
  const [kept] = await store.incidents.list({ limit: 9 });
  expect(kept?.incident).toMatchObject({
    to: start + 60_000,
    steps: [
      { action: 'change-provider' },
      {
        ...{ action: 'try-again', outcome: 'done' },
        effect: 'The provider that was chosen is used again.',
      },
    ],
  });
  expect(done).toEqual(['change-provider', 'try-again']);
});
