/**
 * Connects a tile to its camera: pictures, overlays and flashes into the painter, and the status that it shows.
 */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Label } from '#contract/detection.ts';
import {
  previewWidth,
  tileStatus,
  usePageVisible,
  useConnection,
  useStation,
  type Extent,
  type TileStatus,
} from '../kit.ts';
import { createTilePainter, type TilePainter } from './tile-painter.ts';

const statusEveryMs = 250;

export interface TileOptions {
  /** Size of the picture on screen, CSS px; null while unknown */
  readonly size: Extent | null;
  readonly fps: number;
  readonly hasCaptions: boolean;
}

export function useTile(camera: Camera, options: TileOptions): [TilePainter, TileStatus] {
  const { link, previews, ledger, paintLoop } = useStation();
  const [painter] = useState(() => createTilePainter(paintLoop));
  const isVisible = usePageVisible();
  const { fps, hasCaptions } = options;
  const width =
    options.size === null
      ? 0
      : previewWidth(options.size.width, window.devicePixelRatio, camera.picture?.width ?? null);

  const { width: shownWidth, height: shownHeight } = options.size ?? { width: 0, height: 0 };
  useEffect(() => {
    painter.resize({ width: shownWidth, height: shownHeight });
  }, [painter, shownWidth, shownHeight]);

  useEffect(() => {
    if (!isVisible || width === 0) return undefined;
    painter.setWatchedSince(link.stationNow());
    return previews.watch({ cameraId: camera.id, width, fps }, (picture, at) =>
      painter.showPicture(picture, at),
    );
  }, [painter, previews, link, camera.id, width, fps, isVisible]);

  useEffect(() => {
    if (!isVisible) return undefined;
    const stops = [
      link.listen('overlay', (overlay) => {
        if (overlay.cameraId === camera.id) painter.pushOverlay(overlay);
      }),
      ledger.onCrossing((crossing) => {
        if (crossing.cameraId === camera.id) painter.flash(crossing);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [painter, link, ledger, camera.id, isVisible]);

  const { t } = useTranslation();
  useEffect(() => {
    const words: Record<Label, string> = {
      person: t('label.person'),
      vehicle: t('label.vehicle'),
      bicycle: t('label.bicycle'),
      animal: t('label.animal'),
      other: t('label.other'),
    };
    painter.setCaptions(hasCaptions ? words : null);
  }, [painter, hasCaptions, t]);

  return [painter, useTileStatus(camera, painter)];
}

/** Renders only when what the tile says changes; its digits tick in the veil alone. */
function useTileStatus(camera: Camera, painter: TilePainter): TileStatus {
  const { link } = useStation();
  const isStationLost = useConnection().state === 'lost';
  const capture = camera.capture;
  const text = useSyncExternalStore(subscribeTicker, () =>
    JSON.stringify(
      tileStatus(
        {
          capture,
          pictureAt: painter.pictureAt(),
          watchedSince: painter.watchedSince(),
          isStationLost,
        },
        link.stationNow(),
      ),
    ),
  );
  return useMemo(() => JSON.parse(text) as TileStatus, [text]);
}

const tickers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for all tiles. */
function subscribeTicker(listener: () => void): () => void {
  tickers.add(listener);
  timer ??= setInterval(() => {
    for (const tick of [...tickers]) tick();
  }, statusEveryMs);
  return () => {
    tickers.delete(listener);
    if (tickers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
