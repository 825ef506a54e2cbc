/**
 * Keeps pages of other sites from reading or steering the station through the browser of somebody who is signed in.
 *
 * Three fences: the station answers only to its own names (a foreign name means DNS rebinding), only to its own pages
 * (Origin, Sec-Fetch-Site), and its cookie is SameSite=Strict. Bodies of whatever changes something must be JSON, which
 * no form can send.
 */
import { StationError } from '#contract/error.ts';

export interface RequestHeaders {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`, which every present browser sends and no page can forge */
  readonly fetchSite?: string | undefined;
}

/**
 * @param hostNames the names of this station, lower case, without port
 * @throws StationError ACC_002
 */
export function refuseForeignHeaders(headers: RequestHeaders, hostNames: readonly string[]): void {
  const { host, origin, fetchSite } = headers;
  if (host === undefined || !hostNames.includes(nameOf(host))) {
    throw new StationError(
      'ACC_002',
      'The station is asked under a host name that is not its own; name it with --host-names.',
    );
  }
  const isForeign =
    origin !== undefined && URL.parse(origin)?.host.toLowerCase() !== host.toLowerCase();
  if (isForeign || fetchSite === 'cross-site' || fetchSite === 'same-site') {
    throw new StationError('ACC_002', 'A page of another site asked; the station answers its own.');
  }
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}
