/**
 * Keeps what a decoder needs to begin at once: the tables of an MPEG transport stream and all since its last key frame.
 *
 * Fields of a packet of 188 bytes (ISO/IEC 13818-1, 2.4.3): sync byte 0x47, start of a unit, packet id, adaptation field
 * with the random access indicator; a PES header carries the presentation time stamp in 33 bits.
 */

export const packetBytes = 188;

export interface PacketRingOptions {
  /** Most bytes kept; a group of pictures that is longer is let go, and the next one awaited */
  readonly maxBytes: number;
  /** Whole packets as they come. `startsKey` tells that the first of them begins a key frame. */
  readonly onPackets: (packets: Uint8Array, startsKey: boolean) => void;
  /** A picture with this time stamp (ticks) begins; `arrivedAt` as pushed, before its packets are given out */
  readonly onPicture?: (ticks: number, arrivedAt: number) => void;
}

export interface PacketRing {
  /** Takes bytes in any pieces; `arrivedAt` is Unix time in ms. */
  push(chunk: Uint8Array, arrivedAt: number): void;
  /** Tables and everything since the last key frame; null while no key frame is held. */
  start(): readonly Uint8Array[] | null;
  /** The tables that name the streams, to begin a file with; null before they have come. */
  tables(): readonly Uint8Array[] | null;
  /** Time stamp of the newest picture, ticks of 1/90000 s; null before the first. */
  newestTicks(): number | null;
  /** Bytes held since the last key frame. */
  heldBytes(): number;
}

const noBytes = new Uint8Array(0);

export function createPacketRing(options: PacketRingOptions): PacketRing {
  let rest: Uint8Array = noBytes;
  let programTable: Uint8Array | null = null;
  let streamTable: Uint8Array | null = null;
  let streamTableId = -1;
  let group: Uint8Array[] | null = null;
  let groupBytes = 0;
  let newest: number | null = null;

  function emit(packets: Uint8Array, startsKey: boolean): void {
    if (packets.length === 0) return;
    if (startsKey) {
      group = [];
      groupBytes = 0;
    }
    if (group) {
      group.push(packets);
      groupBytes += packets.length;
      if (groupBytes > options.maxBytes) {
        group = null;
        groupBytes = 0;
      }
    }
    options.onPackets(packets, startsKey);
  }

  function keepTables(packet: Uint8Array, id: number): void {
    if (id === 0) {
      programTable = packet.slice();
      streamTableId = streamTableIdOf(packet);
    } else if (id === streamTableId) {
      streamTable = packet.slice();
    }
  }

  return {
    push(chunk, arrivedAt) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let from = 0;
      let startsKey = false;
      let at = 0;
      for (; at + packetBytes <= bytes.length; at += packetBytes) {
        if (bytes[at] !== syncByte) {
          // Something else than packets came: look for the next one byte by byte.
          emit(bytes.subarray(from, at), startsKey);
          startsKey = false;
          at -= packetBytes - 1;
          from = at + packetBytes;
          continue;
        }
        const packet = bytes.subarray(at, at + packetBytes);
        const id = (((packet[1] ?? 0) & 0x1f) << 8) | (packet[2] ?? 0);
        keepTables(packet, id);
        const ticks = pictureTicks(packet);
        if (ticks === null) continue;
        newest = ticks;
        options.onPicture?.(ticks, arrivedAt);
        if (!isRandomAccess(packet)) continue;
        emit(bytes.subarray(from, at), startsKey);
        from = at;
        startsKey = true;
      }
      emit(bytes.subarray(from, at), startsKey);
      rest = bytes.subarray(at);
    },
    start() {
      return group && programTable && streamTable ? [programTable, streamTable, ...group] : null;
    },
    tables: () => (programTable && streamTable ? [programTable, streamTable] : null),
    newestTicks: () => newest,
    heldBytes: () => groupBytes,
  };
}

const syncByte = 0x47;

function hasAdaptation(packet: Uint8Array): boolean {
  return ((packet[3] ?? 0) & 0x20) !== 0 && (packet[4] ?? 0) > 0;
}

function isRandomAccess(packet: Uint8Array): boolean {
  return hasAdaptation(packet) && ((packet[5] ?? 0) & 0x40) !== 0;
}

function payloadStart(packet: Uint8Array): number {
  return ((packet[3] ?? 0) & 0x20) === 0 ? 4 : 5 + (packet[4] ?? 0);
}

/** The presentation time stamp when a picture begins in this packet; null in all other packets. */
export function pictureTicks(packet: Uint8Array): number | null {
  const startsUnit = ((packet[1] ?? 0) & 0x40) !== 0;
  if (!startsUnit) return null;
  const at = payloadStart(packet);
  const byte = (offset: number): number => packet[at + offset] ?? 0;
  const isVideo = byte(0) === 0 && byte(1) === 0 && byte(2) === 1 && (byte(3) & 0xf0) === 0xe0;
  const hasStamp = (byte(7) & 0x80) !== 0;
  if (!isVideo || !hasStamp) return null;
  // Multiplied, not shifted: 33 bits do not fit into JavaScript's shifts.
  return (
    ((byte(9) & 0x0e) >> 1) * 2 ** 30 +
    ((byte(10) << 22) | ((byte(11) & 0xfe) << 14) | (byte(12) << 7) | (byte(13) >> 1))
  );
}

/** The packet id of the table that lists the streams, from the first program of the program table. */
function streamTableIdOf(packet: Uint8Array): number {
  const pointer = payloadStart(packet);
  const section = pointer + 1 + (packet[pointer] ?? 0);
  const firstProgram = section + 8;
  return (((packet[firstProgram + 2] ?? 0) & 0x1f) << 8) | (packet[firstProgram + 3] ?? 0);
}
