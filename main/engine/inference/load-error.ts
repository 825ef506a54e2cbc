/**
 * What ONNX Runtime says when it cannot load a model, as an error that tells what to do.
 */
import { StationError } from '#contract/error.ts';
import type { ErrorCode } from '#contract/error.ts';

interface Meaning {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly sentence: string;
}

const meanings: readonly Meaning[] = [
  {
    pattern: /protobuf parsing failed|failed to parse|invalid protobuf/i,
    code: 'MODEL_002',
    sentence: 'The file is not an ONNX model or is truncated. Export or copy it again.',
  },
  {
    pattern: /doesn't exist|no such file|failed to open/i,
    code: 'MODEL_002',
    sentence: 'The model file, or a file of weights beside it, is missing.',
  },
  {
    pattern: /no graph was found|graph.*(empty|missing)|does not have a graph/i,
    code: 'MODEL_002',
    sentence: 'The file holds no network: it is empty or truncated.',
  },
  {
    pattern:
      /not a registered function\/op|no op registered|could not find an implementation|unsupported model ir|opset \d+ is under development|fatal error: .* is not a registered/i,
    code: 'MODEL_002',
    sentence: 'The model uses operators or an ONNX version that this station does not have.',
  },
  {
    pattern: /failed to load shared library|backend not found|execution provider|adapter/i,
    code: 'SYS_004',
    sentence: 'The execution provider cannot be used on this machine.',
  },
];

/** The load error as MODEL_002, or SYS_004 when the execution provider is what failed. */
export function loadError(error: unknown, provider: string): StationError {
  const said = error instanceof Error ? error.message : String(error);
  const known = meanings.find(({ pattern }) => pattern.test(said));
  const code = known?.code ?? (provider === 'cpu' ? 'MODEL_002' : 'SYS_004');
  const sentence = known?.sentence ?? 'The model cannot be loaded.';
  return new StationError(code, `${sentence} (${provider}: ${said.slice(0, 300)})`, {
    cause: error,
  });
}
