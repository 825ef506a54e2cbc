import { describe, expect, it } from 'vitest';
import { createPacketRing, packetBytes } from '#engine/capture/packet-ring.ts';

const videoId = 0x100;
const tableId = 0x1000;

interface PacketParts {
  readonly id: number;
  readonly startsUnit: boolean;
  readonly body: readonly number[];
  readonly adaptation?: readonly number[];
}

function packet({ id, startsUnit, body, adaptation = [] }: PacketParts): Buffer {
  const bytes = Buffer.alloc(packetBytes, 0xff);
  const control = adaptation.length > 0 ? 0x30 : 0x10;
  const head = [0x47, (startsUnit ? 0x40 : 0) | (id >> 8), id & 0xff, control];
  bytes.set([...head, ...adaptation, ...body]);
  return bytes;
}

/** ISO/IEC 13818-1, 2.4.3.6: 33 bits of a time stamp in five bytes. */
function stampBytes(ticks: number): number[] {
  const high = Math.floor(ticks / 2 ** 30);
  return [
    0x21 | (high << 1),
    (ticks >>> 22) & 0xff,
    0x01 | ((ticks >>> 14) & 0xfe),
    (ticks >>> 7) & 0xff,
    0x01 | ((ticks << 1) & 0xfe),
  ];
}

const picture = (ticks: number, isKey: boolean): Buffer =>
  packet({
    id: videoId,
    startsUnit: true,
    body: [0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5, ...stampBytes(ticks)],
    adaptation: isKey ? [1, 0x40] : [],
  });
const more = packet({ id: videoId, startsUnit: false, body: [] });
const tableBytes = [0xe0 | (tableId >> 8), tableId & 0xff];
const programs = packet({
  id: 0,
  startsUnit: true,
  body: [0, 0, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, ...tableBytes],
});
const streams = packet({ id: tableId, startsUnit: true, body: [0, 2, 0xb0, 18] });

function begin(maxBytes = 1_000_000) {
  const seen: { packets: number; startsKey: boolean }[] = [];
  const pictures: [ticks: number, arrivedAt: number][] = [];
  const ring = createPacketRing({
    maxBytes,
    onPicture: (...one) => pictures.push(one),
    onPackets: (packets, startsKey) => {
      seen.push({ packets: packets.length / packetBytes, startsKey });
    },
  });
  const held = (): number | null => {
    const start = ring.start();
    return start && Buffer.concat(start).length / packetBytes;
  };
  return { ring, seen, pictures, held };
}

describe('packet ring', () => {
  it('holds tables and all since the last key frame', () => {
    const { ring, held } = begin();
    ring.push(Buffer.concat([programs, streams]), 0);
    expect(held()).toBeNull();
    ring.push(Buffer.concat([picture(0, true), more, picture(3600, false), more]), 10);
    expect(held()).toBe(2 + 4);
    ring.push(Buffer.concat([more, picture(7200, true), more]), 20);
    expect(held()).toBe(2 + 2);
    expect(Buffer.concat(ring.start() ?? [])).toEqual(
      Buffer.concat([programs, streams, picture(7200, true), more]),
    );
  });

  it('says where a key frame begins', () => {
    const { ring, seen } = begin();
    ring.push(Buffer.concat([programs, streams, picture(0, true), more, picture(9, true)]), 0);
    expect(seen).toEqual([
      { packets: 2, startsKey: false },
      { packets: 2, startsKey: true },
      { packets: 1, startsKey: true },
    ]);
  });

  it.each([1, 100, 187, 189, 1000])('takes pieces of %i bytes', (size) => {
    const { ring, held } = begin();
    const bytes = Buffer.concat([programs, streams, picture(0, true), more, more, more]);
    for (let at = 0; at < bytes.length; at += size) ring.push(bytes.subarray(at, at + size), 0);
    expect(held()).toBe(6);
  });

  it('says when a picture comes, also near the end of the 33 bits', () => {
    const { ring, pictures } = begin();
    const late = 2 ** 33 - 1;
    ring.push(Buffer.concat([programs, streams, picture(0, true), more]), 10);
    ring.push(picture(late, false), 20);
    expect(ring.newestTicks()).toBe(late);
    expect(pictures).toEqual([
      [0, 10],
      [late, 20],
    ]);
  });

  it('lets a group go that has become too long, and takes the next', () => {
    const { ring, held } = begin(10 * packetBytes);
    ring.push(Buffer.concat([programs, streams, picture(0, true)]), 0);
    for (let n = 0; n < 20; n++) ring.push(more, 0);
    expect(held()).toBeNull();
    expect(ring.heldBytes()).toBe(0);
    ring.push(picture(1, true), 0);
    expect(held()).toBe(3);
  });

  it('finds its way again after bytes that are no packets', () => {
    const { ring, held } = begin();
    ring.push(
      Buffer.concat([programs, streams, Buffer.from('rubbish'), picture(0, true), more]),
      0,
    );
    expect(held()).toBe(4);
  });
});
