import { expect, it } from 'vitest';
import { systemClock } from '#engine/base/clock.ts';
import type { DoctorDeps } from '#engine/doctor.ts';
import { createDoctorService } from '#engine/services/doctor-service.ts';

const caller = { user: 'test', role: 'admin', door: 'test' } as const;
const { signal } = new AbortController();

it('runs one self-test for all who ask meanwhile, and a new one for who asks after it', async () => {
  const started: (() => void)[] = [];
  // Every other check fails at once for want of its part, and is reported as failed.
  const deps = {
    clock: systemClock,
    findFfmpeg: () =>
      new Promise((resolve) => {
        started.push(() => resolve({ path: '/ffmpeg', version: '5.1' }));
      }),
  } as unknown as DoctorDeps;
  const service = createDoctorService(deps);
  const heard: string[][] = [[], []];
  const ask = (who: number) =>
    service['station.doctor'](
      {},
      { caller, signal, onProgress: (_share, text) => heard[who]!.push(text) },
    );
  const [one, other] = [ask(0), ask(1)];
  expect(started).toHaveLength(1);
  started[0]!();
  expect(await one).toBe(await other);
  expect((await one).map(({ name }) => name)).toContain('counting');
  expect(heard[0]).toEqual((await one).map(({ name }) => name));
  expect(heard[1]).toEqual(heard[0]);
  void ask(0);
  await Promise.resolve();
  expect(started).toHaveLength(2);
});
