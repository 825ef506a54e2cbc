/**
 * What is wrong now, since when, who has it, what the station did and what one can do; what was; and the rules.
 */
import { Button } from '@mantine/core';
import { IconBell, IconBellOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { alarm, formatRoute, Page, useReadable, useRoute } from '../kit.ts';
import { AlertHistory } from './alert-history.tsx';
import { OpenAlerts } from './open-alerts.tsx';
import { RulesPanel } from './rules-panel.tsx';

const places = ['now', 'history', 'rules'] as const;
type Place = (typeof places)[number];

const panels: Record<Place, () => React.JSX.Element> = {
  now: OpenAlerts,
  history: AlertHistory,
  rules: RulesPanel,
};

export function AlertsView() {
  const { t } = useTranslation();
  const { id } = useRoute();
  const place = places.find((known) => known === id) ?? 'now';
  const Panel = panels[place];
  return (
    <Page title={t('alert.title')} summary={t('alert.summary')} actions={<Mute />}>
      <nav className="tw-tabs" aria-label={t('alert.title')}>
        {places.map((each) => (
          <a
            key={each}
            href={formatRoute({ task: 'alerts', id: each === 'now' ? null : each })}
            aria-current={each === place ? 'page' : undefined}
          >
            {t(`alert.place.${each}`)}
          </a>
        ))}
      </nav>
      <Panel />
    </Page>
  );
}

function Mute() {
  const { t } = useTranslation();
  const isMuted = useReadable(alarm.isMuted);
  const MuteIcon = isMuted ? IconBellOff : IconBell;
  return (
    <Button
      variant="default"
      aria-pressed={isMuted}
      leftSection={<MuteIcon size={15} aria-hidden />}
      onClick={() => alarm.mute(!isMuted)}
    >
      {isMuted ? t('alert.muted') : t('alert.heard')}
    </Button>
  );
}
