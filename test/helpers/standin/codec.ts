/**
 * Values as text and back, as far as Electron's structured clone carries them. The function is also injected into pages
 * by its source, so it uses nothing from outside itself.
 */

export interface Codec {
  encode(value: unknown): string;
  decode(text: string): unknown;
}

/** @throws an Error with Electron's words for a function, a symbol or a promise */
export function createCodec(): Codec {
  type Tagged = { readonly $: string; readonly v?: unknown; readonly of?: string };

  const toBase64 = (bytes: Uint8Array): string => {
    if (typeof Buffer !== 'undefined') {
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    }
    const parts: string[] = [];
    for (let start = 0; start < bytes.length; start += 0x8000) {
      parts.push(String.fromCharCode(...bytes.subarray(start, start + 0x8000)));
    }
    return btoa(parts.join(''));
  };
  const fromBase64 = (text: string): ArrayBuffer => {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
    return bytes.buffer;
  };

  function pack(value: unknown): unknown {
    if (value === undefined) return { $: 'undefined' };
    if (typeof value === 'bigint') return { $: 'bigint', v: String(value) };
    if (typeof value === 'number' && !Number.isFinite(value))
      return { $: 'number', v: String(value) };
    if (typeof value === 'function' || typeof value === 'symbol' || value instanceof Promise) {
      throw new Error('An object could not be cloned.');
    }
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(pack);
    if (value instanceof ArrayBuffer) return { $: 'buffer', v: toBase64(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value)) {
      const of = Object.prototype.toString.call(value).slice(8, -1);
      return {
        $: 'view',
        of,
        v: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)),
      };
    }
    if (value instanceof Date) return { $: 'date', v: value.getTime() };
    if (value instanceof Map) return { $: 'map', v: [...value].map((pair) => pair.map(pack)) };
    if (value instanceof Set) return { $: 'set', v: [...value].map(pack) };
    if (value instanceof Error) return { $: 'error', of: value.name, v: value.message };
    return {
      $: 'object',
      v: Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pack(item)])),
    };
  }

  function unpack(value: unknown): unknown {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(unpack);
    const { $: kind, v: inner, of = '' } = value as Tagged;
    switch (kind) {
      case 'undefined':
        return undefined;
      case 'bigint':
        return BigInt(inner as string);
      case 'number':
        return Number(inner);
      case 'buffer':
        return fromBase64(inner as string);
      case 'view': {
        const views = globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => unknown>;
        return new views[of]!(fromBase64(inner as string));
      }
      case 'date':
        return new Date(inner as number);
      case 'map':
        return new Map(
          (inner as unknown[][]).map((pair) => pair.map(unpack) as [unknown, unknown]),
        );
      case 'set':
        return new Set((inner as unknown[]).map(unpack));
      case 'error':
        return Object.assign(new Error(inner as string), { name: of });
      default:
        return Object.fromEntries(
          Object.entries(inner as object).map(([key, item]) => [key, unpack(item)]),
        );
    }
  }

  return {
    encode: (value) => JSON.stringify(pack(value)),
    decode: (text) => unpack(JSON.parse(text)),
  };
}
