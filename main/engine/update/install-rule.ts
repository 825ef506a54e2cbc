/**
 * Whether an update that is fetched may be installed now by the station itself. Values in, verdict out.
 */
import type { UpdateSettings, UpdateWait } from '#contract/update.ts';
import { stretchAt } from '#engine/base/hours-of-day.ts';

/** Nobody may have crossed a line for so long: an installation then loses nothing that anybody would miss. */
export const quietMs = 300_000;

export interface InstallFacts {
  readonly settings: UpdateSettings;
  /** Unix time in ms */
  readonly now: number;
  readonly timeZone: string;
  /** To when a person has put it off, Unix time in ms; null when nobody has */
  readonly deferredUntil: number | null;
  readonly countingCameras: number;
  /** Whether this very version was installed before and taken back: the station does not try it again by itself */
  readonly wasTakenBack: boolean;
  /** Unix time in ms of the newest crossing; null without one */
  readonly lastCrossingAt: number | null;
}

export type InstallVerdict =
  | { readonly may: true }
  | { readonly may: false; readonly wait: UpdateWait; readonly until: number | null };

/** A person who put it off goes before the window, the window before the cameras. */
export function mayInstall(facts: InstallFacts): InstallVerdict {
  const { settings, now, timeZone, deferredUntil, countingCameras, lastCrossingAt } = facts;
  if (deferredUntil !== null && deferredUntil > now) {
    return { may: false, wait: 'deferred', until: deferredUntil };
  }
  if (settings.mode !== 'install' || facts.wasTakenBack)
    return { may: false, wait: 'asking', until: null };
  if (stretchAt(settings, now, timeZone) === null) {
    return { may: false, wait: 'window', until: null };
  }
  const isQuiet = lastCrossingAt === null || now - lastCrossingAt >= quietMs;
  if (countingCameras > 0 && !isQuiet) return { may: false, wait: 'counting', until: null };
  return { may: true };
}
