/**
 * What failed, newest first: since when, what the station did about it, what was not observed meanwhile. Below it the plan.
 */
import { IconShieldCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { IncidentView, RecoveryStep } from '#contract/recovery.ts';
import {
  EmptyState,
  formatAge,
  NotLoaded,
  StationSentence,
  useFormats,
  useIncidents,
  useNow,
} from '../kit.ts';
import { PlanCard } from './plan-card.tsx';

const outcomeTones: Record<RecoveryStep['outcome'], string> = {
  running: 'warning',
  done: 'good',
  failed: 'bad',
  refused: 'bad',
};

export function IncidentsPanel() {
  const { t } = useTranslation();
  const incidents = useIncidents();
  const now = useNow(1000);
  return (
    <>
      {incidents.data === undefined && (
        <NotLoaded query={incidents} title={t('incident.loadFailed')} />
      )}
      {incidents.data?.length === 0 && (
        <EmptyState
          icon={<IconShieldCheck size={32} stroke={1.3} />}
          title={t('incident.none')}
          hint={t('incident.noneHint')}
        />
      )}
      {incidents.data?.map((incident) => (
        <IncidentCard key={incident.id} incident={incident} now={now} />
      ))}
      <PlanCard />
    </>
  );
}

interface IncidentCardProps {
  readonly incident: IncidentView;
  readonly now: number;
}

function IncidentCard({ incident, now }: IncidentCardProps) {
  const { t } = useTranslation();
  const { date, time, number } = useFormats();
  const { kind, subject, cameraId, code, cause, said, from, to, steps, impact } = incident;
  const name = cameraId === null ? subject : (impact[0]?.cameraName ?? subject);
  const missed = impact.filter(({ notObservedSeconds }) => notObservedSeconds > 0);
  return (
    <article className="tw-card tw-incident">
      <header>
        <span className="tw-chip" data-tone={to === null ? 'bad' : 'good'}>
          <i aria-hidden />
          {t(to === null ? 'incident.lasts' : 'incident.over')}
        </span>
        <h2>{t(`incident.kind.${kind}`, { subject: name })}</h2>
        <span className="tw-dim">
          {`${date(from)} ${time(from)} · ${formatAge(t, (to ?? now) - from)}`}
        </span>
        {code !== null && <code>{code}</code>}
      </header>
      <p>
        <StationSentence of={{ detail: cause, said }} code={code} />
      </p>
      <ol className="tw-recovery-steps">
        {steps.map((step) => (
          <li key={`${step.action} ${String(step.at)}`}>
            <span className="tw-mono">{time(step.at)}</span>{' '}
            <strong>{t(`recovery.action.${step.action}`)}</strong>{' '}
            <span className="tw-share" data-tone={outcomeTones[step.outcome]}>
              {t(`recovery.outcome.${step.outcome}`)}
            </span>
            {step.tries > 1 && (
              <span className="tw-dim"> {t('recovery.tries', { count: step.tries })}</span>
            )}
            {step.effect !== null && (
              <span className="tw-dim">
                {' '}
                <StationSentence of={{ detail: step.effect, said: step.said }} />
              </span>
            )}
          </li>
        ))}
      </ol>
      {missed.length === 0 ? (
        <p className="tw-hint">{t('incident.noImpact')}</p>
      ) : (
        <ul className="tw-impact">
          {missed.map(({ cameraId: id, cameraName, lines, notObservedSeconds, gaps }) => (
            <li key={id}>
              <strong>{cameraName}</strong>{' '}
              {t('incident.notObserved', {
                seconds: number(notObservedSeconds, 1),
                from: time(gaps[0]?.from ?? from),
                to: time(gaps.at(-1)?.to ?? now),
              })}{' '}
              {lines.length === 0
                ? t('incident.noLines')
                : t('incident.lines', { lines: lines.join(', ') })}
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}
