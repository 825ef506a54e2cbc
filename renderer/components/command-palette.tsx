/**
 * The palette: every page, every camera and every action that this role has, found by typing.
 */
import { useState, type ReactNode } from 'react';
import { Modal, VisuallyHidden } from '@mantine/core';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { hasWords } from '../lib/find-words.ts';
import { useShortcuts } from './shortcuts.ts';

/** One thing that can be done from anywhere. */
export interface PaletteEntry {
  readonly id: string;
  readonly title: string;
  /** More words by which it is found, shown small */
  readonly detail: string;
  readonly icon: ReactNode;
  readonly run: () => void;
}

export interface PaletteGroup {
  readonly title: string;
  readonly entries: readonly PaletteEntry[];
}

/** More than fit on a screen are found by typing on, not by scrolling. */
const mostShown = 12;

export function CommandPalette({ groups }: { readonly groups: readonly PaletteGroup[] }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  useShortcuts([
    {
      keys: ['ctrl+k'],
      isGlobal: true,
      help: { keys: 'Ctrl K', text: t('palette.open') },
      run: openPalette,
    },
  ]);
  const shown = firstOf(groups, query);
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      // The page has one listener to keys for all of them.
      shortcut={null}
      // A wall that is blurred is not watched, and blurring moving pictures costs a core without a graphics card.
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      scrollable
      maxHeight={520}
    >
      <VisuallyHidden>
        <Modal.Title>{t('palette.title')}</Modal.Title>
      </VisuallyHidden>
      <Spotlight.Search
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.title')}
        leftSection={<IconSearch size={18} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {shown.map(({ title, entries }) => (
          <Spotlight.ActionsGroup key={title} label={title}>
            {entries.map(({ id, title: label, detail, icon, run }) => (
              <Spotlight.Action
                key={id}
                label={label}
                description={detail}
                leftSection={icon}
                onClick={run}
              />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {shown.length === 0 && <Spotlight.Empty>{t('palette.nothing', { query })}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

export function openPalette(): void {
  spotlight.open();
}

/** The first entries that have the words, in their groups; groups without any are left out. */
function firstOf(groups: readonly PaletteGroup[], query: string): PaletteGroup[] {
  let room = mostShown;
  return groups.flatMap(({ title, entries }) => {
    const found = entries
      .filter((entry) => hasWords(`${title} ${entry.title} ${entry.detail}`, query))
      .slice(0, room);
    room -= found.length;
    return found.length === 0 ? [] : [{ title, entries: found }];
  });
}
