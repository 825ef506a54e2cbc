/**
 * Who came near a line in the last hour without being counted, each with the reason and its path.
 */
import { useState } from 'react';
import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { NearMiss } from '#contract/trajectory.ts';
import { ErrorText, LoadingState, useFormats, useStation } from '../kit.ts';
import { Tile } from '../live/tile.tsx';
import { DistanceChart } from './distance-chart.tsx';
import { PathLayer } from './path-layer.tsx';
import { useReview } from './use-review.ts';

interface NearMissDialogProps {
  readonly line: Line;
  readonly camera: Camera;
  readonly onClose: () => void;
}

const hourMs = 3_600_000;
const pictureFps = 5;

export function NearMissDialog({ line, camera, onClose }: NearMissDialogProps) {
  const { t } = useTranslation();
  const { link } = useStation();
  const [to] = useState(() => Math.ceil(link.stationNow()));
  const { data, error } = useReview('line.nearMisses', { lineId: line.id, from: to - hourMs, to });
  const [chosen, choose] = useState<NearMiss | null>(null);
  const shown = chosen ?? data?.misses[0] ?? null;
  const marked = shown?.path.find((look) => look.at >= shown.at) ?? null;
  return (
    <Modal opened onClose={onClose} size="xl" title={t('review.nearMisses', { name: line.name })}>
      {error !== null && <ErrorText error={error} />}
      {data === undefined && error === null && <LoadingState />}
      {data !== undefined && (
        <>
          <p className="tw-hint">
            {t('review.nearSum', {
              misses: data.misses.length,
              tracks: data.tracks,
              minutes: Math.round(data.observedSeconds / 60),
            })}
          </p>
          <div className="tw-receipt">
            <div className="tw-receipt-picture">
              <div className="tw-receipt-tile">
                <Tile
                  camera={camera}
                  zones={[]}
                  lines={[]}
                  number={null}
                  isFocused={false}
                  fps={pictureFps}
                  cover={(size) => (
                    <PathLayer
                      path={shown?.path ?? []}
                      points={line.points}
                      size={size}
                      marked={marked}
                    />
                  )}
                />
              </div>
              {shown !== null && <DistanceChart path={shown.path} at={shown.at} />}
            </div>
            <MissList misses={data.misses} shown={shown} onChoose={choose} />
          </div>
        </>
      )}
    </Modal>
  );
}

interface MissListProps {
  readonly misses: readonly NearMiss[];
  readonly shown: NearMiss | null;
  readonly onChoose: (miss: NearMiss) => void;
}

function MissList({ misses, shown, onChoose }: MissListProps) {
  const { t } = useTranslation();
  const { time } = useFormats();
  if (misses.length === 0) return <p className="tw-hint">{t('review.noMisses')}</p>;
  return (
    <ol className="tw-misses">
      {misses.map((miss) => (
        <li key={`${miss.trackUid}-${String(miss.at)}`}>
          <button type="button" aria-pressed={miss === shown} onClick={() => onChoose(miss)}>
            <b>{t(`review.reason.${miss.reason}`)}</b>
            <time dateTime={new Date(miss.at).toISOString()}>{time(miss.at)}</time>
            <small>
              {t(`label.${miss.label}`)}
              {miss.direction !== null && `, ${t(`common.${miss.direction}`)}`}
            </small>
          </button>
        </li>
      ))}
    </ol>
  );
}
