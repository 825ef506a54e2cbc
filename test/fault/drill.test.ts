/**
 * A drill in a throw-away station beside a real one: it passes, its report is kept, and it fails when the action that would have
 * mended it is switched off.
 */
import { afterAll, expect, it } from 'vitest';
import { cleanUp, startStation } from '#test/station-process.ts';

afterAll(cleanUp);

it('passes, and fails without the action that mends it', { timeout: 300_000 }, async () => {
  const station = await startStation();
  const only = ['kill-worker', 'fill-disk', 'exhaust-memory'] as const;
  const passed = await station.call('drill.run', { only: [...only] });
  expect(passed.exercises.map(({ name, state, detail }) => [name, state, detail])).toEqual(
    only.map((name) => [name, 'passed', expect.any(String) as string]),
  );
  const [killed, filled] = passed.exercises;
  expect(killed!.detectMs).toBeLessThanOrEqual(killed!.recoverMs!);
  expect(killed!.steps).toMatchObject([{ action: 'restart-worker', outcome: 'done' }]);
  expect(killed!.notObservedSeconds).toBeGreaterThan(0);
  expect(filled!.steps).toMatchObject([{ action: 'spool', outcome: 'done' }]);

  await station.call('recovery.set', { action: 'restart-worker', isOn: false });
  const failed = await station.call('drill.run', { only: ['kill-worker'] });
  expect(failed).toMatchObject({ isPassed: false, switchedOff: ['restart-worker'] });
  expect(failed.exercises).toMatchObject([
    { state: 'failed', recoverMs: null, steps: [{ outcome: 'refused' }] },
  ]);
  const kept = await station.call('drill.list', {});
  expect(kept.map(({ id }) => id)).toEqual([failed.id, passed.id]);
  // The station beside which it happened has no camera and was not touched.
  expect(await station.call('camera.list', {})).toEqual([]);
  await expect(
    station.call('recovery.set', { action: 'reconnect', isOn: false }),
  ).rejects.toMatchObject({ code: 'REQ_001' });
});
