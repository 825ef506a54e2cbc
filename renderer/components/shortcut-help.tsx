/**
 * The list of the keys that work on what is on screen now.
 */
import { Kbd, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useReadable } from '../api/station-context.tsx';
import { activeShortcuts } from './shortcuts.ts';

interface ShortcutHelpProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function ShortcutHelp({ isOpen, onClose }: ShortcutHelpProps) {
  const { t } = useTranslation();
  const groups = useReadable(activeShortcuts);
  const rows = groups
    .toReversed()
    .flat()
    .flatMap(({ help }) => (help === undefined ? [] : [help]));
  return (
    <Modal opened={isOpen} onClose={onClose} size={600} title={t('shortcuts.title')}>
      <dl className="tw-keys">
        {rows.map(({ keys, text }) => (
          <div key={`${keys} ${text}`}>
            <dt>
              <Kbd>{keys}</Kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
