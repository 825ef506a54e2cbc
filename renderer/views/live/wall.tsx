/**
 * One page of a wall: its cameras as large as the screen allows, or one large beside a column of small ones.
 */
import { useState, type CSSProperties } from 'react';
import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { WallLayout } from '#contract/wall.ts';
import type { Zone } from '#contract/zone.ts';
import { chooseGrid, goTo, tilesOf, useShortcuts, useSize, type Extent } from '../kit.ts';
import { Tile } from './tile.tsx';

interface WallProps {
  /** Of all pages */
  readonly cameras: readonly Camera[];
  readonly lines: readonly Line[];
  readonly zones: readonly Zone[];
  /** Null for as many tiles as there are cameras */
  readonly layout: WallLayout | null;
  /** From 0 */
  readonly page: number;
  readonly pages: number;
  readonly onPage: (page: number) => void;
}

const gapPx = 6;
/** Small tiles need fewer pictures: eyes follow motion in them less. */
const wallFps = 15;
const crowdedFps = 10;
/** From this many tiles on a page they are small */
const crowdedFrom = 10;

export function Wall({ cameras, lines, zones, layout, page, pages, onPage }: WallProps) {
  const { t } = useTranslation();
  const [ref, size] = useSize();
  const [largeId, enlarge] = useState<string | null>(null);
  const perPage = tilesOf(layout);
  const onThisPage = cameras.slice(page * perPage, (page + 1) * perPage);
  const isFocus = layout === 'focus' && onThisPage.length > 1;
  const shown = isFocus ? withFirst(onThisPage, largeId) : onThisPage;
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
        run: () => onPage(Math.min(page + 1, pages - 1)),
      },
      {
        keys: ['PageUp'],
        help: { keys: t('keys.pageUp'), text: t('shortcuts.previousPage') },
        run: () => onPage(Math.max(0, page - 1)),
      },
    ],
    pages > 1,
  );

  return (
    <>
      <div
        ref={ref}
        className="tw-grid"
        data-focus={isFocus || undefined}
        style={gridOf(shown.length, size, isFocus)}
      >
        {shown.map((camera, index) => (
          <Tile
            key={camera.id}
            camera={camera}
            lines={lines.filter((line) => line.cameraId === camera.id)}
            zones={zones.filter((zone) => zone.cameraId === camera.id)}
            number={index < 9 ? index + 1 : null}
            isFocused={false}
            fps={shown.length >= crowdedFrom || (isFocus && index > 0) ? crowdedFps : wallFps}
            onOpen={() => (isFocus && index > 0 ? enlarge(camera.id) : open(camera))}
          />
        ))}
      </div>
      {pages > 1 && (
        <nav className="tw-pager" aria-label={t('live.page', { page: page + 1, pages })}>
          <ActionIcon
            aria-label={t('live.previousPage')}
            disabled={page === 0}
            onClick={() => onPage(page - 1)}
          >
            <IconChevronLeft size={18} />
          </ActionIcon>
          <span aria-hidden>{t('live.page', { page: page + 1, pages })}</span>
          <ActionIcon
            aria-label={t('live.nextPage')}
            disabled={page === pages - 1}
            onClick={() => onPage(page + 1)}
          >
            <IconChevronRight size={18} />
          </ActionIcon>
        </nav>
      )}
    </>
  );
}

/** Changes places with the first, so that the others stay where the eye knows them. */
function withFirst(cameras: readonly Camera[], id: string | null): readonly Camera[] {
  const index = cameras.findIndex((camera) => camera.id === id);
  const [first] = cameras;
  const chosen = cameras[index];
  if (first === undefined || chosen === undefined) return cameras;
  return [chosen, ...cameras.slice(1).map((camera) => (camera === chosen ? first : camera))];
}

function gridOf(count: number, size: Extent | null, isFocus: boolean): CSSProperties {
  if (size === null) return {};
  if (isFocus) {
    // The first tile spans all rows of the first column (live.css).
    return {
      gap: gapPx,
      gridTemplateColumns: 'minmax(0, 4fr) minmax(0, 1fr)',
      gridTemplateRows: `repeat(${count - 1}, minmax(0, 1fr))`,
    };
  }
  const grid = chooseGrid(count, size, { gap: gapPx, aspect: 16 / 9 });
  return {
    gap: gapPx,
    gridTemplateColumns: `repeat(${grid.columns}, minmax(0, 1fr))`,
    gridTemplateRows: `repeat(${grid.rows}, minmax(0, 1fr))`,
  };
}
