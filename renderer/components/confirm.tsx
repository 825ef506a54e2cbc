/**
 * Asks before something is lost, naming what will happen.
 */
import { modals } from '@mantine/modals';

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly cancel: string;
  /** Whether something is lost by it */
  readonly isDestructive: boolean;
}

/** Whether the person agreed. Closing the dialog means no. */
export function confirm(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    modals.openConfirmModal({
      title: question.title,
      children: question.text,
      labels: { confirm: question.confirm, cancel: question.cancel },
      confirmProps: question.isDestructive ? { color: 'red.9' } : {},
      cancelProps: { 'data-autofocus': true },
      withCloseButton: false,
      onConfirm: () => resolve(true),
      // After onConfirm the promise is settled already, so this is the no of every other way out.
      onClose: () => resolve(false),
    });
  });
}
