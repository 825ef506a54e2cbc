/**
 * Events that a listener may stop.
 */
import type { EventEmitter } from 'node:events';

/** Emits `name` with an event that has preventDefault; whether a listener called it. */
export function isStoppedBy(emitter: EventEmitter, name: string): boolean {
  const state = { isStopped: false };
  emitter.emit(name, {
    preventDefault() {
      state.isStopped = true;
    },
  });
  return state.isStopped;
}
