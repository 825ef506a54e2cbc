/**
 * What a page holds after everything it no longer needs was collected, and how that grows.
 */
import type { CDPSession } from 'playwright';

export interface MemorySample {
  readonly seconds: number;
  readonly heapMb: number;
  /** Elements of the document, also those that are held without being in it */
  readonly nodes: number;
  readonly listeners: number;
  /** Share of one core that the page's main thread has used since it was opened, 0…1 */
  readonly busy: number;
}

export async function sampleMemory(session: CDPSession, seconds: number): Promise<MemorySample> {
  await session.send('Performance.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string): number => metrics.find((each) => each.name === name)?.value ?? 0;
  return {
    seconds: Math.round(seconds),
    heapMb: Math.round(of('JSHeapUsedSize') / 1e4) / 100,
    nodes: of('Nodes'),
    listeners: of('JSEventListeners'),
    busy: Math.round((100 * of('TaskDuration')) / (of('Timestamp') - of('NavigationStart'))) / 100,
  };
}

/** Growth of the heap by least squares, MB per hour; the first fifth is left out, when caches fill. */
export function leakOf(samples: readonly MemorySample[]): number {
  const late = samples.slice(Math.floor(samples.length / 5));
  const mean = (of: (sample: MemorySample) => number): number =>
    late.reduce((sum, sample) => sum + of(sample), 0) / late.length;
  const [meanS, meanMb] = [mean(({ seconds }) => seconds), mean(({ heapMb }) => heapMb)];
  const over = late.reduce(
    (sum, { seconds, heapMb }) => sum + (seconds - meanS) * (heapMb - meanMb),
    0,
  );
  const under = late.reduce((sum, { seconds }) => sum + (seconds - meanS) ** 2, 0);
  return under === 0 ? 0 : (3600 * over) / under;
}
