/**
 * Beside the picture while a line is drawn: whether it can be counted there, and what it would have counted.
 */
import { useDeferredValue, useState } from 'react';
import { Button, Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { LineCheck, WhatIf } from '#contract/trajectory.ts';
import type { InputOf } from '#contract/procedures.ts';
import { ErrorText, useFormats, useStation, type DraftState } from '../kit.ts';
import { useReview } from './use-review.ts';

interface LineAdviceProps {
  readonly camera: Camera;
  readonly draft: DraftState;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function LineAdvice({ camera, draft }: LineAdviceProps) {
  // While a point is dragged the question changes with every move; the newest one is enough.
  const { points, anchor, labels, minHeight } = useDeferredValue(draft);
  if (points.length < 2) return null;
  const shape = {
    cameraId: camera.id,
    points: [...points],
    anchor,
    labels: [...labels],
    ...(minHeight > 0 ? { minHeight } : {}),
  };
  return (
    <section className="tw-advice">
      <Verdict shape={shape} />
      <WhatIfPanel shape={shape} lineId={draft.lineId} />
    </section>
  );
}

type Shape = InputOf<'line.check'>;

function Verdict({ shape }: { readonly shape: Shape }) {
  const { t } = useTranslation();
  const { data, error } = useReview('line.check', shape);
  if (error !== null) return <ErrorText error={error} />;
  if (data === undefined) return <Loader size="xs" aria-label={t('common.loading')} />;
  return (
    <div className="tw-line-advice" data-verdict={data.verdict} role="status">
      <strong>{t(`review.verdict.${data.verdict}`)}</strong>
      <Reasons check={data} />
    </div>
  );
}

function Reasons({ check }: { readonly check: LineCheck }) {
  const { t } = useTranslation();
  if (check.faults.length === 0) {
    return <p>{t('review.fine', { passages: check.passages })}</p>;
  }
  return (
    <ul>
      {check.faults.map((fault) => (
        <li key={fault}>{t(`review.fault.${fault}`)}</li>
      ))}
    </ul>
  );
}

interface WhatIfProps {
  readonly shape: Shape;
  readonly lineId: string | null;
}

function WhatIfPanel({ shape, lineId }: WhatIfProps) {
  const { t } = useTranslation();
  const { link } = useStation();
  const [question, ask] = useState<InputOf<'line.whatIf'> | null>(null);
  const { data, error, isFetching } = useReview('line.whatIf', question);
  const count = (spanMs: number, endMs: number, bucket: 'hour' | 'quarter') => {
    const to = Math.ceil(endMs);
    ask({
      ...shape,
      from: to - spanMs,
      to,
      bucket,
      ...(lineId === null ? {} : { lineId }),
    });
  };
  const midnight = (): number => new Date(link.stationNow()).setHours(0, 0, 0, 0);
  return (
    <div className="tw-what-if">
      <h3>{t('review.whatIf')}</h3>
      <div className="tw-form-row">
        <Button
          variant="default"
          size="xs"
          onClick={() => count(hourMs, link.stationNow(), 'quarter')}
        >
          {t('review.lastHour')}
        </Button>
        <Button variant="default" size="xs" onClick={() => count(dayMs, midnight(), 'hour')}>
          {t('review.yesterday')}
        </Button>
        {isFetching && <Loader size="xs" aria-label={t('common.loading')} />}
      </div>
      {error !== null && <ErrorText error={error} />}
      {data !== undefined && question !== null && <WhatIfTable answer={data} />}
    </div>
  );
}

function WhatIfTable({ answer }: { readonly answer: WhatIf }) {
  const { t } = useTranslation();
  const { number, minute } = useFormats();
  const rows = answer.buckets.filter((bucket) => bucket.observedSeconds > 0);
  if (rows.length === 0) return <p className="tw-hint">{t('review.nothingKept')}</p>;
  const cells = (sums: { readonly in: number; readonly out: number } | null) =>
    sums === null ? t('common.none') : `${number(sums.in)} / ${number(sums.out)}`;
  const share = (bucket: { from: number; to: number; observedSeconds: number }) =>
    `${number((bucket.observedSeconds * 100_000) / (bucket.to - bucket.from))} %`;
  return (
    <table>
      <thead>
        <tr>
          <th>{t('review.time')}</th>
          <th>{t('review.asIs')}</th>
          <th>{t('review.asDrawn')}</th>
          <th>{t('review.observed')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((bucket) => (
          <tr key={bucket.from}>
            <td>{minute(bucket.from)}</td>
            <td>{cells(bucket.old)}</td>
            <td>{cells(bucket.draft)}</td>
            <td>{share(bucket)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th>{t('review.sum')}</th>
          <td>{cells(answer.old)}</td>
          <td>{cells(answer.draft)}</td>
          <td>{t('review.took', { seconds: number(answer.tookMs / 1000, 1) })}</td>
        </tr>
      </tfoot>
    </table>
  );
}
