import { describe, expect, it } from 'vitest';
import { listProviders, probeProvider } from '#engine/inference/providers.ts';

describe('execution providers', () => {
  it('lists the processor, which computes', async () => {
    expect(listProviders()).toContain('cpu');
    expect(await probeProvider('cpu')).toMatchObject({ works: true, reason: '' });
  });

  it('says why one that is not there does not work', async () => {
    const probe = await probeProvider('coreml-on-this-machine');
    expect(probe.works).toBe(false);
    expect(probe.reason).toContain('cannot be used on this machine');
  });
});
