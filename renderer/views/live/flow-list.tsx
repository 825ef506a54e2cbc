/**
 * The flows of the camera that is large: how many went each way today, and the way to define and remove them.
 */
import { useState } from 'react';
import { ActionIcon, Button } from '@mantine/core';
import { IconArrowRampRight, IconPencil, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { Flow, FlowTally } from '#contract/flow.ts';
import type { Zone } from '#contract/zone.ts';
import { Allowed, formatAge, useFlows, useFlowTallies, useFormats } from '../kit.ts';
import { FlowForm, useEndName } from './flow-form.tsx';

interface FlowListProps {
  readonly camera: Camera;
  readonly lines: readonly Line[];
  readonly zones: readonly Zone[];
}

export function FlowList({ camera, lines, zones }: FlowListProps) {
  const { t } = useTranslation();
  // Null while no form is open, 'new' for a new flow.
  const [edited, setEdited] = useState<Flow | 'new' | null>(null);
  const flows = (useFlows().data ?? []).filter((flow) => flow.cameraId === camera.id);
  const tallies = useFlowTallies(camera.id);
  const nameOf = useEndName(lines, zones);
  // A flow needs two places, or one that is entered and left.
  const isPossible = lines.length + zones.length > 0;
  if (!isPossible && flows.length === 0) return null;
  return (
    <section className="tw-zone-list" aria-label={t('zone.flows')}>
      <header>
        <h2>{t('zone.flows')}</h2>
        <Allowed to="flow.save">
          <Button
            variant="default"
            leftSection={<IconPlus size={15} />}
            onClick={() => setEdited('new')}
          >
            {t('zone.addFlow')}
          </Button>
        </Allowed>
      </header>
      {flows.length === 0 && <p className="tw-hint">{t('zone.flowHint')}</p>}
      {flows.map((flow) => (
        <FlowRow
          key={flow.id}
          flow={flow}
          way={`${nameOf(flow.from)} → ${nameOf(flow.to)}`}
          tally={tallies.find(({ flowId }) => flowId === flow.id) ?? null}
          onEdit={() => setEdited(flow)}
        />
      ))}
      {edited !== null && (
        <FlowForm
          camera={camera}
          flow={edited === 'new' ? null : edited}
          lines={lines}
          zones={zones}
          onClose={() => setEdited(null)}
        />
      )}
    </section>
  );
}

interface FlowRowProps {
  readonly flow: Flow;
  readonly way: string;
  /** Today's; null before it is known */
  readonly tally: FlowTally | null;
  readonly onEdit: () => void;
}

function FlowRow({ flow, way, tally, onEdit }: FlowRowProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const seconds = tally?.meanSeconds ?? null;
  return (
    <div className="tw-zone-row">
      <span>
        {flow.name}
        <small>
          <IconArrowRampRight size={12} aria-hidden /> {way}
          {seconds !== null && ` · ${t('zone.takes', { age: formatAge(t, seconds * 1000) })}`}
        </small>
      </span>
      <b>{tally === null ? t('common.none') : number(tally.passages)}</b>
      <Allowed to="flow.save">
        <ActionIcon aria-label={t('zone.editOf', { name: flow.name })} onClick={onEdit}>
          <IconPencil size={16} />
        </ActionIcon>
      </Allowed>
    </div>
  );
}
