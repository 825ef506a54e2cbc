/**
 * What is wrong now: the worst first, each with what the station did and what one can do.
 */
import { useState } from 'react';
import { Button } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AlertSeverity, type Alert } from '#contract/alert.ts';
import {
  Allowed,
  EmptyState,
  formatAge,
  NotLoaded,
  StationSentence,
  useFormats,
  useNow,
  useOpenAlerts,
} from '../kit.ts';
import { AcknowledgeDialog } from './acknowledge-dialog.tsx';
import { againstLimit, severityTones, stateTones } from './alert-words.ts';

const states = ['firing', 'acknowledged', 'pending'];

export function OpenAlerts() {
  const { t } = useTranslation();
  const alerts = useOpenAlerts();
  const [taken, take] = useState<Alert | null>(null);
  if (alerts.data === undefined) {
    return <NotLoaded query={alerts} title={t('alert.loadFailed')} />;
  }
  if (alerts.data.length === 0) {
    return (
      <EmptyState
        icon={<IconCircleCheck size={32} stroke={1.3} />}
        title={t('alert.none')}
        hint={t('alert.noneHint')}
      />
    );
  }
  const rank = ({ state, severity }: Alert) =>
    states.indexOf(state) * 10 - AlertSeverity.options.indexOf(severity);
  return (
    <>
      {alerts.data
        .toSorted((a, b) => rank(a) - rank(b))
        .map((alert) => (
          <AlertCard key={alert.id} alert={alert} onTake={() => take(alert)} />
        ))}
      {taken !== null && <AcknowledgeDialog alert={taken} onClose={() => take(null)} />}
    </>
  );
}

interface AlertCardProps {
  readonly alert: Alert;
  readonly onTake: () => void;
}

function AlertCard({ alert, onTake }: AlertCardProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow(1000);
  const { metric, severity, state, subjectName, since, repeats, actions } = alert;
  const figure = againstLimit(t, formats, alert);
  return (
    <article
      className="tw-card tw-alert"
      data-tone={severityTones[severity]}
      data-state={state}
      aria-label={t(`alert.metric.${metric}`)}
    >
      <header>
        <span className="tw-chip" data-tone={severityTones[severity]}>
          <i aria-hidden />
          {t(`alert.severity.${severity}`)}
        </span>
        <h2>
          {t(`alert.metric.${metric}`)}
          {subjectName !== null && <small>{subjectName}</small>}
        </h2>
        <span className="tw-chip" data-tone={stateTones[state]}>
          <i aria-hidden />
          {t(`alert.state.${state}`)}
        </span>
        <span className="tw-fill" />
        {state === 'firing' && (
          <Allowed to="alert.acknowledge">
            <Button onClick={onTake}>{t('alert.take')}</Button>
          </Allowed>
        )}
      </header>
      <p className="tw-alert-detail">
        <StationSentence of={alert} />
      </p>
      <dl className="tw-facts">
        <dt>{t('alert.since')}</dt>
        <dd>
          {t('alert.sinceAge', { time: formats.time(since), age: formatAge(t, now - since) })}
          {repeats > 0 && ` · ${t('alert.repeats', { count: repeats })}`}
        </dd>
        {figure !== null && (
          <>
            <dt>{t('alert.value')}</dt>
            <dd>{figure}</dd>
          </>
        )}
        <dt>{t('alert.who')}</dt>
        <dd>
          <Owner alert={alert} />
        </dd>
        <dt>{t('alert.did')}</dt>
        <dd>
          {actions.length === 0 ? (
            t('alert.didNothing')
          ) : (
            <ul>
              {actions.slice(-5).map(({ at, message }) => (
                <li key={`${at} ${message}`}>
                  {formats.time(at)} {message}
                </li>
              ))}
            </ul>
          )}
        </dd>
        <dt>{t('alert.canDo')}</dt>
        <dd>{t(`alert.todo.${metric}`)}</dd>
      </dl>
    </article>
  );
}

function Owner({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation();
  const { time } = useFormats();
  const { acknowledgedAt, acknowledgedBy, note, escalatedAt, state } = alert;
  if (state === 'pending') return t('alert.notYet');
  if (acknowledgedAt === null) {
    return escalatedAt === null
      ? t('alert.nobody')
      : t('alert.nobodyEscalated', { time: time(escalatedAt) });
  }
  const words = t('alert.has', { user: acknowledgedBy, time: time(acknowledgedAt) });
  return note === '' ? words : `${words} ${t('alert.noteOf', { note })}`;
}
