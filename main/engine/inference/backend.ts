/**
 * Where a network computes: in ONNX Runtime here, in an engine's process beside us, or on another machine. A backend gets a
 * prepared input and gives the network's outputs; what is before and after is the same for all.
 */
import type { Size } from '#contract/geometry.ts';
import type { ModelCard } from '#contract/model.ts';
import { kindOfModelFile, readEngineFile, readRemoteFile } from './engines/model-files.ts';
import { openProcessBackend } from './engines/process-backend.ts';
import { openRemoteBackend } from './engines/remote-backend.ts';
import type { Outputs } from './head.ts';
import type { NetworkOptions } from './load-network.ts';
import { openOnnxBackend } from './onnx-backend.ts';
import type { InputData } from './preprocess.ts';

export interface Backend {
  /** Pictures per run that it insists on; null when it does not say, so that it must be tried */
  readonly batchSize: number | null;
  /** Whether it takes inputs smaller than the card says, in whole cells of 32 px */
  readonly takesLess: boolean;
  /**
   * Runs pictures written one after the other, of the size on the card unless `size` says another one. Rejects with INF_001, INF_002 or SYS_001. The outputs are valid until the
   * next run, which may take their memory.
   */
  run(data: InputData, batchSize: number, size?: Size): Promise<Outputs>;
  /** How much of the last run the way to the other machine and back took, ms; 0 where there is no such way */
  transferMs(): number;
  /** Ends it. No run may be in flight. */
  close(): Promise<void>;
}

export interface BackendOptions extends NetworkOptions {
  readonly card: ModelCard;
  /** Folder of the runners that come with the station, for engines that use one */
  readonly enginesFolder?: string;
  /** Computes the padding of each picture too, where results of several providers are compared. No when left out */
  readonly isPadded?: boolean;
}

/**
 * Opens what the model file stands for: a network, an engine's command, or a model on a server.
 * Throws MODEL_002, MODEL_003, SYS_001 or SYS_004.
 */
export async function openBackend(options: BackendOptions): Promise<Backend> {
  const { model, card, enginesFolder = '' } = options;
  if (typeof model !== 'string') return openOnnxBackend(options);
  switch (await kindOfModelFile(model)) {
    case 'engine':
      return openProcessBackend({ engine: await readEngineFile(model), card, enginesFolder });
    case 'remote':
      return openRemoteBackend({ remote: await readRemoteFile(model), card, enginesFolder });
    case 'network':
      return openOnnxBackend(options);
  }
}
