/**
 * What runs and how well: what is wrong now and since when, figures over time, how much of the time all was well, what failed and
 * what the station did about it.
 */
import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatAge, goTo, Page, useMay, useNow, useRoute, useStationInfo } from '../kit.ts';
import { DrillPanel } from './drill-panel.tsx';
import { FiguresPanel } from './figures-panel.tsx';
import { IncidentsPanel } from './incidents-panel.tsx';
import { LogPanel } from './log-panel.tsx';
import { StatePanel } from './state-panel.tsx';
import { UptimePanel } from './uptime-panel.tsx';

const panels = {
  state: StatePanel,
  figures: FiguresPanel,
  uptime: UptimePanel,
  incidents: IncidentsPanel,
  drill: DrillPanel,
  log: LogPanel,
} as const;
type PanelName = keyof typeof panels;
const all = Object.keys(panels) as PanelName[];

export function HealthView() {
  const { t } = useTranslation();
  const route = useRoute();
  const info = useStationInfo();
  const now = useNow(1000);
  const may = useMay();
  // The log names addresses and people: it is for those who repair.
  const names = all.filter((name) => name !== 'log' || may('log.list'));
  const active = names.find((name) => name === route.id) ?? 'state';
  const Panel = panels[active];
  const summary =
    info.data && t('health.summary', { age: formatAge(t, now - info.data.startedAt) });
  return (
    <Page title={t('health.title')} summary={summary}>
      <Tabs value={active} onChange={(id) => goTo({ task: 'health', id })} keepMounted={false}>
        <Tabs.List>
          {names.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`healthTab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={active} className="tw-health">
          <Panel />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
