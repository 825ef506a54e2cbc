/**
 * Who sits at the window: signed in for all pages of this run, kept in the memory of the main process only.
 */
import type { Access, Identity } from '#engine/access/access.ts';
import type { KeepSession } from '#engine/router.ts';

export interface WindowIdentity extends Identity {
  readonly keepSession: KeepSession;
}

export function createWindowIdentity(access: Pick<Access, 'identify'>): WindowIdentity {
  const here = { door: 'window', address: 'local', isLocal: true } as const;
  let identity = access.identify(here);
  return {
    caller: () => identity.caller(),
    keepSession(secret) {
      identity = access.identify({ ...here, session: secret });
    },
  };
}
