/**
 * Who is at a door: from a session, a key, or the place where the request comes from, to a caller with a role.
 *
 * Without any user the station is open: whoever sits at its own PC is admin, nobody else is let in. With the first
 * admin it closes for good.
 */
import type { Caller, DoorKind } from '#contract/access.ts';
import type { Session, SessionState } from '#contract/account.ts';
import { StationError } from '#contract/error.ts';
import type { Clock } from '#engine/base/clock.ts';
import { createEmitter } from '#engine/base/emitter.ts';
import type { Logger } from '#engine/base/log.ts';
import type { Book, UserEntry } from './book.ts';
import { roleIn, type SessionRules, standingOf } from './session-rules.ts';
import { digestOf, isSameDigest, newToken, parseKey } from './tokens.ts';

/** What a door knows of the other side. */
export interface Credentials {
  readonly door: DoorKind;
  /** Network address; `local` inside this process */
  readonly address: string;
  /** Whether the other side is this PC itself */
  readonly isLocal: boolean;
  /** Secret of a session, from a cookie or kept by the window */
  readonly session?: string | null | undefined;
  /** Key of a program, from the Authorization header */
  readonly key?: string | null | undefined;
}

/** Somebody at a door. What this one may do can change while the door is open. */
export interface Identity {
  /** Who it is now; role `nobody` when not signed in or no longer. */
  caller(): Caller;
}

export interface Access {
  /** @throws StationError ACC_001 when a key is wrong, expired or removed */
  identify(credentials: Credentials): Identity;
  /** No user has been made yet */
  isOpen(): boolean;
  /** What a page has to know about this caller. */
  stateOf(caller: Caller): SessionState;
  /** Starts a session; returns its secret. */
  begin(userId: string, from: Pick<Caller, 'door' | 'address'>): Promise<string>;
  /** Notes that a person did something. */
  touch(caller: Caller): void;
  end(sessionId: string): Promise<void>;
  /** Calls `listener` after anything that may take rights from somebody. */
  onChange(listener: () => void): () => void;
  /** The secret with which the command line of this PC is let in. */
  readonly localKey: string;
}

export interface AccessDeps {
  readonly book: Book;
  readonly rules: SessionRules;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A session's last request is written this seldom, ms. */
const noteMs = 60_000;

export function createAccess({ book, rules, clock, log }: AccessDeps): Access {
  const localKey = newToken();
  const localDigest = digestOf(localKey);
  const changes = createEmitter<{ changed: null }>((error) =>
    log.error('listener of access failed', { error: String(error) }),
  );
  book.onChange(() => changes.emit('changed', null));

  function identify(credentials: Credentials): Identity {
    const { key, session } = credentials;
    if (key !== undefined && key !== null) return identifyKey(key, credentials);
    if (session !== undefined && session !== null) {
      const sessionId = digestOf(session);
      return { caller: () => callerOfSession(sessionId, credentials) };
    }
    return { caller: () => unknownCaller(credentials) };
  }

  function identifyKey(text: string, { door, address, isLocal }: Credentials): Identity {
    if (isLocal && isSameDigest(digestOf(text), localDigest)) {
      const caller = { user: 'command line', role: 'system', door: 'cli', address } as const;
      return { caller: () => caller };
    }
    const parsed = parseKey(text);
    const secret = digestOf(parsed?.secret ?? '');
    const callerNow = (): Caller | null => {
      const known = parsed === null ? null : book.key(parsed.id);
      if (known === null || !isSameDigest(secret, known.secretDigest)) return null;
      if (known.expiresAt <= clock.now()) return null;
      const { role, cameras, scopes } = known;
      return { user: `key ${known.name}`, role, door, address, cameras, scopes, sessionId: null };
    };
    if (callerNow() === null || parsed === null) {
      throw new StationError(
        'ACC_001',
        'The key is wrong, has expired or was removed. Ask an admin of the station for a new one.',
      );
    }
    book.noteKeyUse(parsed.id);
    return { caller: () => callerNow() ?? { user: 'nobody', role: 'nobody', door, address } };
  }

  function callerOfSession(sessionId: string, credentials: Credentials): Caller {
    const found = usable(sessionId);
    if (found === null) return unknownCaller(credentials);
    const { session, user } = found;
    const now = clock.now();
    const role = roleIn(standingOf(session, now, rules), user.role);
    if (now - session.seenAt > noteMs) book.noteSession({ ...session, seenAt: now });
    return {
      user: user.id,
      role,
      door: credentials.door,
      address: credentials.address,
      cameras: user.cameras,
      sessionId,
    };
  }

  function usable(sessionId: string): { session: Session; user: UserEntry } | null {
    const session = book.session(sessionId);
    const user = session === null ? null : book.user(session.userId);
    if (session === null || user?.isEnabled !== true) return null;
    return standingOf(session, clock.now(), rules) === 'ended' ? null : { session, user };
  }

  function unknownCaller({ door, address, isLocal }: Credentials): Caller {
    if (isLocal && book.isEmpty()) return { user: 'local', role: 'admin', door, address };
    return { user: 'nobody', role: 'nobody', door, address };
  }

  return {
    localKey,
    identify,
    isOpen: () => book.isEmpty(),
    stateOf(caller) {
      const found = caller.sessionId ? usable(caller.sessionId) : null;
      return {
        isOpen: book.isEmpty(),
        userId: found?.user.id ?? null,
        name: found?.user.name ?? (caller.role === 'nobody' ? '' : caller.user),
        role: caller.role,
        fullRole: found?.user.role ?? caller.role,
        isLocked: found !== null && standingOf(found.session, clock.now(), rules) === 'locked',
        idleLockMs: rules.idleLockMs,
        cameras: caller.cameras ? [...caller.cameras] : null,
        scopes: caller.scopes ? [...caller.scopes] : null,
      };
    },
    async begin(userId, from) {
      const secret = newToken();
      const now = clock.now();
      await book.addSession({
        id: digestOf(secret),
        userId,
        door: from.door,
        address: from.address ?? 'local',
        createdAt: now,
        seenAt: now,
        activeAt: now,
      });
      return secret;
    },
    touch({ sessionId }) {
      const found = sessionId ? usable(sessionId) : null;
      const now = clock.now();
      if (found === null || standingOf(found.session, now, rules) !== 'active') return;
      book.noteSession({ ...found.session, seenAt: now, activeAt: now });
    },
    end: (sessionId) => book.removeSessions([sessionId]),
    onChange: (listener) => changes.listen('changed', listener),
  };
}
