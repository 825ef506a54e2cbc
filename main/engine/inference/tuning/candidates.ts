/**
 * Which ways of computing a model are worth a try on a machine.
 */
import { type Execution, plainExecution } from '#contract/execution.ts';

/** Providers that this station knows how to ask for, quickest first as a rule. */
export const knownProviders = ['tensorrt', 'cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const;

/** More threads than this within one run gain nothing for networks that a PC counts with. */
const mostThreads = 8;
/** Pictures in one run of a graphics card, which is faster with several at once. */
const gpuBatches = [1, 8];

/** Pure. The plain way first; of the processor one option is changed at a time. */
export function candidates(cores: number): Execution[] {
  const threads = [2, 4, mostThreads].filter((count) => count <= cores);
  return [
    plainExecution,
    ...threads.map((intraOpThreads) => ({ ...plainExecution, intraOpThreads })),
    ...(['extended', 'basic'] as const).map((graphLevel) => ({ ...plainExecution, graphLevel })),
    { ...plainExecution, hasArena: false },
    ...knownProviders
      .filter((provider) => provider !== 'cpu')
      .flatMap((provider) => gpuBatches.map((batch) => ({ ...plainExecution, provider, batch }))),
  ];
}
