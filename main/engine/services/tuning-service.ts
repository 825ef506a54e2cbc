/**
 * The procedures of execution: measure how a model computes best on this machine, use it, go back.
 */
import { StationError } from '#contract/error.ts';
import type { Machine, TuningView } from '#contract/execution.ts';
import type { ParsedInputOf } from '#contract/procedures.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Executions } from '#engine/executions.ts';
import { kindOfModelFile } from '#engine/inference/engines/model-files.ts';
import type { CallContext, Handlers } from '#engine/router.ts';
import type { SampleFrames } from '#engine/sample-frames.ts';
import type { Store } from '#engine/store/store.ts';
import type { Measured, TuneContext, tuneModel } from '#engine/tune-model.ts';
import { knownModel, picturesIn } from './model-service.ts';

export interface TuningServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly machine: Machine;
  readonly executions: Executions;
  readonly sampleFrames: SampleFrames;
  readonly tune: (
    model: Parameters<typeof tuneModel>[0],
    context: Pick<TuneContext, 'signal' | 'onProgress'>,
  ) => Promise<Measured>;
  /** What counts and what answers requests computes anew from now on */
  readonly apply: (digest: string) => Promise<void>;
}

type Name = 'model.tunings' | 'model.tune' | 'model.forgetTuning';

const minPictures = 8;

export function createTuningService(deps: TuningServiceDeps): Pick<Handlers, Name> {
  const { store, executions } = deps;

  async function tune(
    { digest, picturesFolder, maxPictures }: ParsedInputOf<'model.tune'>,
    { signal, onProgress }: CallContext,
  ): Promise<TuningView> {
    const model = await knownModel(store, digest);
    if ((await kindOfModelFile(model.path)) !== 'network') {
      throw new StationError(
        'REQ_003',
        'Only a network that ONNX Runtime computes here can be tuned: this model computes in an engine or on another machine.',
      );
    }
    onProgress(0, 'Taking pictures');
    const frames = picturesFolder
      ? await picturesIn(picturesFolder, maxPictures)
      : await deps.sampleFrames.take(maxPictures, signal);
    try {
      const pictures = frames.files;
      if (pictures.length < minPictures) {
        throw new StationError(
          'REQ_003',
          `A model is tuned on at least ${String(minPictures)} pictures, and there are ${String(pictures.length)}: switch on a camera, or give a folder of pictures.`,
        );
      }
      const measured = await deps.tune(
        { file: model.path, card: model.card, pictures },
        { signal, onProgress: (share, provider) => onProgress(share, `Trying ${provider}`) },
      );
      const { machine, clock } = deps;
      await executions.keep({
        ...{ digest, machine, at: clock.now(), pictures: pictures.length },
        ...measured,
      });
    } finally {
      await frames.remove();
    }
    await deps.apply(digest);
    const view = executions.view(digest);
    if (view === null) throw new StationError('REQ_003', 'The tuning was forgotten meanwhile.');
    return view;
  }

  return {
    'model.tunings': () => executions.views(),
    'model.tune': tune,
    async 'model.forgetTuning'({ digest }) {
      await executions.forget(digest);
      await deps.apply(digest);
      return { digest };
    },
  };
}
