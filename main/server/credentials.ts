/**
 * Reads from a request who might be asking: the session's cookie, a key, and the place it comes from.
 */
import type { DoorKind } from '#contract/access.ts';
import { StationError } from '#contract/error.ts';
import type { Credentials } from '#engine/access/access.ts';

export interface RequestSource {
  /** Value of a header by its lower-case name */
  readonly header: (name: string) => string | undefined;
  /** Address of the other end of the connection; undefined when it is gone */
  readonly remoteAddress: string | undefined;
}

/** @throws StationError ACC_001 for an Authorization header of another kind */
export function readCredentials({ header, remoteAddress }: RequestSource): Credentials {
  const address = remoteAddress?.replace(/^::ffff:/, '') ?? 'unknown';
  const key = readKey(header('authorization'));
  const session = readCookie(header('cookie'), cookieName(header('host')));
  // Whoever comes through a proxy is somewhere else, also when the proxy runs on this PC.
  const isProxied = header('x-forwarded-for') !== undefined || header('forwarded') !== undefined;
  const isBrowser = session !== null || header('sec-fetch-site') !== undefined;
  const door: DoorKind = key === null && isBrowser ? 'browser' : 'rest';
  return { door, address, isLocal: isLoopback(address) && !isProxied, session, key };
}

function readKey(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  const match = /^Bearer +(\S+)$/i.exec(authorization.trim());
  if (match?.[1] !== undefined) return match[1];
  throw new StationError('ACC_001', 'Send the key as "Authorization: Bearer tw_…".');
}

/** Cookies do not tell ports apart, so that two stations on one PC need names of their own. */
export function cookieName(host: string | undefined): string {
  return `tallywatch-${/:(\d+)$/.exec(host ?? '')?.[1] ?? 'session'}`;
}

/** The header that gives the browser its session, or takes it away. Scripts cannot read it, other sites cannot send it. */
export function sessionCookie(
  secret: string | null,
  { host, isSecure, maxAgeS }: { host: string | undefined; isSecure: boolean; maxAgeS: number },
): string {
  return [
    `${cookieName(host)}=${secret ?? ''}`,
    `Max-Age=${secret === null ? 0 : maxAgeS}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
    ...(isSecure ? ['Secure'] : []),
  ].join('; ');
}

function readCookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=');
    if (key === name && value !== undefined && value !== '') return value;
  }
  return null;
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(address);
}
