/**
 * How many are on the site, between which numbers, and since when: on the rail beside the wall.
 */
import { useState } from 'react';
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconDoor, IconPencilPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { SiteOccupancy } from '#contract/site-occupancy.ts';
import type { Zone } from '#contract/zone.ts';
import { Allowed, useFormats, useSite, useSiteOccupancy, useStation } from '../kit.ts';
import { CorrectDialog } from './correct-dialog.tsx';
import { DoorsDialog } from './doors-dialog.tsx';

export interface SitePanelProps {
  readonly cameras: readonly Camera[];
  readonly lines: readonly Line[];
  readonly zones: readonly Zone[];
}

export function SitePanel({ cameras, lines, zones }: SitePanelProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'doors' | 'correct' | null>(null);
  const site = useSite().data;
  const reading = useSiteOccupancy().data;
  if (site === undefined || lines.length === 0) return null;
  const hasDoors = site.doors.length > 0;
  const close = () => setOpen(null);
  return (
    <section className="tw-site" aria-label={t('zone.site')}>
      <header>
        <h2>{t('zone.site')}</h2>
        <Allowed to="site.save">
          <Tooltip label={t('zone.doors')}>
            <ActionIcon aria-label={t('zone.doors')} onClick={() => setOpen('doors')}>
              <IconDoor size={17} />
            </ActionIcon>
          </Tooltip>
        </Allowed>
        {hasDoors && (
          <Allowed to="site.occupancy.correct">
            <Tooltip label={t('zone.correct')}>
              <ActionIcon aria-label={t('zone.correct')} onClick={() => setOpen('correct')}>
                <IconPencilPlus size={17} />
              </ActionIcon>
            </Tooltip>
          </Allowed>
        )}
      </header>
      {hasDoors && reading !== undefined && <Reading reading={reading} />}
      {!hasDoors && (
        <Allowed to="site.save">
          <Button variant="default" onClick={() => setOpen('doors')}>
            {t('zone.chooseDoors')}
          </Button>
        </Allowed>
      )}
      {open === 'doors' && (
        <DoorsDialog site={site} cameras={cameras} lines={lines} zones={zones} onClose={close} />
      )}
      {open === 'correct' && reading !== undefined && (
        <CorrectDialog reading={reading} onClose={close} />
      )}
    </section>
  );
}

function Reading({ reading }: { readonly reading: SiteOccupancy }) {
  const { t } = useTranslation();
  const { number, minute, date } = useFormats();
  const { link } = useStation();
  const { count, low, high, correctedAt, crossingsSince } = reading;
  const isSure = low === high;
  const when = (at: number) =>
    date(at) === date(link.stationNow()) ? minute(at) : `${date(at)} ${minute(at)}`;
  return (
    <>
      <p className="tw-site-count">
        <strong>{number(count)}</strong>
        <span>
          {isSure ? t('zone.sure') : t('zone.between', { low: number(low), high: number(high) })}
        </span>
      </p>
      <p className="tw-dim">
        {correctedAt === null
          ? t('zone.neverCorrected')
          : t('zone.correctedAt', { time: when(correctedAt) })}
        {' · '}
        {t('zone.crossingsSince', { count: crossingsSince })}
      </p>
    </>
  );
}
