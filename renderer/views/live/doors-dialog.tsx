/**
 * Says which lines are doors of the site, which zones show people directly, and when the site is known to be empty.
 */
import { useState } from 'react';
import { Checkbox, Switch, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { SiteDefinition } from '#contract/site-occupancy.ts';
import type { Zone } from '#contract/zone.ts';
import { FormDialog, useCommand } from '../kit.ts';

interface DoorsDialogProps {
  readonly site: SiteDefinition;
  readonly cameras: readonly Camera[];
  readonly lines: readonly Line[];
  readonly zones: readonly Zone[];
  readonly onClose: () => void;
}

const usualHours = { from: '22:00', to: '05:00' };

export function DoorsDialog({ site, cameras, lines, zones, onClose }: DoorsDialogProps) {
  const { t } = useTranslation();
  const saving = useCommand('site.save');
  const [draft, setDraft] = useState(() => existing(site, lines, zones));
  const change = (part: Partial<SiteDefinition>) => setDraft((known) => ({ ...known, ...part }));
  const cameraOf = (cameraId: string) =>
    cameras.find((camera) => camera.id === cameraId)?.name ?? cameraId;

  const save = () => {
    saving.mutate(draft, {
      onSuccess() {
        notifications.show({ message: t('zone.doorsSaved') });
        onClose();
      },
    });
  };

  return (
    <FormDialog title={t('zone.doors')} command={saving} onSubmit={save} onClose={onClose}>
      <p className="tw-hint">{t('zone.doorsHint')}</p>
      <fieldset className="tw-choices">
        <legend>{t('zone.doorLines')}</legend>
        {lines.map((line) => (
          <DoorChoice
            key={line.id}
            label={`${line.name} · ${cameraOf(line.cameraId)}`}
            lineId={line.id}
            doors={draft.doors}
            onDoors={(doors) => change({ doors })}
          />
        ))}
      </fieldset>
      {zones.length > 0 && (
        <fieldset className="tw-choices">
          <legend>{t('zone.evidence')}</legend>
          <small className="tw-dim">{t('zone.evidenceHint')}</small>
          {zones.map((zone) => (
            <Checkbox
              key={zone.id}
              label={`${zone.name} · ${cameraOf(zone.cameraId)}`}
              checked={draft.zones.includes(zone.id)}
              onChange={(event) =>
                change({
                  zones: event.currentTarget.checked
                    ? [...draft.zones, zone.id]
                    : draft.zones.filter((id) => id !== zone.id),
                })
              }
            />
          ))}
        </fieldset>
      )}
      <EmptyHours hours={draft.emptyHours} onHours={(emptyHours) => change({ emptyHours })} />
    </FormDialog>
  );
}

interface DoorChoiceProps {
  readonly label: string;
  readonly lineId: string;
  readonly doors: SiteDefinition['doors'];
  readonly onDoors: (doors: SiteDefinition['doors']) => void;
}

function DoorChoice({ label, lineId, doors, onDoors }: DoorChoiceProps) {
  const { t } = useTranslation();
  const door = doors.find((known) => known.lineId === lineId);
  const others = doors.filter((known) => known.lineId !== lineId);
  return (
    <div className="tw-door">
      <Checkbox
        label={label}
        checked={door !== undefined}
        onChange={(event) =>
          onDoors(event.currentTarget.checked ? [...others, { lineId, isReversed: false }] : others)
        }
      />
      {door !== undefined && (
        <Switch
          size="xs"
          label={t('zone.reversed')}
          checked={door.isReversed}
          onChange={(event) =>
            onDoors([...others, { lineId, isReversed: event.currentTarget.checked }])
          }
        />
      )}
    </div>
  );
}

interface EmptyHoursProps {
  readonly hours: SiteDefinition['emptyHours'];
  readonly onHours: (hours: SiteDefinition['emptyHours']) => void;
}

function EmptyHours({ hours, onHours }: EmptyHoursProps) {
  const { t } = useTranslation();
  return (
    <fieldset className="tw-choices">
      <legend>{t('zone.emptyHours')}</legend>
      <Switch
        label={t('zone.isEmpty')}
        description={t('zone.emptyHint')}
        checked={hours !== null}
        onChange={(event) => onHours(event.currentTarget.checked ? usualHours : null)}
      />
      {hours !== null && (
        <div className="tw-form-row">
          <TextInput
            type="time"
            label={t('zone.emptyFrom')}
            value={hours.from}
            onChange={(event) => onHours({ ...hours, from: event.currentTarget.value })}
          />
          <TextInput
            type="time"
            label={t('zone.emptyTo')}
            value={hours.to}
            onChange={(event) => onHours({ ...hours, to: event.currentTarget.value })}
          />
        </div>
      )}
    </fieldset>
  );
}

/** Without the lines and zones that went with a camera. */
function existing(
  site: SiteDefinition,
  lines: readonly Line[],
  zones: readonly Zone[],
): SiteDefinition {
  return {
    ...site,
    doors: site.doors.filter(({ lineId }) => lines.some(({ id }) => id === lineId)),
    zones: site.zones.filter((zoneId) => zones.some(({ id }) => id === zoneId)),
  };
}
