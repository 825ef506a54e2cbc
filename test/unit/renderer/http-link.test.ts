/**
 * The page's HTTP door against the made-up station: calls, errors, events, reconnects, pictures, counts.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StationError } from '#contract/error.ts';
import { encodePreview } from '#contract/preview.ts';
import { fakeCamera, fakeCrossing, fakeLine, type FakeLedger } from '#test/fake-ledger.ts';
import { startFakeStation, type FakeStation } from '#test/fake-station.ts';
import { createHttpLink, createLedgerStore, createPreviewHub } from '#test/renderer.ts';

/** Waits for what must come; the limit only ends a test that failed. */
const until = (isSo: () => boolean) => vi.waitUntil(isSo, { timeout: 20_000 });
const gate = fakeLine('gate', 'cam');
let ledger: FakeLedger;
let station: FakeStation;
let link: ReturnType<typeof createHttpLink>;

beforeEach(async () => {
  ledger = {
    cameras: new Map([['cam', fakeCamera('cam', 'Gate')]]),
    lines: new Map([['gate', gate]]),
    crossings: [fakeCrossing(1, gate)],
    models: [],
  };
  station = await startFakeStation({ ledger });
  link = createHttpLink({ origin: station.origin });
});
afterEach(async () => {
  link.close();
  await station.close();
});

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => (error as StationError).toBody(),
  );

describe('calls', () => {
  it('answers what the contract promises', async () => {
    expect(await link.call('camera.list', {})).toEqual([ledger.cameras.get('cam')]);
  });

  it('gives the error of the station with its code and path', async () => {
    expect(await errorOf(link.call('camera.get', { id: 'none' }))).toEqual({
      code: 'REQ_002',
      message: 'There is no camera none.',
    });
    expect(await errorOf(link.call('camera.update', { id: 'cam', fps: 99 }))).toMatchObject({
      code: 'REQ_001',
      path: 'fps',
    });
  });

  it('says when the answer is not of this contract', async () => {
    ledger.cameras.set('cam', { ...fakeCamera('cam', 'Gate'), fps: 'ten' as unknown as number });
    expect(await errorOf(link.call('camera.list', {}))).toMatchObject({
      code: 'SYS_001',
      path: '0.fps',
    });
  });

  it('can be cancelled', async () => {
    const abort = new AbortController();
    abort.abort();
    const call = link.call('camera.test', { source: 'x' }, { signal: abort.signal });
    expect(await errorOf(call)).toMatchObject({ code: 'REQ_004' });
    expect(link.connection.get().state).not.toBe('lost');
  });

  it('marks the connection lost when nobody answers', async () => {
    await station.close();
    expect(await errorOf(link.call('camera.list', {}))).toMatchObject({ code: 'SYS_001' });
    expect(link.connection.get().state).toBe('lost');
  });
});

describe('events', () => {
  it('reach their listeners and only well-formed ones', async () => {
    const seen: unknown[] = [];
    link.listen('crossing', (crossing) => seen.push(crossing.id));
    await until(() => station.openStreams().length === 1);
    station.emit('crossing', { id: 'x' } as never);
    station.emit('crossing', fakeCrossing(7, gate));
    await until(() => seen.length > 0);
    expect(seen).toEqual([7]);
  });

  it('change their topics without leaving the old stream before the new one is there', async () => {
    const opened = vi.fn();
    link.onOpened(opened);
    link.listen('camera', () => {});
    await until(() => link.connection.get().state === 'open');
    const stop = link.listen('overlay', () => {});
    await until(() => station.openStreams().join() === 'camera,overlay');
    stop();
    await until(() => station.openStreams().join() === 'camera');
    expect(opened).toHaveBeenCalledTimes(1);
  });

  it('come back after a cut, with word that there was a gap', async () => {
    const opened = vi.fn();
    link.onOpened(opened);
    const states: string[] = [];
    link.connection.subscribe(() => states.push(link.connection.get().state));
    link.listen('camera', () => {});
    await until(() => opened.mock.calls.length === 1);
    station.cut();
    await until(() => opened.mock.calls.length === 2);
    expect(states).toEqual(['open', 'lost', 'open']);
  });
});

describe('counts over a cut', () => {
  it('are those of the ledger, whatever was announced, missed or announced twice', async () => {
    const store = createLedgerStore(link);
    const seen: number[] = [];
    store.onCrossing((crossing) => seen.push(crossing.id));
    const write = (id: number) => {
      const row = fakeCrossing(id, gate);
      ledger.crossings.push(row);
      return row;
    };
    const inCount = () => store.ledger.get()?.counts.get('gate')?.in;
    await until(() => link.connection.get().state === 'open' && inCount() === 1);

    const second = write(2);
    station.emit('crossing', second);
    station.emit('crossing', second);
    await until(() => inCount() === 2);
    station.cut();
    write(3);
    write(4);
    await until(() => inCount() === 4);
    station.emit('crossing', write(5));
    await until(() => inCount() === 5);
    expect(seen).toEqual([2, 5]);
    store.close();
  });
});

describe('previews', () => {
  const picture = (tile: number, capturedAt: number) =>
    encodePreview({ tile, capturedAt, width: 4, height: 3, jpeg: new Uint8Array([capturedAt]) });

  it('asks for what is visible, decodes one at a time and keeps the newest that waits', async () => {
    const decoding: (() => void)[] = [];
    const shown: number[] = [];
    const hub = createPreviewHub<number>({
      openPreview: (handlers) => link.openPreview(handlers),
      decode: (jpeg) => new Promise((resolve) => decoding.push(() => resolve(jpeg[0] ?? 0))),
      discard: () => {},
      stationNow: () => 5,
    });
    const stop = hub.watch({ cameraId: 'cam', width: 640, fps: 15 }, (value) => shown.push(value));
    hub.watch({ cameraId: 'other', width: 320, fps: 5 }, () => {});
    await until(() => station.previewRequests()[0]?.tiles.length === 2);
    expect(station.previewRequests()).toEqual([
      {
        tiles: [
          { tile: 0, cameraId: 'cam', width: 640, fps: 15 },
          { tile: 1, cameraId: 'other', width: 320, fps: 5 },
        ],
      },
    ]);

    for (const at of [1, 2, 3]) station.sendPreview(picture(0, at));
    station.sendPreview(picture(9, 4));
    await until(() => hub.dropped() === 1);
    expect(decoding).toHaveLength(1);
    decoding[0]?.();
    await until(() => decoding.length === 2);
    decoding[1]?.();
    await until(() => shown.length === 2);
    expect(shown).toEqual([1, 3]);

    stop();
    await until(() => station.previewRequests()[0]?.tiles.length === 1);
    station.cut();
    await until(() => station.previewRequests()[0]?.tiles[0]?.cameraId === 'other');
    hub.close();
  });
});
