/**
 * Brings the pictures of cameras to the views that watch them, and tells each camera the most that anybody wants.
 */
import type { CameraId } from '#contract/camera.ts';
import { encodePreview, type PreviewRequest } from '#contract/preview.ts';

export interface PreviewWish {
  readonly width: number;
  readonly fps: number;
}

export interface Picture {
  readonly capturedAt: number;
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array;
}

export interface PreviewHub {
  open(
    request: PreviewRequest,
    onBytes: (bytes: Uint8Array) => void,
  ): { update(request: PreviewRequest): void; close(): void };
  /** A new picture of a camera. */
  show(cameraId: CameraId, picture: Picture): void;
  /** What is wanted of a camera now; asked again after it moved to another worker. */
  wish(cameraId: CameraId): PreviewWish | null;
}

interface Watcher {
  request: PreviewRequest;
  readonly lastShownAt: Map<number, number>;
  readonly onBytes: (bytes: Uint8Array) => void;
}

/** `onWish` is called whenever what is wanted of a camera has changed. */
export function createPreviewHub(
  onWish: (cameraId: CameraId, wish: PreviewWish | null) => void,
): PreviewHub {
  const watchers = new Set<Watcher>();
  const wishes = new Map<CameraId, PreviewWish>();

  function wishNow(cameraId: CameraId): PreviewWish | null {
    const tiles = [...watchers]
      .flatMap((watcher) => watcher.request.tiles)
      .filter((tile) => tile.cameraId === cameraId);
    if (tiles.length === 0) return null;
    return {
      width: Math.max(...tiles.map((tile) => tile.width)),
      fps: Math.max(...tiles.map((tile) => tile.fps)),
    };
  }

  function refresh(cameraIds: Iterable<CameraId>): void {
    for (const cameraId of new Set(cameraIds)) {
      const before = wishes.get(cameraId) ?? null;
      const now = wishNow(cameraId);
      if (before?.width === now?.width && before?.fps === now?.fps) continue;
      if (now === null) wishes.delete(cameraId);
      else wishes.set(cameraId, now);
      onWish(cameraId, now);
    }
  }

  const camerasOf = (request: PreviewRequest) => request.tiles.map((tile) => tile.cameraId);

  return {
    open(request, onBytes) {
      const watcher: Watcher = { request, lastShownAt: new Map(), onBytes };
      watchers.add(watcher);
      refresh(camerasOf(request));
      return {
        update(next) {
          const touched = [...camerasOf(watcher.request), ...camerasOf(next)];
          watcher.request = next;
          refresh(touched);
        },
        close() {
          watchers.delete(watcher);
          refresh(camerasOf(watcher.request));
        },
      };
    },
    show(cameraId, picture) {
      for (const watcher of watchers) {
        for (const tile of watcher.request.tiles) {
          if (tile.cameraId !== cameraId) continue;
          const last = watcher.lastShownAt.get(tile.tile) ?? -Infinity;
          // Somebody else may have asked for more pictures than this view; a tenth of slack keeps even pacing even.
          if (picture.capturedAt - last < (1000 / tile.fps) * 0.9 && picture.capturedAt >= last) {
            continue;
          }
          watcher.lastShownAt.set(tile.tile, picture.capturedAt);
          watcher.onBytes(encodePreview({ tile: tile.tile, ...picture }));
        }
      }
    },
    wish: (cameraId) => wishes.get(cameraId) ?? null,
  };
}
