/**
 * Shows its children only to those who may call a procedure.
 */
import type { ReactNode } from 'react';
import type { CallName } from '#contract/procedures.ts';
import { useMay } from '../api/session.ts';

interface AllowedProps {
  readonly to: CallName;
  readonly children: ReactNode;
}

export function Allowed({ to, children }: AllowedProps) {
  return useMay()(to) ? children : null;
}
