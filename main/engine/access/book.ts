/**
 * Users, sessions and keys in memory, so that every request is judged at once; each change is written before it counts.
 */
import type { ApiKey, Session, User } from '#contract/account.ts';
import type { Logger } from '#engine/base/log.ts';

export interface UserEntry extends User {
  readonly passwordHash: string;
}

export interface KeyEntry extends ApiKey {
  /** SHA-256 of the secret, hex */
  readonly secretDigest: string;
}

/** Where the book is kept. */
export interface BookStore {
  load(): Promise<{
    readonly users: readonly UserEntry[];
    readonly sessions: readonly Session[];
    readonly keys: readonly KeyEntry[];
  }>;
  saveUser(user: UserEntry): Promise<void>;
  removeUser(id: string): Promise<void>;
  saveSession(session: Session): Promise<void>;
  removeSessions(ids: readonly string[]): Promise<void>;
  saveKey(key: KeyEntry): Promise<void>;
  removeKey(id: string): Promise<void>;
}

export interface Book {
  isEmpty(): boolean;
  users(): readonly UserEntry[];
  user(id: string): UserEntry | null;
  session(id: string): Session | null;
  sessionsOf(userId: string): readonly Session[];
  keys(): readonly KeyEntry[];
  key(id: string): KeyEntry | null;
  saveUser(user: UserEntry): Promise<void>;
  removeUser(id: string): Promise<void>;
  addSession(session: Session): Promise<void>;
  removeSessions(ids: readonly string[]): Promise<void>;
  /** Takes over new times at once and writes them behind; after a crash they may be a minute old. */
  noteSession(session: Session): void;
  addKey(key: KeyEntry): Promise<void>;
  removeKey(id: string): Promise<void>;
  noteKeyUse(id: string): void;
  onChange(listener: () => void): void;
}

/** Most sessions of one user; the oldest goes first. */
const maxSessions = 20;
/** Times of a session or a key are written this seldom, ms */
const noteMs = 60_000;

export async function openBook(
  store: BookStore,
  { now, log }: { readonly now: () => number; readonly log: Logger },
): Promise<Book> {
  const loaded = await store.load();
  const users = new Map(loaded.users.map((user) => [user.id, user]));
  const sessions = new Map(loaded.sessions.map((session) => [session.id, session]));
  const keys = new Map(loaded.keys.map((key) => [key.id, key]));
  const writtenAt = new Map<string, number>();
  const listeners: (() => void)[] = [];
  const announce = (): void => listeners.forEach((listener) => listener());

  const sessionsOf = (userId: string): Session[] =>
    [...sessions.values()]
      .filter((session) => session.userId === userId)
      .sort((a, b) => a.seenAt - b.seenAt);

  async function removeSessions(ids: readonly string[]): Promise<void> {
    for (const id of ids) sessions.delete(id);
    announce();
    await store.removeSessions(ids);
  }

  function writeBehind(id: string, write: () => Promise<void>): void {
    if (now() - (writtenAt.get(id) ?? 0) < noteMs) return;
    writtenAt.set(id, now());
    write().catch((error: unknown) =>
      log.warn('the last use of a session or key was not noted', { reason: String(error) }),
    );
  }

  return {
    isEmpty: () => users.size === 0,
    users: () => [...users.values()],
    user: (id) => users.get(id) ?? null,
    session: (id) => sessions.get(id) ?? null,
    sessionsOf,
    keys: () => [...keys.values()],
    key: (id) => keys.get(id) ?? null,
    async saveUser(user) {
      await store.saveUser(user);
      users.set(user.id, user);
      announce();
    },
    async removeUser(id) {
      await store.removeUser(id);
      users.delete(id);
      for (const session of sessionsOf(id)) sessions.delete(session.id);
      announce();
    },
    async addSession(session) {
      const others = sessionsOf(session.userId);
      const tooMany = others.slice(0, Math.max(0, others.length + 1 - maxSessions));
      if (tooMany.length > 0) await removeSessions(tooMany.map(({ id }) => id));
      await store.saveSession(session);
      sessions.set(session.id, session);
    },
    removeSessions,
    noteSession(session) {
      if (!sessions.has(session.id)) return;
      sessions.set(session.id, session);
      writeBehind(session.id, () => store.saveSession(session));
    },
    async addKey(key) {
      await store.saveKey(key);
      keys.set(key.id, key);
    },
    async removeKey(id) {
      keys.delete(id);
      announce();
      await store.removeKey(id);
    },
    noteKeyUse(id) {
      const key = keys.get(id);
      if (key === undefined) return;
      const used = { ...key, usedAt: now() };
      keys.set(id, used);
      writeBehind(id, () => store.saveKey(used));
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
