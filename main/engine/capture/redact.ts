/**
 * Keeps passwords out of everything that a person or a file gets to see.
 */

const hidden = '***';

/** Names of query fields that cameras use for secrets. */
const secretField = /^(?:pass|passwd|password|pwd|psw|token|key|apikey|api_key|secret|auth|sig)$/i;

/** An address with its passwords replaced by `***`; the user name stays, so that it can be recognised and edited. */
export function redact(source: string): string {
  return secretRanges(source)
    .toReversed()
    .reduce((text, { from, to }) => text.slice(0, from) + hidden + text.slice(to), source);
}

/**
 * An edited address in which each `***` is replaced by the secret that `stored` has in that place; null when `stored`
 * has none there. A secret is given to the same scheme and host only.
 */
export function keepSecrets(edited: string, stored: string): string | null {
  const shown = secretRanges(edited).filter(({ from, to }) => edited.slice(from, to) === hidden);
  if (shown.length === 0) return edited;
  if (endpoint(edited) !== endpoint(stored)) return null;
  const known = new Map(
    secretRanges(stored).map(({ name, from, to }) => [name, stored.slice(from, to)]),
  );
  let text = edited;
  for (const { name, from, to } of shown.toReversed()) {
    const secret = known.get(name);
    if (secret === undefined) return null;
    text = text.slice(0, from) + secret + text.slice(to);
  }
  return text;
}

/** Whether an address shows *** where a password should be: it cannot be opened. */
export function hasHiddenSecret(source: string): boolean {
  return secretRanges(source).some(({ from, to }) => source.slice(from, to) === hidden);
}

/**
 * Removes the secrets of `source`, and user info of any address, from text that others wrote (ffmpeg's messages).
 * User names go too: a log needs the host only.
 */
export function createRedactor(source: string): (text: string) => string {
  const secrets = secretsOf(source);
  return (text) => {
    let clean = text;
    for (const secret of secrets) clean = clean.replaceAll(secret, hidden);
    clean = clean.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s'"]*@/gi, `$1${hidden}@`);
    return clean.replace(/([?&]([\w-]+)=)[^\s&'"]+/g, (field, start: string, name: string) =>
      secretField.test(name) ? `${start}${hidden}` : field,
    );
  };
}

/** The secrets as they may be written: as typed, decoded, encoded, and as HTTP's basic credentials. Longest first. */
function secretsOf(source: string): string[] {
  const spellings = new Set<string>();
  for (const { from, to } of secretRanges(source)) {
    const typed = source.slice(from, to);
    const plain = decoded(typed);
    spellings.add(typed).add(plain).add(encodeURIComponent(plain));
  }
  const userInfo = userInfoOf(source);
  if (userInfo) {
    spellings.add(userInfo.text);
    spellings.add(Buffer.from(decoded(userInfo.text)).toString('base64'));
  }
  // A shorter one would blot out ordinary text; it is still removed wherever it stands in an address.
  const shortest = 3;
  return [...spellings]
    .filter((text) => text.length >= shortest)
    .sort((a, b) => b.length - a.length);
}

interface SecretRange {
  /** `@` for the password of the user info, else the name of the query field */
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

function secretRanges(source: string): SecretRange[] {
  const ranges: SecretRange[] = [];
  const userInfo = userInfoOf(source);
  const colon = userInfo?.text.indexOf(':') ?? -1;
  if (userInfo && colon >= 0) {
    const from = userInfo.start + colon + 1;
    ranges.push({ name: '@', from, to: userInfo.start + userInfo.text.length });
  }
  for (const match of source.matchAll(/[?&]([\w-]+)=([^&#\s]+)/g)) {
    const [field, name = '', value = ''] = match;
    if (!/^(?:https?|rtsps?):/i.test(source) || !secretField.test(name)) continue;
    const to = match.index + field.length;
    ranges.push({ name, from: to - value.length, to });
  }
  return ranges;
}

/** What stands between `//` and the `@` before the host, also where a password holds a character that ends a host. */
function userInfoOf(source: string): { text: string; start: number } | null {
  const scheme = /^\s*[a-z][a-z0-9+.-]*:\/\//i.exec(source)?.[0];
  if (scheme === undefined || /^\s*(?:file|simulated):/i.test(source)) return null;
  const rest = source.slice(scheme.length);
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  let at = authority.lastIndexOf('@');
  if (at < 0 && authority.includes(':')) {
    const isPort = /:\d*$/.test(authority);
    at = (isPort ? (rest.split('?')[0] ?? '') : rest).lastIndexOf('@');
  }
  return at < 0 ? null : { text: rest.slice(0, at), start: scheme.length };
}

function endpoint(source: string): string {
  const userInfo = userInfoOf(source);
  const plain = userInfo
    ? source.slice(0, userInfo.start) + source.slice(userInfo.start + userInfo.text.length + 1)
    : source;
  return (/^[^/]*\/\/[^/?#]*/.exec(plain)?.[0] ?? plain).toLowerCase();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
