/**
 * Places within Trust: `#/trust`, `#/trust/count-3`, `#/trust/certificate-2`.
 */
import type { Route } from '../kit.ts';

export type TrustPlace =
  | { readonly kind: 'lines' }
  | { readonly kind: 'count'; readonly id: number }
  | { readonly kind: 'certificate'; readonly id: number };

export function placeOf({ id }: Route): TrustPlace {
  const [, kind, number] = /^(count|certificate)-(\d{1,12})$/.exec(id ?? '') ?? [];
  if (kind === 'count' || kind === 'certificate') return { kind, id: Number(number) };
  return { kind: 'lines' };
}

export const linesRoute: Route = { task: 'trust', id: null };
export const countRoute = (id: number): Route => ({ task: 'trust', id: `count-${id}` });
export const certificateRoute = (id: number): Route => ({ task: 'trust', id: `certificate-${id}` });
