/**
 * The bar over a wall: which wall, how many on a page, a tour, and the wall on a screen of its own.
 */
import { useState, type ReactNode } from 'react';
import { ActionIcon, Button, Menu, NativeSelect, SegmentedControl, Tooltip } from '@mantine/core';
import {
  IconDeviceDesktopPlus,
  IconMaximize,
  IconPencil,
  IconPlayerPlay,
  IconPlus,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import { WallLayout, type Wall } from '#contract/wall.ts';
import { Allowed, formatRoute, toggleFullScreen, useShortcuts, wallRoute } from '../kit.ts';
import type { Tour } from './use-tour.ts';
import { WallDialog } from './wall-dialog.tsx';
import { layoutName } from './wall-words.ts';

interface WallBarProps {
  /** Null for all cameras */
  readonly wall: Wall | null;
  readonly walls: readonly Wall[];
  readonly layout: WallLayout | null;
  readonly cameras: readonly Camera[];
  readonly tour: Tour;
  /** Whether nothing but the wall is on this screen */
  readonly isAlone: boolean;
  readonly onWall: (id: string | null) => void;
  readonly onLayout: (layout: WallLayout | null) => void;
}

const tourSeconds = [5, 10, 20, 30, 60];
/** In the value of a control, where null cannot be */
const automatic = 'auto';
const everything = '';

export function WallBar(props: WallBarProps) {
  const { wall, walls, layout, cameras, tour, isAlone, onWall, onLayout } = props;
  const { t } = useTranslation();
  const [edited, edit] = useState<Wall | 'new' | null>(null);
  const ids = [null, ...walls.map(({ id }) => id)];
  const step = (by: number) => {
    const index = ids.indexOf(wall?.id ?? null) + by;
    onWall(ids.at(index % ids.length) ?? null);
  };
  useShortcuts([
    {
      keys: ['f'],
      help: { keys: 'F', text: t('palette.fullScreen') },
      run: () => void toggleFullScreen(),
    },
  ]);
  useShortcuts(
    [
      { keys: [']'], help: { keys: ']', text: t('wall.next') }, run: () => step(1) },
      { keys: ['['], help: { keys: '[', text: t('wall.previous') }, run: () => step(-1) },
    ],
    walls.length > 0,
  );
  return (
    <header className="tw-wall-bar">
      <NativeSelect
        size="xs"
        aria-label={t('wall.choose')}
        value={wall?.id ?? everything}
        data={[
          { value: everything, label: t('wall.all') },
          ...walls.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={({ currentTarget: { value } }) => onWall(value === everything ? null : value)}
      />
      <SegmentedControl
        size="xs"
        aria-label={t('wall.layout')}
        value={layout ?? automatic}
        data={[
          ...(wall === null ? [{ value: automatic, label: t('wall.auto') }] : []),
          ...WallLayout.options.map((value) => ({ value, label: layoutName(t, value) })),
        ]}
        onChange={(value) => onLayout(value === automatic ? null : WallLayout.parse(value))}
      />
      {!isAlone && (
        <Allowed to="wall.save">
          {wall !== null && (
            <BarButton text={t('wall.edit', { name: wall.name })} onClick={() => edit(wall)}>
              <IconPencil size={16} />
            </BarButton>
          )}
          <BarButton text={t('wall.new')} onClick={() => edit('new')}>
            <IconPlus size={16} />
          </BarButton>
        </Allowed>
      )}
      <span className="tw-fill" />
      {tour.seconds === null ? (
        <Menu>
          <Menu.Target>
            <Button size="compact-sm" variant="default" leftSection={<IconPlayerPlay size={14} />}>
              {t('wall.tour')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {tourSeconds.map((seconds) => (
              <Menu.Item key={seconds} onClick={() => tour.start(seconds)}>
                {t('wall.tourEvery', { count: seconds })}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : (
        <span className="tw-tour" role="status">
          {t('wall.touring', { count: tour.seconds })}
        </span>
      )}
      {!isAlone && (
        <BarButton text={t('wall.secondScreen')} onClick={() => openScreen(wall)}>
          <IconDeviceDesktopPlus size={17} />
        </BarButton>
      )}
      <BarButton text={t('palette.fullScreen')} onClick={() => void toggleFullScreen()}>
        <IconMaximize size={16} />
      </BarButton>
      {edited !== null && (
        <WallDialog
          wall={edited === 'new' ? null : edited}
          layout={layout}
          cameras={cameras}
          onSaved={(saved) => onWall(saved)}
          onClose={() => edit(null)}
        />
      )}
    </header>
  );
}

interface BarButtonProps {
  readonly text: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function BarButton({ text, onClick, children }: BarButtonProps) {
  return (
    <Tooltip label={text}>
      <ActionIcon aria-label={text} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

/** In the app its window opens on the other screen, where there is one; a browser leaves that to the person. */
function openScreen(wall: Wall | null): void {
  const route = formatRoute(wallRoute(wall?.id ?? null, 'screen'));
  const { origin, pathname } = window.location;
  window.open(`${origin}${pathname}${route}`, '_blank', 'popup,width=1280,height=720');
}
