/**
 * Draws the clips of a blind count: a stratified sample, the same again for the same seed.
 *
 *   recorded time   ▌▌▌▌▌▌▌▌  ▌▌▌▌▌▌▌▌▌▌▌▌     slots of equal length
 *   stratum         hour of the day × line × density of what was counted
 *   sample            ▲   ▲     ▲  ▲ ▲   ▲     n of the N slots of each stratum
 */
import type { LineId } from '#contract/counting.ts';
import { seededNumbers } from '#engine/base/random.ts';

/** A stretch of recorded time that could be drawn. */
export interface Slot {
  readonly lineId: LineId;
  /** Unix times in ms */
  readonly from: number;
  readonly to: number;
  /** Hour of the day at the site, 0 to 23 */
  readonly hour: number;
  /** Crossings of the line that the station counted in it, both ways */
  readonly counted: number;
}

/** How much passed, against the busy slots of the same line. */
export type Density = 'none' | 'few' | 'many';

export interface Stratum {
  readonly lineId: LineId;
  readonly hour: number;
  readonly density: Density;
  /** Slots that could be drawn, and those that were */
  readonly size: number;
  readonly drawn: number;
}

export interface DrawnSlot extends Slot {
  /** Place of its stratum in `strata` */
  readonly stratum: number;
  /** Chance with which it was drawn: drawn ÷ size of its stratum */
  readonly inclusion: number;
}

export interface Draw {
  readonly strata: readonly Stratum[];
  /** In an order that tells nothing: shuffled */
  readonly slots: readonly DrawnSlot[];
}

/** Two of each stratum, so that its scatter can be seen. */
const leastPerStratum = 2;

/**
 * Sizes follow Neyman (1934; Cochran 1977, §5.5): in proportion to the number of slots times their scatter, for which stands
 * the root of what is counted in one (Poisson), plus a half so that quiet slots, where somebody may have been missed, are
 * drawn too. With fewer clips than two for each stratum, the strata of neighbouring hours are joined.
 * @param options.clips how many to draw; all when there are fewer
 */
export function drawSlots(
  slots: readonly Slot[],
  { clips, seed }: { readonly clips: number; readonly seed: number },
): Draw {
  const random = seededNumbers(seed);
  const groups = group(slots, Math.max(1, Math.floor(clips / leastPerStratum)));
  const sizes = allocate(groups, clips);
  const drawn = groups.flatMap((members, stratum) =>
    shuffled(members, random)
      .slice(0, sizes[stratum])
      .map((slot) => ({
        ...slot,
        stratum,
        inclusion: (sizes[stratum] ?? 0) / members.length,
      })),
  );
  const strata = groups.map((members, index) => ({
    lineId: members[0]?.lineId ?? '',
    hour: members[0]?.hour ?? 0,
    density: members[0]?.density ?? 'none',
    size: members.length,
    drawn: sizes[index] ?? 0,
  }));
  return { strata, slots: shuffled(drawn, random).map(withoutDensity) };
}

type Graded = Slot & { readonly density: Density };

function withoutDensity(slot: DrawnSlot & Graded): DrawnSlot {
  const { density: _density, ...rest } = slot;
  return rest;
}

/** Slots by stratum; hours are joined, two by two and so on, until there are at most `most` strata. */
function group(slots: readonly Slot[], most: number): Graded[][] {
  const graded = grade([...slots].sort((a, b) => a.from - b.from));
  for (const width of [1, 2, 3, 4, 6, 8, 12, 24]) {
    const groups = new Map<string, Graded[]>();
    for (const slot of graded) {
      const hour = Math.floor(slot.hour / width);
      const key = `${slot.lineId} ${String(hour).padStart(2, '0')} ${slot.density}`;
      groups.set(key, [...(groups.get(key) ?? []), slot]);
    }
    if (groups.size <= most || width === 24) {
      return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, members]) => members);
    }
  }
  return [];
}

/** Few or many: below the middle of the line's slots with crossings, or from there on. */
function grade(slots: readonly Slot[]): Graded[] {
  const middles = new Map<LineId, number>();
  for (const lineId of new Set(slots.map((slot) => slot.lineId))) {
    const busy = slots.filter((slot) => slot.lineId === lineId && slot.counted > 0);
    const counts = busy.map(({ counted }) => counted).sort((a, b) => a - b);
    middles.set(lineId, counts[Math.floor(counts.length / 2)] ?? 1);
  }
  return slots.map((slot) => ({
    ...slot,
    density:
      slot.counted === 0 ? 'none' : slot.counted < (middles.get(slot.lineId) ?? 1) ? 'few' : 'many',
  }));
}

/** How many to draw of each: at least two where there are two, the rest to where one more tells most. */
function allocate(groups: readonly Graded[][], clips: number): number[] {
  const sizes = groups.map(() => 0);
  const most = Math.min(
    clips,
    groups.reduce((sum, members) => sum + members.length, 0),
  );
  const wants = groups.map((members) => {
    const mean = members.reduce((sum, { counted }) => sum + counted, 0) / members.length;
    return members.length * Math.sqrt(mean + 0.5);
  });
  for (let given = 0; given < most; given += 1) {
    const [best] = groups
      .map((members, index) => {
        const size = sizes[index] ?? 0;
        // Highest averages: each further one goes where the share of the wish is least met.
        const claim = (wants[index] ?? 0) / (size + 0.5);
        return { index, isOpen: size < members.length, isFirst: size < leastPerStratum, claim };
      })
      .filter(({ isOpen }) => isOpen)
      .sort((a, b) => Number(b.isFirst) - Number(a.isFirst) || b.claim - a.claim);
    if (best === undefined) break;
    sizes[best.index] = (sizes[best.index] ?? 0) + 1;
  }
  return sizes;
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const kept = result[last];
    const moved = result[other];
    if (kept === undefined || moved === undefined) continue;
    result[last] = moved;
    result[other] = kept;
  }
  return result;
}
