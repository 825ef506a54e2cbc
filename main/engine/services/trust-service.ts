/**
 * The procedure of the trust panel.
 */
import { StationError } from '#contract/error.ts';
import type { Clock } from '#engine/base/clock.ts';
import { neededHours } from '#engine/counting/trust-verdict.ts';
import type { ReviewThread } from '#engine/review-thread.ts';
import type { Handlers } from '#engine/router.ts';
import type { Store } from '#engine/store/store.ts';

export interface TrustServiceDeps {
  readonly store: Pick<Store, 'lines'>;
  readonly review: Pick<ReviewThread, 'ask'>;
  readonly clock: Clock;
}

const maxSpanMs = 7 * 86_400_000;

/** Refuses an unknown line with REQ_002, and a span that is empty, turned round or longer than 7 days with REQ_001. */
export function createTrustService({
  store,
  review,
  clock,
}: TrustServiceDeps): Pick<Handlers, 'trust.panel'> {
  return {
    'trust.panel': async ({ lineId, from, to }, { signal }) => {
      const line = await store.lines.get(lineId);
      if (!line) {
        throw new StationError('REQ_002', `There is no line "${lineId}".`, { path: 'lineId' });
      }
      if (to <= from || to - from > maxSpanMs) {
        throw new StationError('REQ_001', 'Ask for hours of at most 7 days, "to" after "from".', {
          path: 'to',
        });
      }
      const now = clock.now();
      const found = await review.ask('trust', { line, span: { from, to }, now }, signal);
      return { ...found, neededHours };
    },
  };
}
