/**
 * The context bridge: two JavaScript worlds of one page that share its DOM and nothing else. Values cross as clones in
 * the detail of DOM events, functions as numbers. Injected by its source into both worlds.
 */

export interface Bridge {
  /** Preload side: puts `api` at `window[key]` of the page's world. */
  readonly expose: (key: string, api: unknown) => void;
}

/** What one world tells the other. */
interface Crossing {
  readonly kind: 'expose' | 'call' | 'returned' | 'settled';
  readonly id: number;
  readonly key?: string;
  readonly value?: unknown;
  readonly error?: string;
  /** The value is a promise that settles later under the same number */
  readonly isPromise?: boolean;
}

/** `me` and `other` name the events of the two worlds. */
export function installBridge(me: string, other: string): Bridge {
  const exported = new Map<number, (...values: unknown[]) => unknown>();
  const returned = new Map<number, Crossing>();
  const settling = new Map<number, (crossing: Crossing) => void>();
  let lastId = 0;
  const nextId = (): number => (lastId += 1);

  const send = (crossing: Crossing): boolean =>
    window.dispatchEvent(new CustomEvent(other, { detail: crossing }));

  function pack(value: unknown): unknown {
    if (typeof value === 'function') {
      const id = nextId();
      exported.set(id, value as (...values: unknown[]) => unknown);
      return { $function: id };
    }
    if (Array.isArray(value)) return value.map(pack);
    if (!isPlain(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pack(item)]));
  }

  function unpack(value: unknown): unknown {
    if (Array.isArray(value)) return Object.freeze(value.map(unpack));
    if (!isPlain(value)) return value;
    if (typeof value['$function'] === 'number') return proxyOf(value['$function']);
    return Object.freeze(
      Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unpack(item)])),
    );
  }

  /** A function of the other world: called at once, its value returned at once, unless it is a promise. */
  function proxyOf(functionId: number): (...values: unknown[]) => unknown {
    return (...values) => {
      const id = nextId();
      const settled = new Promise((resolve, reject) => {
        settling.set(id, ({ value, error }) => {
          if (error === undefined) resolve(unpack(value));
          else reject(new Error(error));
        });
      });
      send({ kind: 'call', id, value: [functionId, pack(values)] });
      const answer = returned.get(id);
      returned.delete(id);
      if (answer?.isPromise === true) return settled;
      settling.delete(id);
      if (answer?.error !== undefined) throw new Error(answer.error);
      return unpack(answer?.value);
    };
  }

  function run(id: number, [functionId, values]: [number, unknown]): void {
    try {
      const value = exported.get(functionId)?.(...(unpack(values) as unknown[]));
      if (!(value instanceof Promise)) {
        send({ kind: 'returned', id, value: pack(value) });
        return;
      }
      send({ kind: 'returned', id, isPromise: true });
      value.then(
        (result: unknown) => send({ kind: 'settled', id, value: pack(result) }),
        (error: unknown) => send({ kind: 'settled', id, error: String(error) }),
      );
    } catch (error) {
      send({ kind: 'returned', id, error: String(error) });
    }
  }

  window.addEventListener(me, (event) => {
    const crossing = (event as CustomEvent<Crossing | null>).detail;
    // Chromium hands nothing to a world that it cannot clone for; Electron throws where it was sent.
    if (crossing === null) throw new Error('An object could not be cloned.');
    if (crossing.kind === 'call') run(crossing.id, crossing.value as [number, unknown]);
    else if (crossing.kind === 'returned') returned.set(crossing.id, crossing);
    else if (crossing.kind === 'settled') {
      settling.get(crossing.id)?.(crossing);
      settling.delete(crossing.id);
    } else {
      Object.defineProperty(window, crossing.key!, {
        value: unpack(crossing.value),
        writable: false,
      });
    }
  });

  function isPlain(value: unknown): value is Record<string, unknown> {
    return (
      typeof value === 'object' &&
      value !== null &&
      Object.prototype.toString.call(value) === '[object Object]'
    );
  }

  return {
    expose(key, api) {
      if (key in window) {
        throw new Error('Cannot bind an API on top of an existing property on the window object');
      }
      send({ kind: 'expose', id: nextId(), key, value: pack(api) });
    },
  };
}
