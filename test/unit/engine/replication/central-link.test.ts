import { afterEach, expect, it, vi } from 'vitest';
import { CentralSettings } from '#contract/central.ts';
import { connectCentral } from '#engine/replication/central-link.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('is told that a host is none, and survives the timer of that connection', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const settings = CentralSettings.parse({
    host: 'gate',
    user: 'a',
    password: '',
    stationName: 'north',
  });
  await expect(connectCentral({ ...settings, host: 'ga\0te' })).rejects.toMatchObject({
    code: 'CEN_001',
  });
  vi.advanceTimersByTime(60_000);
  // An error that nobody hears comes with the end of the socket, and ends the process.
  await new Promise((resolve) => setImmediate(resolve));
});
