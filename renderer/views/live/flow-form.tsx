/**
 * Defining a flow: where it begins, where it ends, and how long the way may take.
 */
import { useState } from 'react';
import { NumberInput, Select, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { Flow, FlowEnd } from '#contract/flow.ts';
import type { Zone } from '#contract/zone.ts';
import { confirm, FormDialog, keyOfEnd, possibleEnds, useCommand, useUndoNotice } from '../kit.ts';

interface FlowFormProps {
  readonly camera: Camera;
  /** Null for a new one */
  readonly flow: Flow | null;
  readonly lines: readonly Line[];
  readonly zones: readonly Zone[];
  readonly onClose: () => void;
}

const usualSeconds = 120;
const maxSeconds = 86_400;

export function FlowForm({ camera, flow, lines, zones, onClose }: FlowFormProps) {
  const { t } = useTranslation();
  const ends = possibleEnds(lines, zones);
  const [name, setName] = useState(flow?.name ?? t('zone.defaultFlow'));
  const [from, setFrom] = useState(flow === null ? firstKey(ends, 0) : keyOfEnd(flow.from));
  const [to, setTo] = useState(flow === null ? firstKey(ends, 1) : keyOfEnd(flow.to));
  const [seconds, setSeconds] = useState(flow?.maxSeconds ?? usualSeconds);
  const saving = useCommand('flow.save');
  const removing = useCommand('flow.remove');
  const showUndo = useUndoNotice();
  const nameOf = useEndName(lines, zones);
  const choices = ends.map((end) => ({ value: keyOfEnd(end), label: nameOf(end) }));
  const endOf = (key: string | null) => ends.find((end) => keyOfEnd(end) === key);
  const fromEnd = endOf(from);
  const toEnd = endOf(to);

  const save = () => {
    if (fromEnd === undefined || toEnd === undefined || name.trim() === '') return;
    saving.mutate(
      {
        ...(flow === null ? {} : { id: flow.id }),
        cameraId: camera.id,
        name: name.trim(),
        from: fromEnd,
        to: toEnd,
        maxSeconds: seconds,
      },
      {
        onSuccess(saved) {
          notifications.show({ message: t('line.saved', { name: saved.name }) });
          onClose();
        },
      },
    );
  };
  const remove = async (known: Flow) => {
    const isAgreed = await confirm({
      title: t('zone.deleteFlowTitle', { name: known.name }),
      text: t('zone.deleteFlowText'),
      confirm: t('common.remove'),
      cancel: t('common.cancel'),
      isDestructive: true,
    });
    if (!isAgreed) return;
    removing.mutate(
      { id: known.id },
      {
        onSuccess() {
          onClose();
          showUndo({
            message: t('line.deleted', { name: known.name }),
            undo: () => saving.mutateAsync(known),
          });
        },
      },
    );
  };

  return (
    <FormDialog
      title={flow === null ? t('zone.newFlow') : t('zone.editOf', { name: flow.name })}
      command={saving}
      isReady={from !== to && fromEnd !== undefined && toEnd !== undefined}
      removal={flow && { command: removing, ask: () => void remove(flow) }}
      onSubmit={save}
      onClose={onClose}
    >
      <TextInput
        label={t('line.name')}
        value={name}
        maxLength={80}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select label={t('zone.from')} data={choices} value={from} onChange={setFrom} />
      <Select label={t('zone.to')} data={choices} value={to} onChange={setTo} />
      <NumberInput
        label={t('zone.within')}
        description={t('zone.withinHint')}
        suffix=" s"
        min={1}
        max={maxSeconds}
        value={seconds}
        onChange={(value) => setSeconds(Math.max(1, Number(value) || usualSeconds))}
      />
    </FormDialog>
  );
}

function firstKey(ends: readonly FlowEnd[], index: number): string | null {
  const end = ends[index];
  return end === undefined ? null : keyOfEnd(end);
}

/** Words for an end of a flow: what happens where. */
export function useEndName(
  lines: readonly Line[],
  zones: readonly Zone[],
): (end: FlowEnd) => string {
  const { t } = useTranslation();
  return (end) => {
    if (end.on === 'zone') {
      const name = zones.find(({ id }) => id === end.zoneId)?.name ?? end.zoneId;
      return end.kind === 'enter' ? t('zone.enters', { name }) : t('zone.leaves', { name });
    }
    const name = lines.find(({ id }) => id === end.lineId)?.name ?? end.lineId;
    if (end.direction === null) return t('zone.crosses', { name });
    return end.direction === 'in' ? t('zone.crossesIn', { name }) : t('zone.crossesOut', { name });
  };
}
