/**
 * The procedure that makes a smaller version of a model: taken in only when it finds what its parent finds.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import { isOnGpu } from '#contract/execution.ts';
import type { ModelCard } from '#contract/model.ts';
import type { ParsedInputOf } from '#contract/procedures.ts';
import type { Variant, VariantReport } from '#contract/variant.ts';
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
  /** Execution provider that computes a version here */
  readonly providerOf: (digest: string) => string;
  readonly make: (
    job: VariantJob,
    context: { readonly signal: AbortSignal; readonly onProgress: (share: number) => void },
  ) => Promise<VariantReport>;
}

export function createVariantService(
  deps: VariantServiceDeps,
): Pick<Handlers, 'model.makeVariant'> {
  async function make(input: ParsedInputOf<'model.makeVariant'>, context: CallContext) {
    const { signal, onProgress, caller } = context;
    const parent = await knownModel(deps.store, input.digest);
    const folder = path.join(deps.downloads, `variant-${crypto.randomUUID()}`);
    await mkdir(folder, { recursive: true });
    onProgress(0, 'Taking recorded pictures of the cameras');
    const frames = input.picturesFolder
      ? await picturesIn(input.picturesFolder, input.maxPictures)
      : await deps.sampleFrames.take(input.maxPictures, signal);
    try {
      const target = path.join(folder, 'model.onnx');
      const { variant } = input;
      const job = { variant, file: parent.path, card: parent.card, pictures: frames.files, target };
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
      const card = childCard(parent.card, variant);
      const model = await deps.importSource(source, {
        ...{ card, name, version: card.version, isEmbedded: false, signal },
        lineage: {
          parent: parent.digest,
          variant,
          importedBy: caller.user,
          origin: { kind: 'variant', where: `${name}@${version}` },
          releaseNotes: `${notesOf(report)}${gainOf(variant, deps.providerOf(parent.digest))}`,
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

/** All is as with the parent, but that the child says what it is. */
function childCard(parent: ModelCard, variant: Variant): ModelCard {
  const { name, version, notes } = parent;
  const made = `${variant} version, made of ${name} ${version}.`;
  return { ...parent, version: `${version}-${variant}`, notes: `${notes} ${made}`.trim() };
}

function notesOf(report: VariantReport): string {
  const { bytes, parentBytes, inferMs, parentInferMs, matchedBoxes, expectedBoxes } = report;
  const mb = (value: number): string => `${(value / 1e6).toFixed(1)} MB`;
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  return `${mb(bytes)} instead of ${mb(parentBytes)}, ${ms(inferMs)} instead of ${ms(parentInferMs)}, ${String(matchedBoxes)} of ${String(expectedBoxes)} boxes found again on ${String(report.pictures)} pictures.`;
}

/** What a version of 16 bits is good for here, a sentence. */
function gainOf(variant: Variant, provider: string): string {
  if (variant === 'int8') return '';
  return isOnGpu({ provider })
    ? ` Tune it: ${provider} computes 16 bits faster than 32, the times here are those of the processor.`
    : ' It gains room only on this PC: the processor computes with 32 bits.';
}
