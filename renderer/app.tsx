/**
 * The page as a whole: rail, banner, the view of the task, and the keys that work everywhere.
 */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAlertAnnouncements } from './api/alert-queries.ts';
import { useAnnouncements } from './api/queries.ts';
import { useZoneAnnouncements } from './api/zone-queries.ts';
import { CommandPalette } from './components/command-palette.tsx';
import { ConnectionBanner } from './components/connection-banner.tsx';
import { HelpPanel } from './components/help-panel.tsx';
import { NavRail } from './components/nav-rail.tsx';
import { ShortcutHelp } from './components/shortcut-help.tsx';
import { listenToKeys, useShortcuts } from './components/shortcuts.ts';
import { useAlertNotices } from './components/use-alert-notices.tsx';
import { useNotices } from './components/use-notices.tsx';
import { usePalette } from './components/use-palette.tsx';
import { goTo, useRoute } from './components/use-route.ts';
import type { Task } from './lib/route.ts';
import { isScreen } from './lib/wall-pages.ts';
import { AccessView } from './views/access/access-view.tsx';
import { AlertsView } from './views/alerts/alerts-view.tsx';
import { CamerasView } from './views/cameras/cameras-view.tsx';
import { CountsView } from './views/counts/counts-view.tsx';
import { ExperimentsView } from './views/experiments/experiments-view.tsx';
import { JobsView } from './views/jobs/jobs-view.tsx';
import { HealthView } from './views/health/health-view.tsx';
import { LiveView } from './views/live/live-view.tsx';
import { TrustView } from './views/trust/trust-view.tsx';
import { NotificationsView } from './views/notifications/notifications-view.tsx';
import { PrivacyView } from './views/privacy/privacy-view.tsx';
import { SystemView } from './views/system/system-view.tsx';
import { ModelsView } from './views/models/models-view.tsx';

const views: Record<Task, () => React.JSX.Element> = {
  live: LiveView,
  counts: CountsView,
  alerts: AlertsView,
  cameras: CamerasView,
  trust: TrustView,
  models: ModelsView,
  experiments: ExperimentsView,
  jobs: JobsView,
  health: HealthView,
  notifications: NotificationsView,
  privacy: PrivacyView,
  access: AccessView,
  system: SystemView,
};

export function App() {
  const { t } = useTranslation();
  const route = useRoute();
  const [openPanel, setOpenPanel] = useState<'keys' | 'guide' | null>(null);
  const close = () => setOpenPanel(null);
  const showKeys = () => setOpenPanel('keys');
  const showGuide = () => setOpenPanel('guide');
  useAnnouncements();
  useZoneAnnouncements();
  useAlertAnnouncements();
  useNotices();
  useAlertNotices(!isScreen(route));
  useEffect(() => listenToKeys(window), []);
  useShortcuts([
    { keys: ['?'], help: { keys: '?', text: t('shortcuts.help') }, run: showKeys },
    {
      keys: ['F1'],
      help: { keys: 'F1', text: t('help.title') },
      run: showGuide,
      isGlobal: true,
    },
    go('w', 'live', t('shortcuts.goLive')),
    go('r', 'counts', t('shortcuts.goCounts')),
    go('e', 'alerts', t('shortcuts.goAlerts')),
    go('c', 'cameras', t('shortcuts.goCameras')),
    go('t', 'trust', t('shortcuts.goTrust')),
    go('m', 'models', t('shortcuts.goModels')),
    go('x', 'experiments', t('shortcuts.goExperiments')),
    go('j', 'jobs', t('shortcuts.goJobs')),
    go('h', 'health', t('shortcuts.goHealth')),
    go('b', 'notifications', t('shortcuts.goNotifications')),
    go('p', 'privacy', t('shortcuts.goPrivacy')),
    go('a', 'access', t('shortcuts.goAccess')),
    go('u', 'system', t('shortcuts.goSystem')),
  ]);
  const palette = usePalette({ onKeys: showKeys, onGuide: showGuide });
  const View = views[route.task];
  // A second screen has nothing but its wall; the first one tells and sounds what there is to tell.
  if (isScreen(route)) {
    return (
      <div className="tw-app">
        <ConnectionBanner />
        <main id="tw-main" className="tw-main" tabIndex={-1}>
          <View />
        </main>
        <ShortcutHelp isOpen={openPanel === 'keys'} onClose={close} />
      </div>
    );
  }
  return (
    <div className="tw-app">
      <a
        className="tw-skip"
        href="#tw-main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('tw-main')?.focus();
        }}
      >
        {t('app.skip')}
      </a>
      <NavRail onKeys={showKeys} onGuide={showGuide} />
      <ConnectionBanner />
      <main id="tw-main" className="tw-main" tabIndex={-1}>
        <View />
      </main>
      <CommandPalette groups={palette} />
      <ShortcutHelp isOpen={openPanel === 'keys'} onClose={close} />
      <HelpPanel task={route.task} isOpen={openPanel === 'guide'} onClose={close} />
    </div>
  );
}

function go(key: string, task: Task, text: string) {
  return {
    keys: [key],
    help: { keys: key.toUpperCase(), text },
    run: () => goTo({ task, id: null }),
  };
}
