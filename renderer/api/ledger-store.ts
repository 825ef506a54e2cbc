/**
 * Keeps today's counts right: reads them from the station, adds what is announced, and reads again after a gap, at
 * midnight and every few minutes.
 */
import type { Crossing } from '#contract/counting.ts';
import { createCell, type Readable } from '../lib/cell.ts';
import { startOfDay, startOfNextDay } from '../lib/day.ts';
import {
  addCrossing,
  openLedger,
  recentLimit,
  type Ledger,
  type LedgerReading,
} from '../lib/ledger.ts';
import type { StationLink } from './station-link.ts';

/** Heals whatever no rule foresaw, ms. */
const rereadMs = 5 * 60_000;
/** An id that was left out is mostly no loss at all, so it does not make the page ask more often than this, ms. */
const gapRereadMs = 10_000;
const retryMs = 2000;
/** Intervals are only moved by what is announced; this long after the first crossing they are read again, ms. */
const intervalMs = 15_000;
/** How often a reading is repeated because rows were written during it. */
const maxReadings = 6;

export interface LedgerStore {
  /** Null until the first reading has come. */
  readonly ledger: Readable<Ledger | null>;
  /** Called once for each new crossing, in the order in which they come. */
  onCrossing(listener: (crossing: Crossing) => void): () => void;
  reread(): void;
  close(): void;
}

export function createLedgerStore(link: StationLink): LedgerStore {
  const ledger = createCell<Ledger | null>(null);
  const listeners = new Set<(crossing: Crossing) => void>();
  let announced: Crossing[] = [];
  let isReading = false;
  let askedCount = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  let isIntervalDue = false;

  async function read(): Promise<void> {
    askedCount += 1;
    isIntervalDue = false;
    if (isReading) return;
    isReading = true;
    const answered = askedCount;
    // From here on announcements are kept, so that none falls between the reading and the ledger.
    announced = [];
    let waitMs = rereadMs;
    try {
      const reading = await readLedger(link);
      ledger.set(openLedger(reading, announced));
    } catch {
      // The connection banner says so already; the counts stay as they were.
      waitMs = retryMs;
    }
    isReading = false;
    if (askedCount !== answered) void read();
    else schedule(waitMs);
  }

  function schedule(waitMs: number): void {
    clearTimeout(timer);
    if (isClosed) return;
    const now = link.stationNow();
    timer = setTimeout(() => void read(), Math.min(waitMs, startOfNextDay(now) - now + 50));
  }

  const stops = [
    link.listen('crossing', (crossing) => {
      if (isReading) announced.push(crossing);
      const before = ledger.get();
      if (before === null) return;
      const after = addCrossing(before, crossing);
      if (after === before) return;
      ledger.set(after);
      for (const listener of [...listeners]) listener(crossing);
      if (after.hasGap && !before.hasGap) schedule(gapRereadMs);
      else if (!isIntervalDue && !after.hasGap) schedule(intervalMs);
      isIntervalDue = true;
    }),
    link.onOpened(() => void read()),
  ];
  void read();

  return {
    ledger,
    onCrossing(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    reread: () => void read(),
    close() {
      isClosed = true;
      clearTimeout(timer);
      for (const stop of stops) stop();
    },
  };
}

/**
 * Reads today's sums together with the id up to which they go: the newest id is read before and after the sums, and
 * when it is the same, nothing was written between. Rejects with a StationError.
 */
export async function readLedger(
  link: Pick<StationLink, 'call' | 'stationNow'>,
): Promise<LedgerReading> {
  for (let reading = 1; ; reading++) {
    const from = startOfDay(link.stationNow());
    const to = startOfNextDay(from);
    const recent = await link.call('crossing.list', { limit: recentLimit });
    const tallies = await link.call('tally.query', { from, to, bucket: 'all' });
    const [newest] = await link.call('crossing.list', { limit: 1 });
    const lastId = newest?.id ?? 0;
    // On a site where something crosses with every breath, the last reading is used as it is and healed by the next.
    if (lastId === (recent[0]?.id ?? 0) || reading >= maxReadings) {
      return { from, tallies, recent, lastId };
    }
  }
}
