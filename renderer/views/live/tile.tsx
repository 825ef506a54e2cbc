/**
 * One camera on the wall: picture, what is seen on it, its lines and counts, and what is wrong with it if anything is.
 */
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { Zone } from '#contract/zone.ts';
import {
  fitInside,
  isAnalysed,
  lostViewOf,
  needsVeil,
  StateChip,
  useFormats,
  useSize,
  useStation,
  type Extent,
  type Rect,
} from '../kit.ts';
import { SmallModelNote } from '../first-run/small-model-note.tsx';
import { TruthNote } from '../first-run/truth-note.tsx';
import { LineLayer } from './line-layer.tsx';
import { useTile } from './use-tile.ts';
import { Veil } from './veil.tsx';
import { ZoneLayer } from './zone-layer.tsx';
import { zonePlates } from './zone-plates.ts';

interface TileProps {
  readonly camera: Camera;
  readonly lines: readonly Line[];
  readonly zones: readonly Zone[];
  /** 1 to 9: the key that shows it large; null where there is none */
  readonly number: number | null;
  readonly isFocused: boolean;
  readonly fps: number;
  readonly onOpen?: (() => void) | undefined;
  /** What lies on the picture instead of the plain lines, for example the editor; given the picture's size on screen */
  readonly cover?: ((size: Extent) => ReactNode) | undefined;
}

const headHeightPx = 34;
const footHeightPx = 26;

export function Tile(props: TileProps) {
  const { camera, lines, zones, number, isFocused, onOpen, cover } = props;
  const { t } = useTranslation();
  const formats = useFormats();
  const { link } = useStation();
  const [ref, size] = useSize();
  const stage = size === null ? null : fitInside(size, camera.picture ?? { width: 16, height: 9 });
  const [painter, status] = useTile(camera, {
    size: stage,
    fps: props.fps,
    hasCaptions: isFocused,
  });
  // The camera's figures come anew every two seconds, and with them this.
  const isCounting = isAnalysed(camera, link.stationNow());
  const lostView = lostViewOf(camera);
  const picture = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    if (picture.current === null || overlay.current === null) return undefined;
    return painter.attach({ picture: picture.current, overlay: overlay.current });
  }, [painter]);

  return (
    <article
      ref={ref}
      className="tw-tile"
      data-kind={status.kind}
      data-focused={isFocused || undefined}
      aria-label={`${camera.name}, ${t(`state.${status.kind}`)}`}
    >
      <div
        className="tw-stage"
        style={{
          left: stage?.x ?? 0,
          top: stage?.y ?? 0,
          width: stage?.width ?? 0,
          height: stage?.height ?? 0,
        }}
      >
        <canvas ref={picture} className="tw-picture" aria-hidden />
        <canvas ref={overlay} className="tw-overlay" aria-hidden />
        {stage !== null && cover === undefined && (
          <>
            <ZoneLayer zones={zones} size={stage} room={roomOf(stage, size)} />
            <LineLayer
              lines={lines}
              size={stage}
              room={roomOf(stage, size)}
              taken={zonePlates(zones, stage, roomOf(stage, size))}
            />
          </>
        )}
        {stage !== null && cover?.(stage)}
      </div>
      {needsVeil(status) && <Veil status={status} isCounting={isCounting} />}
      <header className="tw-tile-head">
        {number !== null && <kbd aria-hidden>{number}</kbd>}
        <h2>{camera.name}</h2>
        <StateChip kind={status.kind} />
      </header>
      <footer className="tw-tile-foot">
        <TruthNote camera={camera} />
        {lostView !== null && (
          <strong title={t(`view.hint.${lostView}`)}>{t(`view.short.${lostView}`)}</strong>
        )}
        {camera.counting?.standsInFor != null && (
          <strong>
            {t(camera.counting.model === null ? 'standIn.noneShort' : 'standIn.short', {
              model: camera.counting.model,
            })}
          </strong>
        )}
        {status.kind === 'live' && isCounting && (
          <span>{t('common.fps', { value: formats.number(camera.figures.inferredFps) })}</span>
        )}
        {status.kind === 'live' && !isCounting && (
          <strong>
            {t('live.notCounting')} <span>{t('live.notCountingHint')}</span>
          </strong>
        )}
      </footer>
      {onOpen !== undefined && (
        <button
          type="button"
          className="tw-tile-open"
          aria-label={t('live.focus', { name: camera.name })}
          onClick={onOpen}
        />
      )}
      <SmallModelNote camera={camera} />
    </article>
  );
}

/** The part of the picture that head and foot of the tile leave free. */
function roomOf(stage: Rect, tile: Extent | null): Rect {
  const top = Math.max(4, headHeightPx - stage.y);
  const below = (tile?.height ?? stage.height) - stage.y - stage.height;
  const bottom = Math.max(4, footHeightPx - below);
  return {
    x: 4,
    y: top,
    width: Math.max(0, stage.width - 8),
    height: Math.max(0, stage.height - top - bottom),
  };
}
