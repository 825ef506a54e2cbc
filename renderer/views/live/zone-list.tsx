/**
 * The zones of the camera that is large: who is inside, for how long, and the way to draw and change them.
 */
import { ActionIcon, Button } from '@mantine/core';
import { IconPencil, IconPolygon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Zone } from '#contract/zone.ts';
import { Allowed, formatAge, useFormats } from '../kit.ts';
import { useZoneNow } from './zone-layer.tsx';

interface ZoneListProps {
  readonly zones: readonly Zone[];
  readonly onDraw: () => void;
  readonly onEdit: (zone: Zone) => void;
}

export function ZoneList({ zones, onDraw, onEdit }: ZoneListProps) {
  const { t } = useTranslation();
  return (
    <section className="tw-zone-list" aria-label={t('zone.list')}>
      <header>
        <h2>{t('zone.list')}</h2>
        <Allowed to="zone.save">
          <Button variant="default" leftSection={<IconPolygon size={15} />} onClick={onDraw}>
            {t('zone.draw')}
          </Button>
        </Allowed>
      </header>
      {zones.length === 0 && <p className="tw-hint">{t('zone.drawHere')}</p>}
      {zones.map((zone) => (
        <ZoneRow key={zone.id} zone={zone} onEdit={onEdit} />
      ))}
    </section>
  );
}

function ZoneRow({ zone, onEdit }: { readonly zone: Zone } & Pick<ZoneListProps, 'onEdit'>) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { count, longestMs, isLoitering } = useZoneNow(zone);
  const age = formatAge(t, longestMs);
  return (
    <div className="tw-zone-row" data-loitering={isLoitering || undefined}>
      <span>
        {zone.name}
        <small>
          {isLoitering
            ? t('zone.loiteringFor', { age })
            : count === null
              ? t('zone.unknownNow')
              : count > 0
                ? t('zone.longest', { age })
                : t('zone.empty')}
        </small>
      </span>
      <b>{count === null ? t('common.none') : number(count)}</b>
      <Allowed to="zone.save">
        <ActionIcon aria-label={t('zone.editOf', { name: zone.name })} onClick={() => onEdit(zone)}>
          <IconPencil size={16} />
        </ActionIcon>
      </Allowed>
    </div>
  );
}
