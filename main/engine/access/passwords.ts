/**
 * Passwords as scrypt digests, one at a time, so that a flood of sign-ins costs neither the memory nor the threads of
 * the counting.
 *
 * `scrypt$N$r$p$salt$digest`, base64url. N = 2^15, r = 8, p = 3 costs 32 MiB and is what OWASP's password storage
 * cheat sheet gives as equal to N = 2^17, p = 1.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { StationError } from '#contract/error.ts';

export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

export const usualCost: PasswordCost = { N: 2 ** 15, r: 8, p: 3 };
const keyBytes = 32;
const maxMemoryBytes = 64 * 1024 * 1024;
/** Sign-ins that wait for their turn; more are refused */
const maxWaiting = 16;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes as long when there is no such user (`stored` is null), so that time does not tell who exists. */
  verify(password: string, stored: string | null): Promise<boolean>;
}

/** @param cost of new digests; old ones keep theirs */
export function createPasswords(cost: PasswordCost): Passwords {
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  /** @throws StationError ACC_004 when too many wait */
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (waiting >= maxWaiting) {
      throw new StationError('ACC_004', 'Too many people sign in at this moment; try again soon.', {
        retryAfterS: 5,
      });
    }
    waiting += 1;
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      waiting -= 1;
    }
  }

  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = randomBytes(16);
        const digest = await derive(password, salt, cost);
        return [
          'scrypt',
          cost.N,
          cost.r,
          cost.p,
          salt.toString('base64url'),
          digest.toString('base64url'),
        ].join('$');
      }),
    verify: (password, stored) =>
      inTurn(async () => {
        const known = stored === null ? null : parse(stored);
        const digest = await derive(password, known?.salt ?? Buffer.alloc(16), known?.cost ?? cost);
        return known !== null && timingSafeEqual(digest, known.digest);
      }),
  };
}

/** NFKC, so that one password typed on two keyboards is the same text. */
function derive(password: string, salt: Buffer, { N, r, p }: PasswordCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize('NFKC'),
      salt,
      keyBytes,
      { N, r, p, maxmem: maxMemoryBytes },
      (error, key) => {
        if (error) reject(error);
        else resolve(key);
      },
    );
  });
}

function parse(stored: string): { cost: PasswordCost; salt: Buffer; digest: Buffer } | null {
  const [kind, N, r, p, salt = '', digest = ''] = stored.split('$');
  const bytes = Buffer.from(digest, 'base64url');
  if (kind !== 'scrypt' || bytes.length !== keyBytes) return null;
  return {
    cost: { N: Number(N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    digest: bytes,
  };
}
