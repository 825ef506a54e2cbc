/**
 * What the palette offers: pages, cameras, and the actions that this role has.
 */
import { useMantineColorScheme } from '@mantine/core';
import {
  IconCamera,
  IconCameraPlus,
  IconFileImport,
  IconHelp,
  IconKeyboard,
  IconLanguage,
  IconMaximize,
  IconMoon,
  IconPencil,
  IconSun,
  IconVectorSpline,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCameras } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { tasks } from '../lib/route.ts';
import type { PaletteEntry, PaletteGroup } from './command-palette.tsx';
import { taskIcons } from './task-icons.ts';
import { toggleFullScreen } from './full-screen.ts';
import { goTo } from './use-route.ts';

const iconPx = 18;

interface Panels {
  readonly onKeys: () => void;
  readonly onGuide: () => void;
}

export function usePalette(panels: Panels): PaletteGroup[] {
  const { t } = useTranslation();
  const pages = tasks.map((task): PaletteEntry => {
    const TaskIcon = taskIcons[task];
    return {
      id: `page ${task}`,
      title: t(`nav.${task}`),
      detail: '',
      icon: <TaskIcon size={iconPx} aria-hidden />,
      run: () => goTo({ task, id: null }),
    };
  });
  return [
    { title: t('palette.pages'), entries: pages },
    { title: t('palette.actions'), entries: useActions(panels) },
    { title: t('palette.cameras'), entries: useCameraEntries() },
  ];
}

function useActions({ onKeys, onGuide }: Panels): PaletteEntry[] {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const isDark = colorScheme !== 'light';
  const addCamera: PaletteEntry = {
    id: 'add camera',
    title: t('cameras.add'),
    detail: '',
    icon: <IconCameraPlus size={iconPx} aria-hidden />,
    run: () => goTo({ task: 'cameras', id: 'new' }),
  };
  const importCameras: PaletteEntry = {
    id: 'import cameras',
    title: t('import.title'),
    detail: '',
    icon: <IconFileImport size={iconPx} aria-hidden />,
    run: () => goTo({ task: 'cameras', id: 'import' }),
  };
  return [
    ...(may('camera.add') ? [addCamera] : []),
    ...(may('camera.import') ? [importCameras] : []),
    {
      id: 'theme',
      title: t('palette.theme', { name: isDark ? t('nav.toLight') : t('nav.toDark') }),
      detail: '',
      icon: isDark ? <IconSun size={iconPx} aria-hidden /> : <IconMoon size={iconPx} aria-hidden />,
      run: () => setColorScheme(isDark ? 'light' : 'dark'),
    },
    {
      id: 'language',
      title: t('nav.language'),
      detail: t('nav.languageHint'),
      icon: <IconLanguage size={iconPx} aria-hidden />,
      run: () => void i18n.changeLanguage(i18n.language === 'vi' ? 'en' : 'vi'),
    },
    {
      id: 'full screen',
      title: t('palette.fullScreen'),
      detail: '',
      icon: <IconMaximize size={iconPx} aria-hidden />,
      run: () => void toggleFullScreen(),
    },
    {
      id: 'shortcuts',
      title: t('shortcuts.title'),
      detail: '',
      icon: <IconKeyboard size={iconPx} aria-hidden />,
      run: onKeys,
    },
    {
      id: 'guide',
      title: t('help.title'),
      detail: 'F1',
      icon: <IconHelp size={iconPx} aria-hidden />,
      run: onGuide,
    },
  ];
}

/** Each camera, and what can be done with it. */
function useCameraEntries(): PaletteEntry[] {
  const { t } = useTranslation();
  const may = useMay();
  const cameras = useCameras().data ?? [];
  return cameras.flatMap(({ id, name }): PaletteEntry[] => [
    {
      id: `show ${id}`,
      title: name,
      detail: t('palette.show'),
      icon: <IconCamera size={iconPx} aria-hidden />,
      run: () => goTo({ task: 'live', id }),
    },
    ...(may('line.save')
      ? [
          {
            id: `draw ${id}`,
            title: name,
            detail: t('palette.draw'),
            icon: <IconVectorSpline size={iconPx} aria-hidden />,
            run: () => goTo({ task: 'live', id, part: 'line' }),
          },
        ]
      : []),
    ...(may('camera.update')
      ? [
          {
            id: `edit ${id}`,
            title: name,
            detail: t('palette.edit'),
            icon: <IconPencil size={iconPx} aria-hidden />,
            run: () => goTo({ task: 'cameras', id }),
          },
        ]
      : []),
  ]);
}
