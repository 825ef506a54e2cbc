/**
 * The wire of the engine protocol: a JSON header and bytes, each with its length in front.
 *
 *   ┌──────────────┬───────────────┬─────────────────┬────────────────┐
 *   │ u32 LE: m    │ u32 LE: n     │ m bytes of JSON │ n bytes        │
 *   └──────────────┴───────────────┴─────────────────┴────────────────┘
 */
import { StationError } from '#contract/error.ts';

export interface WireMessage {
  readonly header: unknown;
  readonly payload: Uint8Array;
}

export interface WireReader {
  /** Takes in what has come; returns the messages that it completed. Throws INF_004 when it is not this protocol. */
  push(chunk: Uint8Array): WireMessage[];
}

const prefixBytes = 8;
const maxHeaderBytes = 1 << 20;
const maxPayloadBytes = 1 << 28;

/** What goes in front of the payload, to be written before it. */
export function encodeHead(header: unknown, payloadBytes: number): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const head = Buffer.alloc(prefixBytes + json.length);
  head.writeUInt32LE(json.length, 0);
  head.writeUInt32LE(payloadBytes, 4);
  json.copy(head, prefixBytes);
  return head;
}

/** Reads a stream whose chunks end anywhere. */
export function createWireReader(): WireReader {
  let chunks: Uint8Array[] = [];
  let held = 0;
  /** Bytes that must be there before it is worth looking again */
  let wanted = prefixBytes;

  return {
    push(chunk) {
      chunks.push(chunk);
      held += chunk.length;
      if (held < wanted) return [];
      const messages: WireMessage[] = [];
      let bytes = Buffer.concat(chunks);
      for (;;) {
        const size = sizeOf(bytes);
        wanted = size?.total ?? prefixBytes;
        if (size === null || bytes.length < size.total) break;
        messages.push(split(bytes, size));
        bytes = bytes.subarray(size.total);
      }
      chunks = bytes.length === 0 ? [] : [bytes];
      held = bytes.length;
      return messages;
    },
  };
}

interface WireSize {
  readonly header: number;
  readonly total: number;
}

function sizeOf(bytes: Buffer): WireSize | null {
  if (bytes.length < prefixBytes) return null;
  const header = bytes.readUInt32LE(0);
  const payload = bytes.readUInt32LE(4);
  if (header === 0 || header > maxHeaderBytes || payload > maxPayloadBytes) {
    throw notOurs(`a message of ${String(header)} + ${String(payload)} bytes`);
  }
  return { header, total: prefixBytes + header + payload };
}

function split(bytes: Buffer, size: WireSize): WireMessage {
  const text = bytes.toString('utf8', prefixBytes, prefixBytes + size.header);
  const payload = bytes.subarray(prefixBytes + size.header, size.total);
  try {
    return { header: JSON.parse(text) as unknown, payload };
  } catch (cause) {
    throw notOurs('a header that is no JSON', cause);
  }
}

function notOurs(detail: string, cause?: unknown): StationError {
  return new StationError(
    'INF_004',
    `The engine does not speak the engine protocol (${detail}). What it prints for people belongs on stderr, not on stdout.`,
    { cause },
  );
}
