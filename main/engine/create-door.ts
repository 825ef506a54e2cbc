/**
 * The door of a station in the same process: what window, command line and tests call directly.
 */
import type { Door } from '#contract/door.ts';
import type { OutputOf } from '#contract/procedures.ts';
import type { Emitter } from './base/emitter.ts';
import type { Caller, Router } from './router.ts';
import type { EventMap } from './site.ts';

export interface DoorOptions {
  readonly router: Router;
  readonly events: Emitter<EventMap>;
  readonly caller: Caller;
}

/** Closing the door ends its listeners and streams, not the station. */
export function createDoor({ router, events, caller }: DoorOptions): Door {
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
        caller,
        signal: options.signal ?? new AbortController().signal,
        onProgress: options.onProgress ?? (() => undefined),
      }) as Promise<OutputOf<typeof name>>,
    listen: (topic, listener) => keep(events.listen(topic, listener)),
    stream(name, input, ...[onBytes, onClosed = () => undefined]) {
      const stream = router.open(name, input, { caller, sink: { onBytes, onClosed } });
      return { update: (next) => stream.update(next), close: keep(() => stream.close()) };
    },
    close() {
      for (const stop of [...open]) stop();
      open.clear();
      return Promise.resolve();
    },
  };
}
