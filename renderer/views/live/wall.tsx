/**
 * The wall: all cameras as large as the screen allows, sixteen to a page.
 */
import { useState } from 'react';
import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { Zone } from '#contract/zone.ts';
import { chooseGrid, goTo, tilesPerPage, useShortcuts, useSize } from '../kit.ts';
import { Tile } from './tile.tsx';

interface WallProps {
  readonly cameras: readonly Camera[];
  readonly lines: readonly Line[];
  readonly zones: readonly Zone[];
}

const gapPx = 6;
/** Small tiles need fewer pictures: eyes follow motion in them less. */
const wallFps = 15;
const crowdedFps = 10;

export function Wall({ cameras, lines, zones }: WallProps) {
  const { t } = useTranslation();
  const [ref, size] = useSize();
  const [wantedPage, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(cameras.length / tilesPerPage));
  const page = Math.min(wantedPage, pages - 1);
  const shown = cameras.slice(page * tilesPerPage, (page + 1) * tilesPerPage);
  const grid =
    size === null ? null : chooseGrid(shown.length, size, { gap: gapPx, aspect: 16 / 9 });
  const open = (camera: Camera | undefined) => {
    if (camera !== undefined) goTo({ task: 'live', id: camera.id });
  };

  useShortcuts([
    {
      keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
      help: { keys: '1 – 9', text: t('shortcuts.tile') },
      run: (event) => open(shown[Number(event.key) - 1]),
    },
  ]);
  useShortcuts(
    [
      {
        keys: ['PageDown'],
        help: { keys: t('keys.pageDown'), text: t('shortcuts.nextPage') },
        run: () => setPage(Math.min(page + 1, pages - 1)),
      },
      {
        keys: ['PageUp'],
        help: { keys: t('keys.pageUp'), text: t('shortcuts.previousPage') },
        run: () => setPage(Math.max(0, page - 1)),
      },
    ],
    pages > 1,
  );

  return (
    <section className="tw-wall" aria-label={t('live.wall')}>
      <div
        ref={ref}
        className="tw-grid"
        style={
          grid === null
            ? {}
            : {
                gap: gapPx,
                gridTemplateColumns: `repeat(${grid.columns}, minmax(0, 1fr))`,
                gridTemplateRows: `repeat(${grid.rows}, minmax(0, 1fr))`,
              }
        }
      >
        {shown.map((camera, index) => (
          <Tile
            key={camera.id}
            camera={camera}
            lines={lines.filter((line) => line.cameraId === camera.id)}
            zones={zones.filter((zone) => zone.cameraId === camera.id)}
            number={index < 9 ? index + 1 : null}
            isFocused={false}
            fps={shown.length > 9 ? crowdedFps : wallFps}
            onOpen={() => open(camera)}
          />
        ))}
      </div>
      {pages > 1 && (
        <nav className="tw-pager" aria-label={t('live.page', { page: page + 1, pages })}>
          <ActionIcon
            aria-label={t('live.previousPage')}
            disabled={page === 0}
            onClick={() => setPage(page - 1)}
          >
            <IconChevronLeft size={18} />
          </ActionIcon>
          <span aria-hidden>{t('live.page', { page: page + 1, pages })}</span>
          <ActionIcon
            aria-label={t('live.nextPage')}
            disabled={page === pages - 1}
            onClick={() => setPage(page + 1)}
          >
            <IconChevronRight size={18} />
          </ActionIcon>
        </nav>
      )}
    </section>
  );
}
