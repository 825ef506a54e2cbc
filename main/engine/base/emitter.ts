/**
 * A typed emitter: topics with listeners, nothing else.
 */

export interface Emitter<T extends object> {
  emit<K extends keyof T>(topic: K, event: T[K]): void;
  listen<K extends keyof T>(topic: K, listener: (event: T[K]) => void): () => void;
}

/** Makes an emitter. A listener that throws is passed to `onError` and does not stop the others. */
export function createEmitter<T extends object>(onError: (error: unknown) => void): Emitter<T> {
  const listeners = new Map<keyof T, Set<(event: never) => void>>();

  return {
    emit(topic, event) {
      for (const listener of [...(listeners.get(topic) ?? [])]) {
        try {
          (listener as (event: unknown) => void)(event);
        } catch (error) {
          onError(error);
        }
      }
    },
    listen(topic, listener) {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set);
      set.add(listener);
      return () => {
        set.delete(listener);
      };
    },
  };
}
