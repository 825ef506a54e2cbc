/**
 * Keeps away from what fails: after some failures in a row it is left alone for a while, then tried once, then trusted again.
 *
 *   closed ──5 failures in a row──▶ open ──60 s, then doubling to 10 min──▶ half-open ──success──▶ closed
 *                                    ▲                                         │
 *                                    └──────────────── failure ────────────────┘
 */
import type { StationError } from '#contract/error.ts';
import { assertNever } from './assert.ts';
import { type BackoffOptions, backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';

/** Times are monotonic ms. */
export type BreakerState =
  | { readonly state: 'closed'; readonly failures: number }
  | { readonly state: 'open'; readonly reason: StationError; readonly retryAtMs: number }
  | { readonly state: 'half-open'; readonly reason: StationError };

export interface BreakerOptions {
  /** Failures in a row that open it */
  readonly failures: number;
  /** How long it stays open, by the number of times it has opened without a lasting success between */
  readonly pauses: BackoffOptions;
  readonly clock: Clock;
  /** 0…1, for the jitter */
  readonly random: () => number;
  readonly onChange: (state: BreakerState) => void;
}

/** SERVING.md: 5 failures, 60 s, doubling to 10 min */
export const usualBreaker: Pick<BreakerOptions, 'failures' | 'pauses'> = {
  failures: 5,
  pauses: { firstMs: 60_000, maxMs: 600_000, jitter: 0.2 },
};

export interface CircuitBreaker {
  state(): BreakerState;
  succeeded(): void;
  failed(reason: StationError): void;
  /** Opens it at once: there is no use in four more failures. `pauseMs` instead of the usual pause. */
  trip(reason: StationError, pauseMs?: number): void;
  /** Whether it is time for the one try; it is half-open from then on. */
  takeTry(): boolean;
}

/** Successes after which the next opening begins with the first pause again; fewer might be luck. */
const successesToForget = 20;

export function createCircuitBreaker(options: BreakerOptions): CircuitBreaker {
  const { clock } = options;
  let state: BreakerState = { state: 'closed', failures: 0 };
  let openings = 0;
  let successes = 0;

  function become(next: BreakerState): void {
    state = next;
    options.onChange(next);
  }

  function open(reason: StationError, pauseMs?: number): void {
    openings++;
    successes = 0;
    const pause = pauseMs ?? backoffMs(openings, options.pauses, options.random());
    become({ state: 'open', reason, retryAtMs: clock.monotonicMs() + pause });
  }

  return {
    state: () => state,
    succeeded() {
      if (++successes >= successesToForget) openings = 0;
      switch (state.state) {
        case 'closed':
          if (state.failures > 0) state = { state: 'closed', failures: 0 };
          return;
        case 'half-open':
          successes = 1;
          become({ state: 'closed', failures: 0 });
          return;
        case 'open':
          return; // an answer to what was asked before it opened
        default:
          assertNever(state);
      }
    },
    failed(reason) {
      successes = 0;
      switch (state.state) {
        case 'closed': {
          const failures = state.failures + 1;
          if (failures >= options.failures) open(reason);
          else state = { state: 'closed', failures };
          return;
        }
        case 'half-open':
          open(reason);
          return;
        case 'open':
          return;
        default:
          assertNever(state);
      }
    },
    trip(reason, pauseMs) {
      if (state.state !== 'open') open(reason, pauseMs);
    },
    takeTry() {
      if (state.state !== 'open' || clock.monotonicMs() < state.retryAtMs) return false;
      become({ state: 'half-open', reason: state.reason });
      return true;
    },
  };
}
