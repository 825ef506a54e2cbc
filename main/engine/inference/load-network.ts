/**
 * Loads an ONNX file into ONNX Runtime with the settings that suit live work.
 */
import { InferenceSession, env } from 'onnxruntime-node';
import type { Execution } from '#contract/execution.ts';
import { loadError } from './load-error.ts';

export interface NetworkOptions {
  /** Path of the ONNX file, or its bytes */
  readonly model: string | Uint8Array;
  /** Execution provider as ONNX Runtime names it: `cpu`, `cuda`, `tensorrt`, `dml`, `webgpu`, `coreml` */
  readonly provider: string;
  /** Threads within one run; 1 is best for small models on CPU */
  readonly intraOpThreads: number;
  /** How far the graph is rewritten; all the way when left out */
  readonly graphLevel?: Execution['graphLevel'];
  /** Whether memory of a run is kept for the next; yes when left out */
  readonly hasArena?: boolean;
}

/** Without this each thread of a session burns a core while it waits: 92 % instead of 20 % at 17 fps. */
const QUIET = { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } };
const ERRORS_ONLY = 3;

/** Loads a network. Throws MODEL_002 when it cannot be loaded, SYS_004 when the provider cannot be used. */
export async function loadNetwork(options: NetworkOptions): Promise<InferenceSession> {
  const { model, provider, intraOpThreads, graphLevel = 'all', hasArena = true } = options;
  env.logLevel = 'error';
  const settings: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    intraOpNumThreads: intraOpThreads,
    interOpNumThreads: 1,
    graphOptimizationLevel: graphLevel,
    enableCpuMemArena: hasArena,
    logSeverityLevel: ERRORS_ONLY,
    extra: QUIET,
  };
  try {
    return typeof model === 'string'
      ? await InferenceSession.create(model, settings)
      : await InferenceSession.create(model, settings);
  } catch (error) {
    throw loadError(error, provider);
  }
}
