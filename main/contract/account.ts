/**
 * Users, their sessions, and keys for other programs.
 */
import { z } from 'zod';
import { CallerRole, type DoorKind, Role } from './access.ts';
import { CameraId } from './camera.ts';
import { procedure } from './procedure.ts';

export const UserId = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,47}$/,
    'use lower-case letters, digits, dot, - and _, at most 48, beginning with a letter or digit',
  );
export type UserId = z.infer<typeof UserId>;

/** A new password. Only its length is asked for: rules about signs make people write passwords down. */
export const NewPassword = z
  .string()
  .min(10, 'use at least 10 characters; three or four words do well')
  .max(256, 'use at most 256 characters');

/** A password that is only compared. */
const TypedPassword = z.string().min(1).max(256);

/** Roles of people. `system` is for the command line of the station's own PC. */
export const UserRole = Role.exclude(['system']);
export type UserRole = z.infer<typeof UserRole>;

/** The only cameras that somebody may see; null means all. */
export const CameraScope = z.array(CameraId).max(256).nullable();

export const User = z.object({
  id: UserId,
  /** As shown to people */
  name: z.string().trim().min(1).max(80),
  role: UserRole,
  cameras: CameraScope,
  isEnabled: z.boolean(),
  /** Unix times in ms */
  createdAt: z.number(),
  signedInAt: z.number().nullable(),
});
export type User = z.infer<typeof User>;

export const UserDraft = z.object({
  id: UserId,
  name: User.shape.name.optional(),
  password: NewPassword,
  role: UserRole.default('viewer'),
  cameras: CameraScope.default(null),
});

/** A name of a procedure, or `noun.*` for all of a noun. */
export const ProcedureScope = z
  .string()
  .regex(/^[a-zA-Z]+\.(\*|[a-zA-Z]+)$/, 'write a procedure such as tally.query, or tally.*');

export const ApiKey = z.object({
  id: z.string(),
  name: z.string().trim().min(1).max(80),
  role: UserRole,
  cameras: CameraScope,
  /** The only procedures it may call; null means all that its role allows */
  scopes: z.array(ProcedureScope).max(64).nullable(),
  createdBy: z.string(),
  /** Unix times in ms */
  createdAt: z.number(),
  expiresAt: z.number(),
  usedAt: z.number().nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

const longestKeyDays = 3650;
export const ApiKeyDraft = ApiKey.pick({ name: true }).extend({
  role: UserRole.default('viewer'),
  cameras: CameraScope.default(null),
  scopes: ApiKey.shape.scopes.default(null),
  /** Days until it expires */
  days: z.number().int().min(1).max(longestKeyDays).default(365),
});

/** One sign-in. Its id is the digest of the secret that the browser keeps. */
export interface Session {
  readonly id: string;
  readonly userId: UserId;
  readonly door: DoorKind;
  readonly address: string;
  /** Unix times in ms */
  readonly createdAt: number;
  /** Last request of any kind */
  readonly seenAt: number;
  /** Last time that a person did something */
  readonly activeAt: number;
}

/** Who asks, as the station sees it. */
export const SessionState = z.object({
  /** No admin has been made yet: whoever sits at the station's own PC is admin */
  isOpen: z.boolean(),
  /** Id of the user; null when nobody is signed in */
  userId: UserId.nullable(),
  name: z.string(),
  /** What is allowed now; a locked session may only look */
  role: CallerRole,
  /** What is allowed after unlocking */
  fullRole: CallerRole,
  /** Locked because nobody did anything for a while; the password opens it again */
  isLocked: z.boolean(),
  /** After how long without input a session that may do more than look is locked, ms */
  idleLockMs: z.number(),
  cameras: CameraScope,
  scopes: ApiKey.shape.scopes,
});
export type SessionState = z.infer<typeof SessionState>;

const Nothing = z.object({});

export const accountProcedures = {
  'session.get': procedure({
    kind: 'query',
    route: 'GET /session',
    role: 'anyone',
    summary: 'Says who is asking and what that role may do',
    input: Nothing,
    output: SessionState,
  }),
  'session.signIn': procedure({
    kind: 'command',
    route: 'POST /session',
    role: 'anyone',
    summary: 'Signs a user in; a browser gets a cookie that scripts cannot read',
    input: z.object({ user: z.string().max(80), password: TypedPassword }),
    output: SessionState,
  }),
  'session.signOut': procedure({
    kind: 'command',
    route: 'DELETE /session',
    role: 'anyone',
    summary: 'Ends this session',
    input: Nothing,
    output: SessionState,
  }),
  'session.touch': procedure({
    kind: 'query',
    route: 'POST /session/touch',
    role: 'anyone',
    summary: 'Says that a person is at this page, which keeps the session from locking',
    input: Nothing,
    output: SessionState,
  }),
  'session.unlock': procedure({
    kind: 'command',
    route: 'POST /session/unlock',
    role: 'viewer',
    summary: 'Opens a locked session by the password of its user',
    input: z.object({ password: TypedPassword }),
    output: SessionState,
  }),
  'session.changePassword': procedure({
    kind: 'command',
    route: 'POST /session/password',
    role: 'viewer',
    summary: 'Changes the password of the signed-in user and ends that user’s other sessions',
    input: z.object({ password: TypedPassword, newPassword: NewPassword }),
    output: Nothing,
  }),
  'user.addFirst': procedure({
    kind: 'command',
    route: 'POST /users/first',
    role: 'admin',
    summary: 'Makes the first admin and signs it in; from then on everybody must sign in',
    input: UserDraft.omit({ role: true, cameras: true }),
    output: SessionState,
  }),
  'user.list': procedure({
    kind: 'query',
    route: 'GET /users',
    role: 'admin',
    summary: 'Lists the users',
    input: Nothing,
    output: z.array(User),
  }),
  'user.add': procedure({
    kind: 'command',
    route: 'POST /users',
    role: 'admin',
    summary: 'Adds a user',
    input: UserDraft,
    output: User,
  }),
  'user.update': procedure({
    kind: 'command',
    route: 'PUT /users/{id}',
    role: 'admin',
    summary: 'Changes name, role, cameras of a user, or switches the user off',
    input: User.pick({ id: true }).extend(
      User.pick({ name: true, role: true, cameras: true, isEnabled: true }).partial().shape,
    ),
    output: User,
  }),
  'user.setPassword': procedure({
    kind: 'command',
    route: 'POST /users/{id}/password',
    role: 'admin',
    summary: 'Gives a user a new password and ends that user’s sessions',
    input: z.object({ id: UserId, password: NewPassword }),
    output: Nothing,
  }),
  'user.remove': procedure({
    kind: 'command',
    route: 'DELETE /users/{id}',
    role: 'admin',
    summary: 'Removes a user and ends that user’s sessions; the audit log keeps the name',
    input: z.object({ id: UserId }),
    output: Nothing,
  }),
  'key.list': procedure({
    kind: 'query',
    route: 'GET /keys',
    role: 'admin',
    summary: 'Lists the keys of other programs, without their secrets',
    input: Nothing,
    output: z.array(ApiKey),
  }),
  'key.add': procedure({
    kind: 'command',
    route: 'POST /keys',
    role: 'admin',
    summary: 'Makes a key for another program; its secret is shown this once',
    input: ApiKeyDraft,
    output: z.object({ key: ApiKey, secret: z.string() }),
  }),
  'key.remove': procedure({
    kind: 'command',
    route: 'DELETE /keys/{id}',
    role: 'admin',
    summary: 'Ends a key at once',
    input: z.object({ id: z.string().max(80) }),
    output: Nothing,
  }),
};
