/**
 * Intervals for rates over time: whole blocks are drawn again, because what passes within minutes of each other belongs
 * together (Künsch 1989; Carlstein 1986 for blocks side by side).
 */
import { seededNumbers } from '#engine/base/random.ts';
import { level, type Interval } from './interval.ts';

/** Length of a block, ms */
export const blockMs = 300_000;
/** With fewer blocks an interval says nothing. */
export const leastBlocks = 10;

/** What happened in one block, in observed time. */
export interface Block {
  readonly events: number;
  /** Hours that were looked at */
  readonly hours: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  readonly times?: number;
}

export interface Bootstrapped extends Interval {
  readonly standardError: number;
}

/** Events per hour over all blocks, with the percentile interval (Efron and Tibshirani 1993, §13.3). */
export function bootstrapRate(
  blocks: readonly Block[],
  { seed, times = 2_000 }: BootstrapOptions,
): Bootstrapped | null {
  const rate = (drawn: readonly Block[]): number => {
    const hours = drawn.reduce((sum, block) => sum + block.hours, 0);
    return hours === 0 ? 0 : drawn.reduce((sum, block) => sum + block.events, 0) / hours;
  };
  if (blocks.length === 0) return null;
  const random = seededNumbers(seed);
  const draw = () => blocks[Math.floor(random() * blocks.length)] ?? { events: 0, hours: 0 };
  const values = Array.from({ length: times }, () => rate(blocks.map(draw))).sort((x, y) => x - y);
  const centre = values.reduce((sum, value) => sum + value, 0) / times;
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const tail = (1 - level) / 2;
  return {
    value: rate(blocks),
    low: values[Math.floor(tail * times)] ?? 0,
    high: values[Math.ceil((1 - tail) * times) - 1] ?? 0,
    standardError: Math.sqrt(squares / (times - 1)),
  };
}
