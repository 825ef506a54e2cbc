/**
 * How many to judge of each kind, so that a given number of verdicts tells most (Neyman 1934; Cochran 1977, §5.5).
 */

export interface StratumToJudge {
  /** How many there are */
  readonly size: number;
  /** Standard deviation of what a verdict in it adds */
  readonly deviation: number;
}

/** Two at least, so that the scatter can be seen. */
const least = 2;

/**
 * In proportion to size × deviation, none more than there are; the rest goes to the highest claim (Webster and Sainte-Laguë).
 * @param total verdicts to hand out over all strata
 */
export function neymanAllocation(strata: readonly StratumToJudge[], total: number): number[] {
  const most = Math.min(
    total,
    strata.reduce((sum, { size }) => sum + size, 0),
  );
  const given = strata.map(() => 0);
  for (let turn = 0; turn < most; turn++) {
    const [best] = strata
      .map(({ size, deviation }, index) => {
        const has = given[index] ?? 0;
        const claim = (size * deviation) / (has + 0.5);
        return { index, claim, isFirst: has < least, isOpen: has < size };
      })
      .filter(({ isOpen }) => isOpen)
      .sort((x, y) => Number(y.isFirst) - Number(x.isFirst) || y.claim - x.claim);
    if (!best) break;
    given[best.index] = (given[best.index] ?? 0) + 1;
  }
  return given;
}
