/**
 * Says what was done, with the way back for as long as the words are there.
 */
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { StationError } from '#contract/error.ts';
import { ErrorText } from './states.tsx';

export interface UndoNotice {
  readonly message: string;
  /** Undoes it; what it rejects with is shown */
  readonly undo: () => Promise<unknown>;
}

/** Long enough to read, to think, and to reach for the mouse, ms. */
const shownMs = 12_000;

export function useUndoNotice(): (notice: UndoNotice) => void {
  const { t } = useTranslation();
  return ({ message, undo }) => {
    const takeBack = async () => {
      notifications.hide(id);
      try {
        await undo();
        notifications.show({ message: t('undo.done') });
      } catch (error) {
        notifications.show({
          title: t('undo.failed'),
          message: <ErrorText error={StationError.from(error, 'SYS_001')} />,
          color: 'red',
          autoClose: false,
        });
      }
    };
    const id = notifications.show({
      message: (
        <span className="tw-undo">
          {message}
          <Button size="compact-sm" variant="default" onClick={() => void takeBack()}>
            {t('undo.undo')}
          </Button>
        </span>
      ),
      autoClose: shownMs,
    });
  };
}
