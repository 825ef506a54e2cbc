/**
 * Shows and sounds what the station tells about alerts; the newest note about an alert replaces the one before.
 */
import { useEffect } from 'react';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { AlertSeverity } from '#contract/alert.ts';
import { useStation } from '../api/station-context.tsx';
import { createAlarm } from '../lib/alarm.ts';
import { StationSentence } from './station-sentence.tsx';

const colours: Record<AlertSeverity, string> = {
  info: 'station',
  warning: 'yellow',
  critical: 'red',
};
const shownMs = 10_000;

export const alarm = createAlarm(window);

export function useAlertNotices(isOn: boolean): void {
  const { t } = useTranslation();
  const { link } = useStation();
  useEffect(() => {
    if (!isOn) return undefined;
    return link.listen('alertNotice', (notice) => {
      const { alertId, phase, severity, metric, subject, isShown, isHeard } = notice;
      if (isHeard) alarm.sound();
      if (!isShown) return;
      const isOver = phase === 'resolved' || phase === 'acknowledged';
      const shown = {
        title: [t(`alert.phase.${phase}`), t(`alert.metric.${metric}`), subject]
          .filter((part) => part !== null)
          .join(' · '),
        message: isOver ? '' : <StationSentence of={notice} />,
        color: phase === 'resolved' ? 'green' : colours[severity],
        autoClose: severity === 'critical' && !isOver ? (false as const) : shownMs,
      };
      notifications.hide(alertId);
      notifications.show({ ...shown, id: isOver ? `${alertId} ${phase}` : alertId });
    });
  }, [isOn, link, t]);
}
