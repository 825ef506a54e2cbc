/**
 * The procedures of sessions, users and keys.
 */
import type { Caller } from '#contract/access.ts';
import { includesRole } from '#contract/access.ts';
import type { ApiKey, User } from '#contract/account.ts';
import { StationError } from '#contract/error.ts';
import { type Access } from '#engine/access/access.ts';
import { createAttempts } from '#engine/access/attempts.ts';
import type { Book, UserEntry } from '#engine/access/book.ts';
import type { Passwords } from '#engine/access/passwords.ts';
import { digestOf, formatKey, newToken } from '#engine/access/tokens.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { CallContext, Handlers } from '#engine/router.ts';
import { freeId } from './free-id.ts';

export interface AccountServiceDeps {
  readonly access: Access;
  readonly book: Book;
  readonly passwords: Passwords;
  readonly clock: Clock;
}

type AccountHandlers = Pick<
  Handlers,
  Extract<keyof Handlers, `session.${string}` | `user.${string}` | `key.${string}`>
>;

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const dayMs = 24 * 60 * minuteMs;
/** Of one user from one address: a person who mistypes waits seconds, a program hours. */
const pairRule = { free: 5, firstWaitMs: 15 * secondMs, maxWaitMs: 15 * minuteMs, forgetMs: dayMs };
/** Of one address, whatever names it tries */
const addressRule = { free: 20, firstWaitMs: minuteMs, maxWaitMs: 60 * minuteMs, forgetMs: dayMs };
/** Of one user from anywhere: slows many addresses down without keeping the user out for long */
const userRule = { free: 50, firstWaitMs: 5 * secondMs, maxWaitMs: minuteMs, forgetMs: dayMs };

export function createAccountService(deps: AccountServiceDeps): AccountHandlers {
  const { access, book, passwords, clock } = deps;
  const pairs = createAttempts(pairRule);
  const addresses = createAttempts(addressRule);
  const names = createAttempts(userRule);

  /** @throws StationError ACC_004 while it has to wait, ACC_003 when user or password are wrong */
  async function check(userId: string, password: string, caller: Caller): Promise<UserEntry> {
    const address = caller.address ?? 'local';
    const tries = [
      { of: pairs, key: `${userId} ${address}` },
      { of: addresses, key: address },
      { of: names, key: userId },
    ] as const;
    const now = clock.now();
    const waitMs = Math.max(...tries.map(({ of, key }) => of.waitMs(key, now)));
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / secondMs);
      throw new StationError(
        'ACC_004',
        `Too many wrong passwords. Try again in ${String(seconds)} seconds.`,
        { retryAfterS: seconds },
      );
    }
    // Counted before the digest is made, so that many tries at once do not slip through together.
    for (const { of, key } of tries) of.failed(key, now);
    const user = book.user(userId);
    const isRight = await passwords.verify(password, user?.passwordHash ?? null);
    if (user?.isEnabled !== true || !isRight) {
      throw new StationError('ACC_003', 'The user name or the password is wrong.');
    }
    for (const { of, key } of tries) of.succeeded(key);
    return user;
  }

  async function begin(user: UserEntry, { caller, keepSession }: CallContext) {
    if (keepSession === undefined) {
      throw new StationError(
        'REQ_001',
        'This way in keeps no session: send a key in the Authorization header instead.',
      );
    }
    if (caller.sessionId) await access.end(caller.sessionId);
    const secret = await access.begin(user.id, caller);
    await book.saveUser({ ...user, signedInAt: clock.now() });
    keepSession(secret);
    return access.stateOf(
      access
        .identify({
          door: caller.door,
          address: caller.address ?? 'local',
          isLocal: false,
          session: secret,
        })
        .caller(),
    );
  }

  function known(id: string): UserEntry {
    const user = book.user(id);
    if (user === null) throw new StationError('REQ_002', `There is no user ${id}.`, { path: 'id' });
    return user;
  }

  /** @throws StationError REQ_003 when nobody would be left who can manage the station */
  function keepAnAdmin(without: UserEntry): void {
    const isLast = !book
      .users()
      .some((user) => user.id !== without.id && user.role === 'admin' && user.isEnabled);
    if (isLast) {
      throw new StationError(
        'REQ_003',
        `${without.name} is the last admin. Make another user admin first.`,
      );
    }
  }

  async function add(
    draft: Omit<User, 'createdAt' | 'signedInAt' | 'isEnabled'>,
    password: string,
  ) {
    if (book.user(draft.id) !== null) {
      throw new StationError('REQ_003', `There is a user ${draft.id} already.`, { path: 'id' });
    }
    checkPassword(password, draft.id);
    const user: UserEntry = {
      ...draft,
      isEnabled: true,
      createdAt: clock.now(),
      signedInAt: null,
      passwordHash: await passwords.hash(password),
    };
    // Two first admins at once: the digest took its time, so ask again.
    if (book.user(user.id) !== null) {
      throw new StationError('REQ_003', `There is a user ${user.id} already.`, { path: 'id' });
    }
    await book.saveUser(user);
    return user;
  }

  async function setPassword(user: UserEntry, password: string, keep: string | null) {
    checkPassword(password, user.id);
    const passwordHash = await passwords.hash(password);
    await book.saveUser({ ...known(user.id), passwordHash });
    await book.removeSessions(
      book
        .sessionsOf(user.id)
        .map(({ id }) => id)
        .filter((id) => id !== keep),
    );
  }

  function self(caller: Caller): UserEntry {
    const user = caller.sessionId ? book.user(caller.user) : null;
    if (user === null) {
      throw new StationError('REQ_003', 'Nobody is signed in here with a password.');
    }
    return user;
  }

  return {
    'session.get': (_input, { caller }) => access.stateOf(caller),
    'session.signIn': async ({ user, password }, context) =>
      begin(await check(user.trim().toLowerCase(), password, context.caller), context),
    'session.signOut': async (_input, { caller, keepSession }) => {
      if (caller.sessionId) await access.end(caller.sessionId);
      keepSession?.(null);
      const { door, address = 'local' } = caller;
      return access.stateOf(access.identify({ door, address, isLocal: false }).caller());
    },
    'session.touch': (_input, { caller }) => {
      access.touch(caller);
      return access.stateOf(caller);
    },
    'session.unlock': async ({ password }, context) =>
      begin(await check(self(context.caller).id, password, context.caller), context),
    'session.changePassword': async ({ password, newPassword }, { caller }) => {
      const user = await check(self(caller).id, password, caller);
      await setPassword(user, newPassword, caller.sessionId ?? null);
      return {};
    },
    'user.addFirst': async ({ id, name, password }, context) => {
      if (!book.isEmpty()) {
        throw new StationError('REQ_003', 'There is an admin already: sign in, then add users.');
      }
      const user = await add({ id, name: name ?? id, role: 'admin', cameras: null }, password);
      return context.keepSession === undefined
        ? access.stateOf(context.caller)
        : begin(user, context);
    },
    'user.list': () => book.users().map(shown),
    'user.add': async ({ id, name, password, role, cameras }, { caller }) => {
      if (book.isEmpty() && role !== 'admin') {
        throw new StationError('REQ_003', 'The first user must be an admin.', { path: 'role' });
      }
      atMost(caller, role);
      return shown(await add({ id, name: name ?? id, role, cameras }, password));
    },
    'user.update': async ({ id, ...changes }, { caller }) => {
      const user = known(id);
      const next: UserEntry = {
        ...user,
        name: changes.name ?? user.name,
        role: changes.role ?? user.role,
        cameras: changes.cameras === undefined ? user.cameras : changes.cameras,
        isEnabled: changes.isEnabled ?? user.isEnabled,
      };
      atMost(caller, next.role);
      if (next.role !== 'admin' || !next.isEnabled) keepAnAdmin(user);
      await book.saveUser(next);
      return shown(next);
    },
    'user.setPassword': async ({ id, password }, { caller }) => {
      await setPassword(known(id), password, caller.sessionId ?? null);
      return {};
    },
    'user.remove': async ({ id }) => {
      keepAnAdmin(known(id));
      await book.removeUser(id);
      return {};
    },
    'key.list': () => book.keys().map(shownKey),
    'key.add': async ({ name, role, cameras, scopes, days }, { caller }) => {
      atMost(caller, role);
      const secret = newToken();
      const now = clock.now();
      const key: ApiKey = {
        id: freeId(
          name,
          book.keys().map(({ id }) => id),
        ).replaceAll('_', '-'),
        name,
        role,
        cameras,
        scopes,
        createdBy: caller.user,
        createdAt: now,
        expiresAt: now + days * dayMs,
        usedAt: null,
      };
      await book.addKey({ ...key, secretDigest: digestOf(secret) });
      return { key, secret: formatKey(key.id, secret) };
    },
    'key.remove': async ({ id }) => {
      if (book.key(id) === null) throw new StationError('REQ_002', `There is no key ${id}.`);
      await book.removeKey(id);
      return {};
    },
  };
}

/** Nobody gives more than he has. */
function atMost(caller: Caller, role: User['role']): void {
  if (includesRole(caller.role, role)) return;
  throw new StationError('ACC_002', `${caller.user} cannot give the role ${role}.`);
}

function checkPassword(password: string, userId: string): void {
  if (!password.toLowerCase().includes(userId)) return;
  throw new StationError('REQ_001', 'The password holds the user name; choose another.', {
    path: 'password',
  });
}

function shown({ passwordHash: _hash, ...user }: UserEntry): User {
  return user;
}

function shownKey({ secretDigest: _digest, ...key }: ApiKey & { secretDigest: string }): ApiKey {
  return key;
}
