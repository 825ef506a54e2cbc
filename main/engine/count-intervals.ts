/**
 * Puts the interval on every tally: from the certificate of the setup that counted it, or wide and not audited.
 */
import type { CountingSetup, IssuedCertificate, SetupChange } from '#contract/certificate.ts';
import type { Direction, Tally } from '#contract/counting.ts';
import {
  beliefOf,
  countInterval,
  type CountInterval,
  type CountQuality,
  hasBounds,
  notAudited,
} from './audit/count-interval.ts';
import type { LedgerSetup, LedgerTally } from './store/records.ts';

/** A direction with fewer crossings than this in the sample is judged by both directions together. */
export const leastEvents = 10;

export interface KnownQuality {
  /** Newest first */
  readonly certificates: readonly IssuedCertificate[];
  readonly setups: readonly LedgerSetup[];
}

/**
 * A tally is audited when everything that counted in its bucket is one setup that has a certificate, whenever that was issued; the
 * newest one holds. A bucket in which nothing crossed belongs to the setup that counted last before its end.
 */
export function withIntervals(tallies: readonly LedgerTally[], known: KnownQuality): Tally[] {
  const setups = Map.groupBy(known.setups, keyOfLine);
  const certificates = Map.groupBy(known.certificates, keyOfLine);
  const remember = new Map<CountQuality, Map<number, CountInterval>>();
  const qualities = new Map<number, Record<Direction, CountQuality>>();

  function interval(counted: number, quality: CountQuality): CountInterval {
    const ofQuality = remember.get(quality) ?? new Map<number, CountInterval>();
    remember.set(quality, ofQuality);
    const found = ofQuality.get(counted) ?? countInterval(counted, quality);
    ofQuality.set(counted, found);
    return found;
  }

  return tallies.map((tally) => {
    const key = keyOfLine(tally);
    const setup = onlySetup(setups.get(key) ?? [], tally);
    const certificate =
      setup && (certificates.get(key) ?? []).find((one) => changesSince(one, setup).length === 0);
    let quality: Record<Direction, CountQuality> = unaudited;
    if (certificate) {
      quality = qualities.get(certificate.id) ?? qualityOf(certificate);
      qualities.set(certificate.id, quality);
    }
    const into = interval(tally.in, quality.in);
    const out = interval(tally.out, quality.out);
    return {
      ...tally,
      low: { in: into.low, out: out.low },
      high: { in: into.high, out: out.high },
      basis: certificate ? 'audited' : 'not-audited',
      auditedAt: certificate?.at ?? null,
      certificateId: certificate?.id ?? null,
    };
  });
}

const unaudited = { in: notAudited, out: notAudited };

/** What a certificate says of the counts in each direction. */
export function qualityOf(
  certificate: Pick<IssuedCertificate, Direction | 'both'>,
): Record<Direction, CountQuality> {
  const both = ofShares(certificate.both) ?? notAudited;
  const of = (direction: Direction) => {
    const { recall, precision } = certificate[direction];
    const isEnough =
      (recall?.events ?? 0) >= leastEvents && (precision?.events ?? 0) >= leastEvents;
    return (isEnough ? ofShares(certificate[direction]) : null) ?? both;
  };
  return { in: of('in'), out: of('out') };
}

/** null when the sample has too little to bound a count with. */
export function ofShares({ recall, precision }: IssuedCertificate['both']): CountQuality | null {
  if (recall === null || precision === null) return null;
  const quality = {
    recall: beliefOf(recall),
    precision: beliefOf(precision),
    scatter: Math.max(1, recall.events / recall.effective, precision.events / precision.effective),
  };
  return hasBounds(quality) ? quality : null;
}

/** What is different now from what a certificate was issued for. Line and model are part of the settings: those are named only alone. */
export function changesSince(before: CountingSetup, now: CountingSetup | null): SetupChange[] {
  if (now === null) return ['removed'];
  const changes: SetupChange[] = [];
  if (before.lineRevision !== now.lineRevision) changes.push('line');
  if (before.modelDigest !== now.modelDigest) changes.push('model');
  if (changes.length === 0 && before.configDigest !== now.configDigest) changes.push('settings');
  return changes;
}

/** The one setup that counted in a bucket; null when there are several, or none yet. */
function onlySetup(setups: readonly LedgerSetup[], tally: LedgerTally): LedgerSetup | null {
  const inside = setups.filter((each) => each.firstMs < tally.to && each.lastMs >= tally.from);
  if (inside.length > 1) return null;
  const before = setups.filter(({ firstMs }) => firstMs < tally.to);
  const last = before.toSorted((a, b) => b.lastMs - a.lastMs)[0];
  return inside[0] ?? last ?? null;
}

function keyOfLine({ cameraId, lineId }: { readonly cameraId: string; readonly lineId: string }) {
  return `${cameraId} ${lineId}`;
}
