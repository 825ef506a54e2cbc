/**
 * The rail on the right of the live view: the lines of the camera that is large, and the clock.
 */
import { useState, type ReactNode } from 'react';
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconEyeQuestion, IconPencil, IconVectorSpline } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import { Direction, type Line } from '#contract/counting.ts';
import { Allowed, useConnection, useFormats, useNow } from '../kit.ts';
import { NearMissDialog } from '../review/near-miss-dialog.tsx';
import { CountButton } from './count-button.tsx';
import { CrossingsDialog, type Asked } from './crossings-dialog.tsx';
import { Range, useLineCount, useLineInterval } from './line-layer.tsx';

/** The rail itself; what is on it looks old while the station does not answer. */
export function Rail({ children }: { readonly children: ReactNode }) {
  const isLost = useConnection().state === 'lost';
  return (
    <aside className="tw-rail" data-lost={isLost || undefined}>
      {children}
    </aside>
  );
}

interface LineListProps {
  readonly lines: readonly Line[];
  readonly camera: Camera;
  readonly onBack: () => void;
  readonly onDraw: () => void;
  readonly onEdit: (line: Line) => void;
}

export function LineList({ lines, camera, onBack, onDraw, onEdit }: LineListProps) {
  const { t } = useTranslation();
  const [missed, showMissed] = useState<Line | null>(null);
  const [asked, ask] = useState<Asked | null>(null);
  return (
    <section className="tw-line-list" aria-label={t('live.linesOf')}>
      <header>
        <Tooltip label={t('live.back')}>
          <ActionIcon aria-label={t('live.back')} onClick={onBack}>
            <IconArrowLeft size={18} />
          </ActionIcon>
        </Tooltip>
        <h2>{t('live.linesOf')}</h2>
        <Allowed to="line.save">
          <Button leftSection={<IconVectorSpline size={15} />} onClick={onDraw}>
            {t('line.draw')}
          </Button>
        </Allowed>
      </header>
      {lines.length === 0 && <p className="tw-hint">{t('live.drawHere')}</p>}
      {lines.map((line) => (
        <LineRow key={line.id} line={line} onAsk={ask} onEdit={onEdit} onMissed={showMissed} />
      ))}
      {missed !== null && (
        <NearMissDialog line={missed} camera={camera} onClose={() => showMissed(null)} />
      )}
      {asked !== null && (
        <CrossingsDialog asked={asked} cameras={[camera]} onClose={() => ask(null)} />
      )}
    </section>
  );
}

interface LineRowProps {
  readonly line: Line;
  readonly onAsk: (asked: Asked) => void;
  readonly onEdit: (line: Line) => void;
  readonly onMissed: (line: Line) => void;
}

function LineRow({ line, onAsk, onEdit, onMissed }: LineRowProps) {
  const { t } = useTranslation();
  const count = useLineCount(line.id);
  const interval = useLineInterval(line.id);
  return (
    <div className="tw-line-row">
      <span>
        {line.name}
        {interval !== null && <Range interval={interval} />}
      </span>
      {Direction.options.map((direction) => (
        <b key={direction} data-direction={direction}>
          <CountButton
            count={count?.[direction] ?? null}
            {...{ direction }}
            of={line.name}
            onOpen={() => onAsk({ lines: [line], direction })}
          />
        </b>
      ))}
      <Tooltip label={t('review.nearMisses', { name: line.name })}>
        <ActionIcon
          aria-label={t('review.nearMisses', { name: line.name })}
          onClick={() => onMissed(line)}
        >
          <IconEyeQuestion size={16} />
        </ActionIcon>
      </Tooltip>
      <Allowed to="line.save">
        <ActionIcon aria-label={t('line.editOf', { name: line.name })} onClick={() => onEdit(line)}>
          <IconPencil size={16} />
        </ActionIcon>
      </Allowed>
    </div>
  );
}

/** The time of day, as large as a guard needs it. */
export function Clock() {
  const { time } = useFormats();
  const now = useNow(1000);
  return <time className="tw-clock">{time(now)}</time>;
}
