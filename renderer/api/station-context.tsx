/**
 * Hands the station to every view: its link, pictures, today's counts, and the loop that paints.
 */
import { createContext, use, useSyncExternalStore } from 'react';
import type { Ledger } from '../lib/ledger.ts';
import type { PaintLoop } from '../lib/paint-loop.ts';
import type { Readable } from '../lib/cell.ts';
import type { LedgerStore } from './ledger-store.ts';
import type { PreviewHub } from './preview-hub.ts';
import type { Connection, StationLink } from './station-link.ts';

export interface Station {
  readonly link: StationLink;
  readonly previews: PreviewHub<ImageBitmap>;
  readonly ledger: LedgerStore;
  readonly paintLoop: PaintLoop;
}

export const StationContext = createContext<Station | null>(null);

export function useStation(): Station {
  const station = use(StationContext);
  if (station === null) throw new Error('useStation is used outside of StationContext');
  return station;
}

/** The value of a cell, as of the last render. */
export function useReadable<T>(readable: Readable<T>): T {
  return useSyncExternalStore(readable.subscribe, readable.get);
}

export function useConnection(): Connection {
  return useReadable(useStation().link.connection);
}

/** Today's counts; null before the first reading. */
export function useLedger(): Ledger | null {
  return useReadable(useStation().ledger.ledger);
}
