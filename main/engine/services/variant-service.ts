/**
 * The procedure that makes a smaller version of a model: taken in only when it finds what its parent finds.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { ParsedInputOf } from '#contract/procedures.ts';
import type { VariantReport } from '#contract/variant.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { VariantJob } from '#engine/make-variant.ts';
import { openSource } from '#engine/models/import-source.ts';
import { judgeVariant } from '#engine/models/judge-variant.ts';
import type { CallContext, Handlers } from '#engine/router.ts';
import type { SampleFrames } from '#engine/sample-frames.ts';
import type { Store } from '#engine/store/store.ts';
import type { ImportModel } from './model-import.ts';
import { knownModel, picturesIn, withoutPath } from './model-service.ts';

export interface VariantServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly downloads: string;
  readonly sampleFrames: SampleFrames;
  readonly importSource: ImportModel;
  readonly providers: () => readonly string[];
  readonly make: (
    job: VariantJob,
    context: { readonly signal: AbortSignal; readonly onProgress: (share: number) => void },
  ) => Promise<VariantReport>;
}

/** Where ONNX Runtime computes in half precision */
const halfProviders = ['cuda', 'tensorrt', 'dml', 'coreml', 'webgpu'];

export function createVariantService(
  deps: VariantServiceDeps,
): Pick<Handlers, 'model.makeVariant'> {
  async function make(input: ParsedInputOf<'model.makeVariant'>, context: CallContext) {
    const { signal, onProgress, caller } = context;
    const parent = await knownModel(deps.store, input.digest);
    if (input.variant === 'fp16') throw halfRefused(deps.providers());
    const folder = path.join(deps.downloads, `variant-${crypto.randomUUID()}`);
    await mkdir(folder, { recursive: true });
    onProgress(0, 'Taking recorded pictures of the cameras');
    const frames = input.picturesFolder
      ? await picturesIn(input.picturesFolder, input.maxPictures)
      : await deps.sampleFrames.take(input.maxPictures, signal);
    try {
      const target = path.join(folder, 'model.onnx');
      const job = { file: parent.path, card: parent.card, pictures: frames.files, target };
      const report = await deps.make(job, {
        signal,
        onProgress: (share) => onProgress(0.1 + 0.8 * share, 'Measuring and making it smaller'),
      });
      const refusal = judgeVariant(report);
      if (refusal !== null) throw new StationError('MODEL_003', refusal);
      const source = await openSource(target, {
        ...{ folder: deps.downloads, now: deps.clock.now(), signal, onProgress: () => undefined },
      });
      const { name, version } = parent.card;
      const card = { ...parent.card, version: `${version}-${input.variant}` };
      const model = await deps.importSource(source, {
        ...{ card, name, version: card.version, isEmbedded: false, signal },
        lineage: {
          parent: parent.digest,
          variant: input.variant,
          importedBy: caller.user,
          origin: { kind: 'variant', where: `${name}@${version}` },
          releaseNotes: notesOf(report),
        },
      });
      return { model: withoutPath(model), report };
    } finally {
      await frames.remove();
      await rm(folder, { recursive: true, force: true });
    }
  }

  return { 'model.makeVariant': make };
}

function notesOf(report: VariantReport): string {
  const { bytes, parentBytes, inferMs, parentInferMs, matchedBoxes, expectedBoxes } = report;
  const mb = (value: number): string => `${(value / 1e6).toFixed(1)} MB`;
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  return `${mb(bytes)} instead of ${mb(parentBytes)}, ${ms(inferMs)} instead of ${ms(parentInferMs)}, ${String(matchedBoxes)} of ${String(expectedBoxes)} boxes found again on ${String(report.pictures)} pictures.`;
}

function halfRefused(providers: readonly string[]): StationError {
  const gaining = providers.filter((name) => halfProviders.includes(name));
  return new StationError(
    'REQ_003',
    gaining.length === 0
      ? 'A half-precision version gains nothing on this PC: ONNX Runtime computes on its processor with 32 bits. Make an int8 version instead.'
      : `Half-precision versions are not made here yet, although ${gaining.join(', ')} would gain from one. Import one that was exported with 16 bits.`,
    { path: 'variant' },
  );
}
