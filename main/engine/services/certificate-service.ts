/**
 * The procedures of certificates, and the interval on every tally.
 */
import type { Certificate, CountingSetup, IssuedCertificate } from '#contract/certificate.ts';
import type { Tally } from '#contract/counting.ts';
import { StationError } from '#contract/error.ts';
import { changesSince, withIntervals } from '#engine/count-intervals.ts';
import type { Handlers } from '#engine/router.ts';
import type { Site } from '#engine/site.ts';
import type { LineQuery, TallyQuery } from '#engine/store/records.ts';
import type { Store } from '#engine/store/store.ts';

export interface CertificateDeps {
  readonly site: Pick<Site, 'configDigest'>;
  readonly store: Pick<Store, 'lines' | 'models' | 'setups' | 'certificates' | 'tallies'>;
}

/** How a line is set up now; null when the line or the model is gone. */
export async function currentSetup(
  { site, store }: CertificateDeps,
  lineId: string,
): Promise<CountingSetup | null> {
  const line = await store.lines.get(lineId);
  const champions = (await store.models.list()).flatMap((each) =>
    each.aliases.flatMap(({ alias, cameraId }) =>
      alias === 'champion' ? [{ cameraId, model: each }] : [],
    ),
  );
  const model = (
    champions.find(({ cameraId }) => cameraId === line?.cameraId) ??
    champions.find(({ cameraId }) => cameraId === null)
  )?.model;
  const configDigest = line && site.configDigest(line.cameraId);
  if (!line || !model || configDigest === null) return null;
  return {
    cameraId: line.cameraId,
    lineId,
    lineRevision: line.revision,
    modelDigest: model.digest,
    configDigest,
  };
}

/** Tallies of the ledger with their intervals. */
export async function queryTallies(
  { store }: Pick<CertificateDeps, 'store'>,
  query: TallyQuery,
): Promise<Tally[]> {
  const of: LineQuery = { cameraId: query.cameraId, lineId: query.lineId };
  const [tallies, setups, certificates] = await Promise.all([
    store.tallies.query(query),
    store.setups.list(of),
    store.certificates.list(of),
  ]);
  return withIntervals(tallies, { setups, certificates });
}

export function createCertificateService(
  deps: CertificateDeps,
): Pick<Handlers, 'certificate.list' | 'certificate.get'> {
  return {
    'certificate.list': async (query) =>
      withChanges(deps, await deps.store.certificates.list(query)),
    'certificate.get': async ({ id }) => {
      const issued = await deps.store.certificates.get(id);
      const [certificate] = await withChanges(deps, issued ? [issued] : []);
      if (!certificate) {
        throw new StationError('REQ_002', `There is no certificate ${String(id)}.`, { path: 'id' });
      }
      return certificate;
    },
  };
}

export async function withChanges(
  deps: CertificateDeps,
  issued: readonly IssuedCertificate[],
): Promise<Certificate[]> {
  const setups = new Map<string, CountingSetup | null>();
  for (const { lineId } of issued) {
    if (!setups.has(lineId)) setups.set(lineId, await currentSetup(deps, lineId));
  }
  return issued.map((certificate) => ({
    ...certificate,
    changes: changesSince(certificate, setups.get(certificate.lineId) ?? null),
  }));
}
