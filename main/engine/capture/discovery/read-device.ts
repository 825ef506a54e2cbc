/**
 * Reads the answer of a camera to a WS-Discovery probe.
 */
import { z } from 'zod';

/** What is known of a camera before anybody signs in to it. */
export interface Device {
  /** Address of its ONVIF service */
  readonly address: string;
  readonly host: string;
  readonly name: string;
  readonly hardware: string;
}

const Answer = z.object({
  probeMatches: z.object({
    probeMatch: z.object({ XAddrs: z.string(), scopes: z.unknown().optional() }),
  }),
});
/** Scopes are a text, or an object with the text under `_` where the element has attributes. */
const Scopes = z.union([z.string(), z.object({ _: z.string() }).transform((node) => node._)]);

/** Null for an answer without an address that can be asked. */
export function readDevice(answer: unknown): Device | null {
  const parsed = Answer.safeParse(answer);
  if (!parsed.success) return null;
  const { XAddrs, scopes } = parsed.data.probeMatches.probeMatch;
  const url = bestAddress(XAddrs);
  if (url === null) return null;
  const said = Scopes.safeParse(scopes);
  const words = said.success ? said.data : '';
  return {
    address: url.href,
    host: url.hostname,
    name: scopeOf(words, 'name') ?? url.hostname,
    hardware: scopeOf(words, 'hardware') ?? '',
  };
}

/** The first address over IPv4 that is not made up for lack of a router, else the first. */
function bestAddress(text: string): URL | null {
  const urls = text
    .split(/\s+/)
    .flatMap((part) => (URL.canParse(part) ? [new URL(part)] : []))
    .filter(({ protocol }) => protocol === 'http:' || protocol === 'https:');
  const isUsual = ({ hostname }: URL): boolean =>
    !hostname.startsWith('[') && !hostname.startsWith('169.254.');
  return urls.find(isUsual) ?? urls[0] ?? null;
}

/** Value of `onvif://www.onvif.org/name/North%20gate`. */
function scopeOf(scopes: string, kind: string): string | null {
  const start = `onvif://www.onvif.org/${kind}/`;
  const scope = scopes.split(/\s+/).find((each) => each.startsWith(start));
  const value = scope?.slice(start.length).replaceAll('_', ' ').trim() ?? '';
  if (value === '') return null;
  try {
    return decodeURIComponent(value);
  } catch {
    // Some cameras write a bare percent sign.
    return value;
  }
}
