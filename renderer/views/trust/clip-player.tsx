/**
 * Plays a clip of the recording with nothing on it but the line and its arrow: no boxes, no numbers.
 */
import { useImperativeHandle, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { Line } from '#contract/counting.ts';
import { middleOf, useSize, type Extent } from '../kit.ts';
import { LineShape } from '../live/line-layer.tsx';
import type { Film } from './use-film.ts';

export interface Player {
  /** Unix time in ms of the picture on screen */
  readonly now: () => number;
  readonly toggle: () => void;
  /** @param at Unix time in ms */
  readonly seek: (at: number) => void;
  readonly setSpeed: (speed: number) => void;
}

interface ClipPlayerProps {
  readonly film: Extract<Film, { state: 'ready' }>;
  readonly line: Line;
  readonly player: Ref<Player>;
  /** Called about four times a second while it plays, and when it stands */
  readonly onTime: (at: number) => void;
  readonly onEnd: () => void;
}

export function ClipPlayer({ film, line, player, onTime, onEnd }: ClipPlayerProps) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const [shape, setShape] = useState<Extent | null>(null);
  const [frame, size] = useSize();
  const now = () => Math.round(film.from + (video.current?.currentTime ?? 0) * 1000);
  useImperativeHandle(player, () => ({
    now,
    toggle: () => {
      const element = video.current;
      if (element === null) return;
      if (element.paused) void element.play();
      else element.pause();
    },
    seek: (at) => {
      if (video.current !== null) video.current.currentTime = Math.max(0, at - film.from) / 1000;
    },
    setSpeed: (speed) => {
      if (video.current !== null) video.current.playbackRate = speed;
    },
  }));
  return (
    <div
      ref={frame}
      className="tw-film"
      style={shape === null ? undefined : { aspectRatio: `${shape.width} / ${shape.height}` }}
    >
      <video
        ref={video}
        src={film.url}
        aria-label={t('trust.film')}
        muted
        playsInline
        onLoadedMetadata={({ currentTarget }) =>
          setShape({ width: currentTarget.videoWidth, height: currentTarget.videoHeight })
        }
        onTimeUpdate={() => onTime(now())}
        onEnded={onEnd}
      />
      {size !== null && shape !== null && (
        <svg className="tw-lines" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden>
          <LineShape line={line} middle={middleOf(line.points, size)} size={size} />
        </svg>
      )}
    </div>
  );
}
