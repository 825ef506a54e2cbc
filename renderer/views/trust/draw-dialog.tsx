/**
 * Draws clips to be counted: how many and how long.
 */
import { useState } from 'react';
import { NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Line } from '#contract/counting.ts';
import { FormDialog, goTo, useCommand } from '../kit.ts';
import { countRoute } from './trust-route.ts';

interface DrawDialogProps {
  readonly line: Line;
  readonly onClose: () => void;
}

export function DrawDialog({ line, onClose }: DrawDialogProps) {
  const { t } = useTranslation();
  const drawing = useCommand('blindCount.draw');
  const [clips, setClips] = useState(24);
  const [clipSeconds, setClipSeconds] = useState(60);
  return (
    <FormDialog
      title={t('trust.drawTitle', { name: line.name })}
      command={drawing}
      submit={t('trust.drawNow')}
      onSubmit={() => {
        drawing.mutate(
          { cameraId: line.cameraId, lineId: line.id, clips, clipSeconds },
          { onSuccess: ({ id }) => goTo(countRoute(id)) },
        );
      }}
      onClose={onClose}
    >
      <p>{t('trust.drawText')}</p>
      <NumberInput
        label={t('trust.clips')}
        description={t('trust.clipsHint')}
        min={4}
        max={400}
        value={clips}
        onChange={(value) => setClips(Number(value))}
      />
      <NumberInput
        label={t('trust.clipSeconds')}
        min={10}
        max={300}
        value={clipSeconds}
        onChange={(value) => setClipSeconds(Number(value))}
      />
    </FormDialog>
  );
}
