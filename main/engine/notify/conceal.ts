/**
 * Takes what only an admin may know out of what a receiver answers: operators read why a notification failed.
 *
 * A receiver, or a proxy before it, may repeat the request: its address, its headers, its body. So everything secret is
 * looked for in the spellings that it travels in, and before the answer is cut, because a cut may leave half of it.
 */
import type { ChannelSettings } from '#contract/notification.ts';

/** Gives a text back without secrets, with *** in their place. */
export type Conceal = (text: string) => string;

const hidden = '***';
/** A shorter secret would blot out ordinary text. */
const shortestSecret = 3;
/** Part of an address that may be a key: a shorter one is a word such as `services` or `hooks`. */
const shortestPart = 9;
/** Beginning of a secret at the end of a text, where the answer broke off */
const shortestBeginning = 4;

/** What hides the secret of a channel, and the path and query of the addresses that it posts to. */
export function concealer(secret: string, settings: ChannelSettings): Conceal {
  const user = 'user' in settings ? settings.user : '';
  const addresses = [secret, 'url' in settings ? settings.url : ''];
  const secrets = [
    ...(secret.length < shortestSecret ? [] : spellingsOf(secret, user)),
    ...addresses.flatMap(partsOf),
  ].toSorted((a, b) => b.length - a.length);
  return (text) => withoutBeginning(withoutAny(text, secrets), secrets);
}

function spellingsOf(secret: string, user: string): string[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '');
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    base64(secret),
    // As `AUTH PLAIN` and basic authentication carry it
    base64(`\0${user}\0${secret}`),
    base64(`${user}:${secret}`),
  ];
}

/** Path and query of an address, and each part of them that is long enough to be a key. */
function partsOf(address: string): string[] {
  if (!URL.canParse(address)) return [];
  const { pathname, search } = new URL(address);
  const whole = `${pathname}${search}`;
  const parts = whole.split(/[/?&=]/).filter((part) => part.length >= shortestPart);
  return [...(whole.length >= shortestPart ? [whole] : []), ...parts];
}

function withoutAny(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
}

function withoutBeginning(text: string, secrets: readonly string[]): string {
  for (const secret of secrets) {
    for (let length = secret.length - 1; length >= shortestBeginning; length--) {
      if (text.endsWith(secret.slice(0, length))) return `${text.slice(0, -length)}${hidden}`;
    }
  }
  return text;
}
