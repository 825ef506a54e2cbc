/**
 * Chooses the stream of a camera to count on: the smallest one in which people are large enough.
 */
import type { FoundStream } from '#contract/discovery.ts';

/** Networks look at 416 to 640 px; a wider picture costs decoding and shows them nothing more. */
const enoughWidth = 640;

/** Marks exactly one stream; of streams that say nothing about their size, the last, which cameras list as the smaller. */
export function markBest(streams: readonly Omit<FoundStream, 'isBest'>[]): FoundStream[] {
  const widthOf = (index: number): number => streams[index]?.picture?.width ?? 0;
  const order = streams.map((_, index) => index).sort((a, b) => widthOf(a) - widthOf(b));
  const best = order.find((index) => widthOf(index) >= enoughWidth) ?? order.at(-1);
  return streams.map((stream, index) => ({ ...stream, isBest: index === best }));
}
