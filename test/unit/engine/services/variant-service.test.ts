import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VariantReport } from '#contract/variant.ts';
import type { VariantJob } from '#engine/make-variant.ts';
import { createVariantService } from '#engine/services/variant-service.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { scratchFolder } from '#test/station-process.ts';
import { start, tempStore, testClock } from '#test/store.ts';
import { halfModel } from '#test/tiny-onnx.ts';

const digest = 'a'.repeat(64);
const context = {
  caller: { user: 'ann', role: 'ml-engineer', door: 'test' },
  signal: new AbortController().signal,
  onProgress: () => undefined,
} as const;
const good: VariantReport = {
  ...{ calibrated: 2, pictures: 2, bytes: 10, parentBytes: 40, inferMs: 5, parentInferMs: 9 },
  ...{ expectedBoxes: 40, matchedBoxes: 39, foundBoxes: 40 },
};

/** A station that records four pictures; what is made of a model is as `report` says. */
async function rig({ provider = 'cpu', report = good } = {}) {
  const store = await tempStore();
  await store.models.add({
    ...{ card: { ...yoloxNanoCard, name: 'gate', version: '1.2.0' }, digest, bytes: 40 },
    ...{ path: '/models/gate.onnx', importedAt: start, isEmbedded: false },
  });
  const jobs: VariantJob[] = [];
  const imported: string[] = [];
  /** What the card and the lineage say of it */
  const notes: string[] = [];
  const removed: number[] = [];
  const service = createVariantService({
    ...{ store, clock: testClock(), downloads: scratchFolder(), providerOf: () => provider },
    sampleFrames: {
      take: (count) =>
        Promise.resolve({
          files: Array.from(
            { length: Math.min(4, count) },
            (_, at) => `/recorded/${String(at)}.jpg`,
          ),
          remove: () => Promise.resolve(void removed.push(count)),
        }),
    },
    make: async (job) => {
      jobs.push(job);
      await writeFile(job.target, halfModel());
      return report;
    },
    importSource: (_source, { card, lineage }) => {
      imported.push(`${card?.name ?? ''}@${card?.version ?? ''} of ${lineage?.parent ?? ''}`);
      notes.push(card?.notes ?? '', lineage?.releaseNotes ?? '');
      return store.models.list().then(([model]) => model!);
    },
  });
  const make = (variant: 'int8' | 'fp16', picturesFolder?: string) =>
    Promise.resolve(
      service['model.makeVariant'](
        { digest, variant, maxPictures: 60, ...(picturesFolder && { picturesFolder }) },
        context,
      ),
    );
  return { make, jobs, imported, notes, removed };
}

describe('a smaller version of a model', () => {
  it('is made on recorded pictures and taken in as its child', async () => {
    const { make, jobs, imported, removed } = await rig();
    await expect(make('int8')).resolves.toMatchObject({ report: good });
    expect(jobs[0]).toMatchObject({
      variant: 'int8',
      file: '/models/gate.onnx',
      pictures: [0, 1, 2, 3].map((at) => `/recorded/${String(at)}.jpg`),
    });
    expect(imported).toEqual([`gate@1.2.0-int8 of ${digest}`]);
    expect(removed).toEqual([60]);
  });

  it('is not kept when it misses what its parent finds', async () => {
    const { make, imported, removed } = await rig({ report: { ...good, matchedBoxes: 30 } });
    await expect(make('int8')).rejects.toMatchObject({ code: 'MODEL_003' });
    expect([imported, removed]).toEqual([[], [60]]);
  });

  it('is made on a folder where one is named', async () => {
    const folder = scratchFolder();
    await writeFile(path.join(folder, 'night.jpg'), 'a picture');
    const { make, jobs } = await rig();
    await make('int8', folder);
    expect(jobs[0]?.pictures).toEqual([path.join(folder, 'night.jpg')]);
  });

  it.each([
    ['gains room only where the processor computes', 'cpu', /gains room only on this PC/],
    ['is to be tuned where a graphics card computes', 'cuda', /Tune it: cuda computes 16 bits/],
  ])('of 16 bits %s', async (_, provider, gain) => {
    const { make, jobs, imported, notes } = await rig({ provider });
    await make('fp16');
    expect(jobs[0]).toMatchObject({ variant: 'fp16' });
    expect(imported).toEqual([`gate@1.2.0-fp16 of ${digest}`]);
    expect(notes).toEqual([
      expect.stringContaining('fp16 version, made of gate 1.2.0.'),
      expect.stringMatching(gain),
    ]);
  });
});
