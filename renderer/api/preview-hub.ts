/**
 * Live pictures for all tiles over one channel: each tile decodes one picture at a time, and a newer one replaces the
 * one that waits (principle 4: the newest frame wins).
 */
import type { CameraId } from '#contract/camera.ts';
import { decodePreview } from '#contract/preview.ts';
import { createPace } from '../lib/pace.ts';
import type { PreviewChannel, StationLink } from './station-link.ts';

const firstRetryMs = 500;
const maxRetryMs = 5000;

export interface PreviewWish {
  readonly cameraId: CameraId;
  /** Widest picture that is useful, px */
  readonly width: number;
  readonly fps: number;
}

export interface PreviewHub<Picture> {
  /**
   * Shows pictures of a camera until it is stopped. `onPicture` owns what it is given.
   * `capturedAt` is on the station's clock, Unix ms.
   */
  watch(wish: PreviewWish, onPicture: (picture: Picture, capturedAt: number) => void): () => void;
  /** Leaves the channel as dead and opens another at once. */
  restart(): void;
  /** Pictures that were replaced or could not be decoded, since the start. */
  dropped(): number;
  close(): void;
}

export interface PreviewHubOptions<Picture> {
  readonly openPreview: StationLink['openPreview'];
  readonly decode: (jpeg: Uint8Array) => Promise<Picture>;
  /** Frees a picture that nobody wants any more */
  readonly discard: (picture: Picture) => void;
  /** Unix time in ms on the station's clock */
  readonly stationNow: () => number;
}

interface Watch<Picture> {
  readonly wish: PreviewWish;
  readonly onPicture: (picture: Picture, capturedAt: number) => void;
  isBusy: boolean;
  waiting: { readonly jpeg: Uint8Array; readonly capturedAt: number } | null;
}

export function createPreviewHub<Picture>(
  options: PreviewHubOptions<Picture>,
): PreviewHub<Picture> {
  const watches = new Map<number, Watch<Picture>>();
  const pace = createPace();
  let channel: PreviewChannel | null = null;
  let isOpen = false;
  let attempt = 0;
  let droppedCount = 0;
  let isClosed = false;
  let isRequestDue = false;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  function connect(): void {
    if (channel !== null || isClosed) return;
    channel = options.openPreview({
      onOpen() {
        isOpen = true;
        attempt = 0;
        sendRequest();
      },
      onBytes: receive,
      onClosed() {
        channel = null;
        isOpen = false;
        attempt += 1;
        clearTimeout(retryTimer);
        const waitMs = Math.min(maxRetryMs, firstRetryMs * 2 ** (attempt - 1));
        retryTimer = setTimeout(() => {
          if (watches.size > 0) connect();
        }, waitMs);
      },
    });
  }

  /** Sends the whole set once per tick, however many tiles came and went in it. */
  function scheduleRequest(): void {
    if (isRequestDue) return;
    isRequestDue = true;
    queueMicrotask(() => {
      isRequestDue = false;
      if (watches.size > 0) connect();
      sendRequest();
    });
  }

  function sendRequest(): void {
    if (!isOpen) return;
    channel?.request({
      tiles: [...watches].map(([tile, { wish }]) => ({
        tile,
        ...wish,
        fps: Math.max(1, Math.round(wish.fps * pace.share())),
      })),
    });
  }

  function receive(bytes: Uint8Array): void {
    const frame = decodePreview(bytes);
    const watch = frame === null ? undefined : watches.get(frame.tile);
    if (frame === null || watch === undefined) return;
    const now = options.stationNow();
    const step = pace.observe(now - frame.capturedAt, now);
    if (step === 'changed') scheduleRequest();
    if (step === 'flush') {
      restart();
      return;
    }
    if (watch.waiting !== null) droppedCount += 1;
    watch.waiting = { jpeg: frame.jpeg, capturedAt: frame.capturedAt };
    if (!watch.isBusy) void decodeNewest(frame.tile, watch);
  }

  function restart(): void {
    clearTimeout(retryTimer);
    channel?.close();
    channel = null;
    isOpen = false;
    attempt = 0;
    if (watches.size > 0) connect();
  }

  async function decodeNewest(tile: number, watch: Watch<Picture>): Promise<void> {
    watch.isBusy = true;
    while (watch.waiting !== null) {
      const { jpeg, capturedAt } = watch.waiting;
      watch.waiting = null;
      try {
        const picture = await options.decode(jpeg);
        if (watches.get(tile) === watch) watch.onPicture(picture, capturedAt);
        else options.discard(picture);
      } catch {
        droppedCount += 1;
      }
    }
    watch.isBusy = false;
  }

  return {
    watch(wish, onPicture) {
      let tile = 0;
      while (watches.has(tile)) tile += 1;
      const watch: Watch<Picture> = { wish, onPicture, isBusy: false, waiting: null };
      watches.set(tile, watch);
      scheduleRequest();
      return () => {
        if (watches.get(tile) !== watch) return;
        watches.delete(tile);
        watch.waiting = null;
        scheduleRequest();
      };
    },
    restart,
    dropped: () => droppedCount,
    close() {
      isClosed = true;
      clearTimeout(retryTimer);
      channel?.close();
      channel = null;
      watches.clear();
    },
  };
}
