/**
 * The procedures of the trust panel.
 */
import type { Line, LineId } from '#contract/counting.ts';
import { StationError } from '#contract/error.ts';
import { mostTrustDays } from '#contract/trust.ts';
import { neededHours } from '#engine/counting/trust-verdict.ts';
import type { ReviewThread } from '#engine/review-thread.ts';
import type { Handlers } from '#engine/router.ts';
import type { Store } from '#engine/store/store.ts';
import type { TrustKeeper } from '#engine/trust-keeper.ts';

export interface TrustServiceDeps {
  readonly store: Pick<Store, 'lines'>;
  readonly review: Pick<ReviewThread, 'ask'>;
  readonly keeper: Pick<TrustKeeper, 'catchUp'>;
}

const hourMs = 3_600_000;
const maxSpanMs = mostTrustDays * 24 * hourMs;

/** Refuses an unknown line with REQ_002, and a span that is empty, turned round or longer than 31 days with REQ_001. */
export function createTrustService({
  store,
  review,
  keeper,
}: TrustServiceDeps): Pick<Handlers, 'trust.panel' | 'trust.hour'> {
  async function lineOf(lineId: LineId): Promise<Line> {
    const line = await store.lines.get(lineId);
    if (line) return line;
    throw new StationError('REQ_002', `There is no line "${lineId}".`, { path: 'lineId' });
  }

  return {
    'trust.panel': async ({ lineId, from, to }, { signal }) => {
      const line = await lineOf(lineId);
      if (to <= from || to - from > maxSpanMs) {
        throw new StationError(
          'REQ_001',
          `Ask for hours of at most ${String(mostTrustDays)} days, "to" after "from".`,
          { path: 'to' },
        );
      }
      const span = { from: Math.floor(from / hourMs) * hourMs, to };
      const missingHours = await keeper.catchUp(line.cameraId, span, signal);
      const found = await review.ask('trustVerdicts', { line, span }, signal);
      return { ...found, missingHours, neededHours };
    },
    'trust.hour': async ({ lineId, from }, { signal }) => {
      const line = await lineOf(lineId);
      const span = { from, to: from + 1 };
      const [hour] = (await review.ask('trust', { line, span }, signal)).hours;
      if (hour) return hour;
      throw new StationError(
        'REQ_002',
        `No hour of line "${lineId}" that begins at ${String(from)} is measured.`,
        { path: 'from' },
      );
    },
  };
}
