/**
 * The zones of a camera on its picture: each with how many are inside, and for how long the longest has been there.
 */
import { IconClockExclamation, IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Zone } from '#contract/zone.ts';
import {
  formatAge,
  toPx,
  useFormats,
  useNow,
  useZoneOccupancy,
  type Extent,
  type Rect,
} from '../kit.ts';
import { isCompactFor, zoneFontPx, zonePlates } from './zone-plates.ts';

interface ZoneLayerProps {
  readonly zones: readonly Zone[];
  /** Size of the picture on screen, CSS px */
  readonly size: Extent;
  /** Where labels may be, CSS px of the picture */
  readonly room: Rect;
}

export function ZoneLayer({ zones, size, room }: ZoneLayerProps) {
  const plates = zonePlates(zones, size, room);
  return (
    <>
      <svg className="tw-lines" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden>
        {zones.map((zone) => (
          <ZoneShape key={zone.id} zone={zone} size={size} />
        ))}
      </svg>
      {zones.map((zone, index) => (
        <ZonePlate key={zone.id} zone={zone} plate={plates[index] ?? room} size={size} />
      ))}
    </>
  );
}

/** What is known of a zone now, and whether somebody has been there for too long. */
export function useZoneNow(zone: Zone) {
  const now = useNow(2000);
  const occupancy = useZoneOccupancy(zone, now);
  const longestMs = (occupancy?.longestDwellSeconds ?? 0) * 1000;
  const isLoitering = zone.loiterSeconds !== null && longestMs >= zone.loiterSeconds * 1000;
  return { count: occupancy?.count ?? null, longestMs, isLoitering };
}

function ZoneShape({ zone, size }: { readonly zone: Zone; readonly size: Extent }) {
  const { isLoitering } = useZoneNow(zone);
  const points = zone.points
    .map((point) => toPx(point, size))
    .map(({ x, y }) => `${x},${y}`)
    .join(' ');
  return (
    <g data-loitering={isLoitering || undefined}>
      <polygon className="tw-zone-edge" points={points} />
      <polygon className="tw-zone" points={points} />
    </g>
  );
}

interface ZonePlateProps {
  readonly zone: Zone;
  readonly plate: Rect;
  readonly size: Extent;
}

function ZonePlate({ zone, plate, size }: ZonePlateProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { count, longestMs, isLoitering } = useZoneNow(zone);
  const isCompact = isCompactFor(size);
  const age = formatAge(t, longestMs);
  const spoken =
    count === null
      ? t('zone.unknown', { name: zone.name })
      : t('zone.inside', { name: zone.name, people: number(count), age });
  return (
    <div
      className="tw-plate tw-zone-plate"
      role="group"
      aria-label={isLoitering ? `${spoken}, ${t('zone.loitering')}` : spoken}
      data-loitering={isLoitering || undefined}
      style={{
        transform: `translate(${plate.x}px, ${plate.y}px)`,
        width: plate.width,
        minHeight: plate.height,
        fontSize: zoneFontPx(size),
      }}
    >
      {!isCompact && <span className="tw-plate-name">{zone.name}</span>}
      <span className="tw-zone-count" aria-hidden>
        {isLoitering ? <IconClockExclamation size="0.8em" /> : <IconUsers size="0.8em" />}
        {count === null ? t('common.none') : number(count)}
      </span>
      {!isCompact && (
        <span className="tw-plate-name" aria-hidden>
          {isLoitering
            ? t('zone.loiteringFor', { age })
            : count === null
              ? t('zone.unknownNow')
              : count > 0
                ? t('zone.longest', { age })
                : t('zone.empty')}
        </span>
      )}
    </div>
  );
}
