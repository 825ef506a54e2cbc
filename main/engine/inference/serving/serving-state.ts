/**
 * The life of a served model as one value.
 *
 *   unavailable ──first request──▶ loading ──warm──▶ ready
 *        ▲                          │  ▲               │ its last process ended
 *        └──── released ────        │  └───────────────┘
 *                                   ▼ tries used up
 *                                 error ──next request, while the reload budget lasts──▶ loading
 */
import type { ServingState } from '#contract/inference.ts';
import type { StationError } from '#contract/error.ts';

export type ModelState =
  | { readonly state: 'unavailable'; readonly since: number; readonly reason: string }
  | {
      readonly state: 'loading';
      readonly since: number;
      readonly attempt: number;
      readonly before: StationError | null;
    }
  | { readonly state: 'ready'; readonly since: number }
  | { readonly state: 'error'; readonly since: number; readonly error: StationError };

/** Why a model that is loaded gets no pictures: its instances failed too often. */
export interface LeftAlone {
  readonly since: number;
  readonly error: StationError;
}

/** State, start and reason as they are shown. */
export function describeState(
  state: ModelState,
  alone: LeftAlone | null,
): {
  status: ServingState;
  since: number;
  reason: string | null;
} {
  const { since } = state;
  switch (state.state) {
    case 'unavailable':
      return { status: 'unavailable', since, reason: state.reason };
    case 'loading':
      return {
        status: 'loading',
        since,
        reason:
          state.before === null
            ? null
            : `Try ${String(state.attempt)} after: ${state.before.message}`,
      };
    case 'ready':
      if (alone !== null) return describeState({ state: 'error', ...alone }, null);
      return { status: 'ready', since, reason: null };
    case 'error':
      return { status: 'error', since, reason: `${state.error.code} ${state.error.message}` };
  }
}
