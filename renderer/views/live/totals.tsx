/**
 * Today's sums over the lines on screen, with their intervals and what it was yesterday by this time.
 */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import { Direction, type Line } from '#contract/counting.ts';
import { intervalOf, totalOf, useFormats, useLedger, useYesterday } from '../kit.ts';
import { CountButton } from './count-button.tsx';
import { CrossingsDialog, type Asked } from './crossings-dialog.tsx';
import { Range } from './line-layer.tsx';

interface TotalsProps {
  readonly cameras: readonly Camera[];
  readonly lines: readonly Line[];
}

export function Totals({ cameras, lines }: TotalsProps) {
  const { t } = useTranslation();
  const { minute } = useFormats();
  const ledger = useLedger();
  const [asked, ask] = useState<Asked | null>(null);
  const ids = lines.map(({ id }) => id);
  const total = ledger === null ? null : totalOf(ledger, ids);
  const interval = ledger === null ? null : intervalOf(ledger, ids);
  return (
    <section className="tw-totals" aria-label={t('live.today')}>
      <header>
        <h2>{t('live.today')}</h2>
        <span>
          {ledger !== null && t('live.since', { time: minute(ledger.from) })} ·{' '}
          {t('live.lineCount', { count: lines.length })}
        </span>
      </header>
      <dl className="tw-counts">
        {Direction.options.map((direction) => (
          <div key={direction} data-direction={direction}>
            <dt>{t(`common.${direction}`)}</dt>
            <dd>
              <CountButton
                count={total?.[direction] ?? null}
                {...{ direction }}
                of={t('live.today')}
                onOpen={() => ask({ lines, direction })}
              />
            </dd>
          </div>
        ))}
      </dl>
      {interval !== null && (
        <p className="tw-totals-range">
          <Range interval={interval} />
        </p>
      )}
      <Yesterday lineIds={ids} />
      {asked !== null && (
        <CrossingsDialog asked={asked} cameras={cameras} onClose={() => ask(null)} />
      )}
    </section>
  );
}

/** Says nothing of lines that nobody observed yesterday: a zero would be a lie. */
function Yesterday({ lineIds }: { readonly lineIds: readonly string[] }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const tallies = useYesterday().data?.filter(({ lineId }) => lineIds.includes(lineId)) ?? [];
  if (!tallies.some(({ observedSeconds }) => observedSeconds > 0)) return null;
  const sum = (direction: Direction) =>
    tallies.reduce((total, tally) => total + tally[direction], 0);
  return (
    <p className="tw-totals-before">
      {t('live.yesterday', { in: number(sum('in')), out: number(sum('out')) })}
    </p>
  );
}
