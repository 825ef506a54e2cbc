/**
 * The door of a station in the same process: what window, command line and tests call directly.
 */
import { includesRole } from '#contract/access.ts';
import type { Door } from '#contract/door.ts';
import type { OutputOf } from '#contract/procedures.ts';
import type { Access, Identity } from './access/access.ts';
import { hearsEvent } from './access/camera-scope.ts';
import type { Emitter } from './base/emitter.ts';
import type { Caller, KeepSession, Router } from './router.ts';
import type { EventMap } from './site.ts';

export interface DoorOptions {
  readonly router: Router;
  readonly events: Emitter<EventMap>;
  /** Who stands at it; what this one may do is asked anew for each call and each event */
  readonly identity: Identity;
  readonly access: Pick<Access, 'onChange'>;
  /** Where a session is kept that is begun here */
  readonly keepSession?: KeepSession;
}

/** Closing the door ends its listeners and streams, not the station. */
export function createDoor(options: DoorOptions): Door {
  const { router, events, identity, access, keepSession } = options;
  const open = new Set<() => void>();

  function keep(stop: () => void): () => void {
    open.add(stop);
    return () => {
      open.delete(stop);
      stop();
    };
  }

  return {
    call: (name, input, options = {}) =>
      router.call(name, input, {
        caller: identity.caller(),
        signal: options.signal ?? new AbortController().signal,
        onProgress: options.onProgress ?? (() => undefined),
        ...(keepSession === undefined ? {} : { keepSession }),
      }) as Promise<OutputOf<typeof name>>,
    listen: (topic, listener) =>
      keep(
        events.listen(topic, (event) => {
          if (mayHear(identity.caller(), topic, event)) listener(event);
        }),
      ),
    stream(name, input, ...[onBytes, onClosed = () => undefined]) {
      const caller = identity.caller();
      const stream = router.open(name, input, { caller, sink: { onBytes, onClosed } });
      const close = keep(() => {
        unwatch();
        stream.close();
      });
      const unwatch = onRightsLost({ identity, access }, () => {
        close();
        onClosed();
      });
      return { update: (next) => stream.update(next), close };
    },
    close() {
      for (const stop of [...open]) stop();
      open.clear();
      return Promise.resolve();
    },
  };
}

/** What a key that is made for some procedures needs among them to hear events. */
const eventScopes = new Set(['events.*', 'events.listen']);

/** Whether this caller may hear this event. */
export function mayHear<T extends keyof EventMap>(
  caller: Caller,
  topic: T,
  event: EventMap[T],
): boolean {
  if (!includesRole(caller.role, 'viewer')) return false;
  if (caller.scopes && !caller.scopes.some((scope) => eventScopes.has(scope))) return false;
  return !caller.cameras || hearsEvent(topic, event, caller.cameras);
}

/**
 * Calls `onLost` once when somebody may no longer see what he saw when this was called: signed out, switched off,
 * other cameras. Returns how to stop.
 */
export function onRightsLost(
  { identity, access }: { identity: Identity; access: Pick<Access, 'onChange'> },
  onLost: () => void,
): () => void {
  const rights = (): string => {
    const { role, cameras } = identity.caller();
    return JSON.stringify([includesRole(role, 'viewer'), cameras ?? null]);
  };
  const first = rights();
  const stop = access.onChange(() => {
    if (rights() === first) return;
    stop();
    onLost();
  });
  return stop;
}
