/**
 * Updates of the program: where they come from, when they may be installed, and whether the new version proves itself.
 */
import { z } from 'zod';
import { ErrorBody } from './error.ts';
import { procedure } from './procedure.ts';
import { TimeOfDay } from './time-of-day.ts';

/** A version that the server of updates offers. */
export const Release = z.object({
  version: z.string(),
  /** Unix time in ms; null when the server does not say */
  releasedAt: z.number().nullable(),
  notes: z.string(),
  /** Size of the package; null when the server does not say */
  bytes: z.number().int().nonnegative().nullable(),
  /** To how many of all stations it is offered; null means to all */
  sharePercent: z.number().min(0).max(100).nullable(),
});
export type Release = z.infer<typeof Release>;

/** `ask` only tells, `download` also fetches, `install` installs in the maintenance window, when nobody crosses a line. */
export const UpdateMode = z.enum(['ask', 'download', 'install']);

export const UpdateSettings = z.object({
  /** `beta` also offers versions that are being tried */
  channel: z.enum(['latest', 'beta']),
  mode: UpdateMode,
  /** The maintenance window, by the clock of this PC; `to` before `from` ends on the next day */
  from: TimeOfDay,
  to: TimeOfDay,
});
export type UpdateSettings = z.infer<typeof UpdateSettings>;

/** Why an update that is fetched is not installed yet. */
export const UpdateWait = z.enum(['asking', 'window', 'counting', 'deferred']);
export type UpdateWait = z.infer<typeof UpdateWait>;

export const UpdateStage = z.discriminatedUnion('state', [
  /** Nothing newer is known */
  z.object({ state: z.literal('idle') }),
  z.object({ state: z.literal('checking') }),
  /** There is a newer version, which this station gets when its share has grown */
  z.object({ state: z.literal('held'), release: Release }),
  z.object({ state: z.literal('available'), release: Release }),
  /** `share` is from 0 to 1 */
  z.object({ state: z.literal('downloading'), release: Release, share: z.number() }),
  /** Fetched and checked. `until` is the Unix time in ms to which it is deferred */
  z.object({
    state: z.literal('ready'),
    release: Release,
    wait: UpdateWait,
    until: z.number().nullable(),
  }),
  z.object({ state: z.literal('installing'), release: Release }),
  z.object({ state: z.literal('failed'), error: ErrorBody }),
]);
export type UpdateStage = z.infer<typeof UpdateStage>;

/** How the version that was installed last has done. */
export const UpdateTrial = z.object({
  from: z.string(),
  to: z.string(),
  /** `trial` while it is watched; `returned` when the version before it is back */
  state: z.enum(['trial', 'healthy', 'returned']),
  /** Unix time in ms */
  startedAt: z.number(),
  /** Why it was taken back; empty otherwise */
  reason: z.string(),
});
export type UpdateTrial = z.infer<typeof UpdateTrial>;

export const UpdateStatus = z.object({
  /** The version that runs */
  version: z.string(),
  /** Whether this station can update itself, else why not: it was not installed as an app, or a setting is missing */
  support: z.enum(['yes', 'not-installed', 'no-server', 'no-key']),
  /** Address of the server of updates; empty when none is set */
  server: z.string(),
  settings: UpdateSettings,
  stage: UpdateStage,
  /** Unix time in ms; null before the first look */
  checkedAt: z.number().nullable(),
  /** Cameras that count now: what an installation would interrupt for about a minute */
  countingCameras: z.number().int().nonnegative(),
  trial: UpdateTrial.nullable(),
});
export type UpdateStatus = z.infer<typeof UpdateStatus>;

export const updateProcedures = {
  'update.status': procedure({
    kind: 'query',
    route: 'GET /update',
    role: 'viewer',
    summary: 'Says which version runs, what the server of updates offers, and when it is installed',
    input: z.object({}),
    output: UpdateStatus,
  }),
  'update.check': procedure({
    kind: 'command',
    route: 'POST /update/check',
    role: 'admin',
    summary: 'Looks for a newer version, and fetches it where the settings say so',
    input: z.object({}),
    output: UpdateStatus,
  }),
  'update.download': procedure({
    kind: 'command',
    route: 'POST /update/download',
    role: 'admin',
    summary: 'Fetches the newer version and checks its signature and digest',
    input: z.object({}),
    output: UpdateStatus,
  }),
  'update.install': procedure({
    kind: 'command',
    route: 'POST /update/install',
    role: 'admin',
    summary:
      'Copies the database, then restarts the station with the version that was fetched; nothing is counted for about a minute',
    input: z.object({
      /** Also while cameras count: the minute is a named gap */
      evenCounting: z.boolean().default(false),
    }),
    output: UpdateStatus,
  }),
  'update.defer': procedure({
    kind: 'command',
    route: 'POST /update/defer',
    role: 'admin',
    summary: 'Lets the station not install by itself for so many hours; 0 ends this',
    input: z.object({ hours: z.number().int().min(0).max(720) }),
    output: UpdateStatus,
  }),
  'update.set': procedure({
    kind: 'command',
    route: 'PUT /update/settings',
    role: 'admin',
    summary: 'Sets channel, what the station does by itself, and the maintenance window',
    input: UpdateSettings,
    output: UpdateStatus,
  }),
};
