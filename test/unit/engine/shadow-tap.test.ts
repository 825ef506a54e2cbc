/**
 * What a worker sends to a challenger, over a real socket: a frame only when it was asked for one, and what it did not get.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ShadowFrame } from '#engine/shadow-protocol.ts';
import { createShadowTap } from '#engine/shadow-tap.ts';
import { createWireReader, toWire, type WireMessage } from '#engine/shadow-wire.ts';

const layout = { picture: { width: 8, height: 4 }, analysis: { width: 4, height: 2 } };
const pixels = Uint8Array.from({ length: 24 }, (_, index) => index);

async function rig(eachNth = 1) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tap-'));
  const address = path.join(folder, 'frames');
  const got: WireMessage[] = [];
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    socket.on(
      'data',
      createWireReader((message) => got.push(message)),
    );
  });
  await new Promise<void>((resolve) => server.listen(address, resolve));
  const tap = createShadowTap({ address, modelDigest: 'a', eachNth });
  onTestFinished(() => {
    tap.close();
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await vi.waitFor(() => expect(sockets).toHaveLength(1));
  const see = (seq: number, changes: { modelDigest?: string; inferMs?: number | null } = {}) =>
    tap.see({
      frame: { slot: 0, seq, mediaSeconds: seq, capturedAt: 1_000 * seq },
      ...{ detections: [], modelDigest: 'a', inferMs: 5, pixels, layout },
      ...changes,
    });
  const beg = () => sockets[0]!.write(Buffer.from([1]));
  /** Resolves when the tap knows that it was asked: it sends the frame then. */
  const ask = async (seq: number): Promise<void> => {
    const before = got.length;
    beg();
    await vi.waitFor(() => {
      see(seq);
      expect(got.length).toBeGreaterThan(before);
    });
  };
  return { tap, got, see, ask, beg };
}

describe('a worker with a challenger', () => {
  it('sends nothing unasked, and tells what was missed with the next frame', async () => {
    const { got, see, ask, tap } = await rig();
    see(1);
    see(2, { modelDigest: 'b' });
    tap.failed();
    expect(got).toEqual([]);
    await ask(3);
    const [first] = got;
    expect(first!.message.frame).toMatchObject({ at: 3_000, seconds: 3, layout, inferMs: 5 });
    expect(first!.message.since).toMatchObject({ foreign: 1, failed: 1 });
    expect(first!.message.since.dropped).toBeGreaterThanOrEqual(1);
    expect(first!.pixels).toEqual(pixels);
  });

  it('sends a frame in which nothing moves without being asked, and without pixels', async () => {
    const { got, see } = await rig();
    see(4, { inferMs: null });
    await vi.waitFor(() => expect(got).toHaveLength(1));
    expect(got[0]).toMatchObject({ message: { frame: { seq: 4 } }, pixels: null });
  });

  it('shows only each n-th frame to a challenger of a lower frame rate, and tells the others without pixels', async () => {
    const { got, see, beg } = await rig(3);
    beg();
    let seq = 0;
    await vi.waitFor(() => {
      see(seq++);
      expect(got.some((each) => each.pixels !== null)).toBe(true);
    });
    const seen = got.map(({ message: { frame }, pixels: sent }) => [
      ...[(frame?.seq ?? 0) % 3, frame?.isLeftOut, sent !== null],
    ]);
    expect(seen.filter(([turn]) => turn !== 0)).toEqual(
      seen.flatMap(([turn]) => (turn === 0 ? [] : [[turn, true, false]])),
    );
    expect(seen.filter(([turn]) => turn === 0)).toEqual([[0, false, true]]);
  });

  it('shows it a still frame too when something has moved since it looked', async () => {
    const { got, see, beg } = await rig(2);
    see(0, { inferMs: null });
    see(1);
    beg();
    let seq = 2;
    await vi.waitFor(() => {
      see(seq++, { inferMs: null });
      expect(got.some((each) => each.pixels !== null)).toBe(true);
    });
    see(seq++, { inferMs: null });
    see(seq++, { inferMs: null });
    await vi.waitFor(() => expect(got.at(-1)?.message.frame?.seq).toBe(seq - 1));
    // It knows again what is there.
    expect(got.filter((each) => each.pixels !== null)).toHaveLength(1);
  });

  it('tells what was missed when it hangs up', async () => {
    const { got, see, tap } = await rig();
    see(1);
    tap.close();
    await vi.waitFor(() => expect(got).toHaveLength(1));
    expect(got[0]!.message).toEqual({ frame: null, since: { dropped: 1, foreign: 0, failed: 0 } });
  });
});

describe('the wire', () => {
  const frame: ShadowFrame = {
    ...{
      seq: 1,
      at: 2,
      seconds: 0.002,
      layout,
      detections: [],
      inferMs: 3,
      isLeftOut: false,
      rssBytes: 4,
    },
  };
  const since = { dropped: 1, foreign: 2, failed: 3 };
  const messages: WireMessage[] = [
    { message: { frame, since }, pixels },
    { message: { frame, since }, pixels: null },
    { message: { frame: null, since }, pixels: null },
  ];

  it.each([1, 3, 7, 50, 10_000])('gives every message again from parts of %d bytes', (size) => {
    const bytes = Buffer.concat(messages.flatMap(toWire));
    const got: WireMessage[] = [];
    const read = createWireReader((message) => got.push(message));
    for (let from = 0; from < bytes.length; from += size) read(bytes.subarray(from, from + size));
    expect(got).toEqual(messages);
  });
});
