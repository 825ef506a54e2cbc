/**
 * The narrow rail on the left: tasks, and below them the station's connection, language, theme and help.
 */
import { useMantineColorScheme } from '@mantine/core';
import {
  IconHelp,
  IconKeyboard,
  IconLanguage,
  IconMoon,
  IconSearch,
  IconSun,
  type Icon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useOpenAlerts } from '../api/alert-queries.ts';
import { useConnection } from '../api/station-context.tsx';
import { formatRoute, tasks } from '../lib/route.ts';
import { openPalette } from './command-palette.tsx';
import { taskIcons } from './task-icons.ts';
import { useRoute } from './use-route.ts';

interface NavRailProps {
  readonly onKeys: () => void;
  readonly onGuide: () => void;
}

export function NavRail({ onKeys, onGuide }: NavRailProps) {
  const { t, i18n } = useTranslation();
  const route = useRoute();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const isDark = colorScheme !== 'light';
  return (
    <nav className="tw-nav" aria-label={t('app.navigation')}>
      {tasks.map((task) => {
        const TaskIcon = taskIcons[task];
        return (
          <a
            key={task}
            href={formatRoute({ task, id: null })}
            className="tw-nav-item"
            aria-current={route.task === task ? 'page' : undefined}
            data-badge={task === 'alerts' || undefined}
          >
            <TaskIcon size={22} stroke={1.6} aria-hidden />
            <span>{t(`nav.${task}`)}</span>
            {task === 'alerts' && <Badge />}
          </a>
        );
      })}
      <div className="tw-nav-space" />
      <ConnectionLight />
      <NavButton
        icon={IconSearch}
        text={t('nav.find')}
        hint={t('palette.hint')}
        onClick={openPalette}
      />
      <NavButton icon={IconHelp} text={t('nav.help')} hint={t('help.hint')} onClick={onGuide} />
      <NavButton icon={IconKeyboard} text={t('nav.shortcuts')} onClick={onKeys} />
      <NavButton
        icon={isDark ? IconSun : IconMoon}
        text={isDark ? t('nav.toLight') : t('nav.toDark')}
        onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
      />
      <NavButton
        icon={IconLanguage}
        text={t('nav.language')}
        hint={t('nav.languageHint')}
        onClick={() => void i18n.changeLanguage(i18n.language === 'vi' ? 'en' : 'vi')}
      />
    </nav>
  );
}

/** How many alerts fire that nobody has taken. */
function Badge() {
  const { t } = useTranslation();
  const count = (useOpenAlerts().data ?? []).filter(({ state }) => state === 'firing').length;
  return count === 0 ? null : (
    <b className="tw-nav-badge" role="status" aria-label={t('alert.badge', { count })}>
      {count}
    </b>
  );
}

interface NavButtonProps {
  readonly icon: Icon;
  readonly text: string;
  readonly hint?: string;
  readonly onClick: () => void;
}

function NavButton({ icon: ButtonIcon, text, hint, onClick }: NavButtonProps) {
  return (
    <button type="button" className="tw-nav-item" data-small title={hint ?? text} onClick={onClick}>
      <ButtonIcon size={18} stroke={1.6} aria-hidden />
      <span>{text}</span>
    </button>
  );
}

function ConnectionLight() {
  const { t } = useTranslation();
  const { state } = useConnection();
  const text = { connecting: t('nav.connecting'), open: t('nav.connected'), lost: t('nav.lost') };
  const tone = { connecting: 'quiet', open: 'good', lost: 'bad' };
  return (
    <div className="tw-nav-light" role="status" data-tone={tone[state]}>
      <i aria-hidden />
      <span>{text[state]}</span>
    </div>
  );
}
