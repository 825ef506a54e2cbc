/**
 * How a frame lies on the socket between a worker and a challenger.
 *
 *   ┌ bytes of the text ┬ bytes of the pixels ┬ text (JSON) ┬ pixels ┐
 *   │ 4                 │ 4                   │             │ or none│
 *   └───────────────────┴─────────────────────┴─────────────┴────────┘
 */
import type { ShadowMessage } from './shadow-protocol.ts';

export interface WireMessage {
  readonly message: ShadowMessage;
  readonly pixels: Uint8Array | null;
}

const headBytes = 8;

/** The parts in their order; the pixels are not copied. */
export function toWire({ message, pixels }: WireMessage): Uint8Array[] {
  const text = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(text.length, 0);
  head.writeUInt32LE(pixels?.length ?? 0, 4);
  return pixels ? [head, text, pixels] : [head, text];
}

/** Takes parts as they come and calls `onMessage` for each whole message. */
export function createWireReader(
  onMessage: (message: WireMessage) => void,
): (part: Uint8Array) => void {
  let parts: Uint8Array[] = [];
  let length = 0;

  function whole(): Buffer {
    const joined = Buffer.concat(parts);
    parts = [joined];
    return joined;
  }

  return (part) => {
    parts.push(part);
    length += part.length;
    while (length >= headBytes) {
      // Joined only when a message is whole: a frame comes in many parts.
      const head = (parts[0]?.length ?? 0) >= headBytes ? Buffer.from(parts[0] ?? []) : whole();
      const textEnd = headBytes + head.readUInt32LE(0);
      const end = textEnd + head.readUInt32LE(4);
      if (length < end) return;
      const all = whole();
      const message = JSON.parse(all.toString('utf8', headBytes, textEnd)) as ShadowMessage;
      const pixels = end > textEnd ? Uint8Array.from(all.subarray(textEnd, end)) : null;
      parts = [all.subarray(end)];
      length -= end;
      onMessage({ message, pixels });
    }
  };
}
