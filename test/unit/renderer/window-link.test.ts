/**
 * The page's door inside the window, over what the preload exposes.
 */
import { describe, expect, it, vi } from 'vitest';
import type { StationError } from '#contract/error.ts';
import type { PreviewRequest } from '#contract/preview.ts';
import { openPreviewKind, previewPortKind, type WindowApi } from '#contract/window-api.ts';
import { fakeCamera, fakeCrossing, fakeLine } from '#test/fake-ledger.ts';
import { createWindowLink, type PageWindow } from '#test/renderer.ts';

const camera = fakeCamera('cam', 'Gate');
const nowhere = new EventTarget() as unknown as PageWindow;

function api(parts: Partial<WindowApi>): WindowApi {
  return { call: () => new Promise(() => {}), listen: () => () => {}, ...parts };
}
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => (error as StationError).toBody(),
  );

describe('calls through the window', () => {
  it('give the output, or the error with its code', async () => {
    const answers: Record<string, unknown> = {
      'camera.list': { ok: [camera] },
      'camera.get': { error: { code: 'REQ_002', message: 'There is no camera x.' } },
      'line.list': { ok: 'nonsense' },
    };
    const call = (name: string) => Promise.resolve(answers[name]);
    const link = createWindowLink(api({ call: call as WindowApi['call'] }), nowhere);
    expect(await link.call('camera.list', {})).toEqual([camera]);
    expect(await errorOf(link.call('camera.get', { id: 'x' }))).toEqual({
      code: 'REQ_002',
      message: 'There is no camera x.',
    });
    expect(await errorOf(link.call('line.list', {}))).toMatchObject({ code: 'SYS_001' });
  });

  it('are cancelled by their signal', async () => {
    const handedOver: unknown[] = [];
    const call: WindowApi['call'] = (_name, _input, hooks) =>
      new Promise((resolve) => {
        hooks?.onStarted?.((...given: unknown[]) => {
          handedOver.push(...given);
          resolve({ error: { code: 'REQ_004', message: 'The request was cancelled.' } });
        });
      });
    const link = createWindowLink(api({ call }), nowhere);
    const abort = new AbortController();
    const answer = errorOf(link.call('camera.test', { source: 'x' }, { signal: abort.signal }));
    abort.abort();
    expect(await answer).toMatchObject({ code: 'REQ_004' });
    const late = link.call('camera.test', { source: 'x' }, { signal: abort.signal });
    expect(await errorOf(late)).toMatchObject({ code: 'REQ_004' });
    // The bridge to the preload refuses a call with what it cannot clone, such as an event.
    expect(handedOver).toEqual([]);
  });
});

describe('events through the window', () => {
  it('are listened to once per topic and left when nobody listens', () => {
    const heard = new Map<string, (event: unknown) => void>();
    const listen: WindowApi['listen'] = (topic, listener) => {
      heard.set(topic, listener);
      return () => heard.delete(topic);
    };
    const link = createWindowLink(api({ listen }), nowhere);
    const seen: number[] = [];
    const stops = [1, 2].map(() => link.listen('crossing', ({ id }) => seen.push(id)));
    heard.get('crossing')?.(fakeCrossing(7, fakeLine('gate', 'cam')));
    heard.get('crossing')?.({ id: 'nonsense' });
    expect(seen).toEqual([7, 7]);
    stops[0]?.();
    expect(heard.size).toBe(1);
    stops[1]?.();
    expect(heard.size).toBe(0);
  });
});

describe('pictures through the window', () => {
  it('come over a port that is asked for, with the newest request sent first', async () => {
    const page = new EventTarget();
    const asked: unknown[] = [];
    const window = Object.assign(page, { postMessage: (data: unknown) => asked.push(data) });
    const link = createWindowLink(api({}), window);
    const onBytes = vi.fn();
    const onOpen = vi.fn();
    const channel = link.openPreview({ onOpen, onBytes, onClosed: () => {} });
    expect(asked).toEqual([{ kind: openPreviewKind }]);

    const tiles = [{ tile: 0, cameraId: 'cam', width: 640, fps: 15 }];
    channel.request({ tiles: [] });
    channel.request({ tiles });
    const { port1, port2 } = new MessageChannel();
    const requests: PreviewRequest[] = [];
    port2.addEventListener('message', ({ data }: MessageEvent<PreviewRequest>) => {
      requests.push(data);
      port2.postMessage(new Uint8Array([1, 2, 3]));
    });
    port2.start();
    page.dispatchEvent(
      Object.assign(new Event('message'), { data: { kind: 'something else' }, ports: [port1] }),
    );
    expect(onOpen).not.toHaveBeenCalled();
    page.dispatchEvent(
      Object.assign(new Event('message'), { data: { kind: previewPortKind }, ports: [port1] }),
    );
    await vi.waitUntil(() => onBytes.mock.calls.length === 1, { timeout: 20_000 });
    expect(requests).toEqual([{ tiles }]);
    expect(onBytes).toHaveBeenCalledWith(new Uint8Array([1, 2, 3]));
    channel.close();
    port2.close();
  });
});
