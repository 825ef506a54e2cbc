/**
 * A dialog with a form in it: its title, what the station refused, and the way out; the fields are the caller's.
 */
import type { ReactNode } from 'react';
import { Button, Modal, type MantineSize } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { StationError } from '#contract/error.ts';
import { ErrorText } from './states.tsx';

/** As `useCommand` gives it */
interface Command {
  readonly isPending: boolean;
  readonly error: StationError | null;
}

export interface FormDialogProps {
  readonly title: string;
  /** In CSS pixels, or a named one */
  readonly size?: number | MantineSize;
  /** What submitting calls */
  readonly command: Command;
  /** On the button that submits; "Save" without it */
  readonly submit?: string;
  /** Whether all is there that submitting needs */
  readonly isReady?: boolean;
  /** Whether submitting loses something */
  readonly isDestructive?: boolean;
  /** Takes away what is changed; null where it is new */
  readonly removal?: { readonly command: Command; readonly ask: () => void } | null;
  /** Under the form, and no part of it */
  readonly below?: ReactNode;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function FormDialog(props: FormDialogProps) {
  const { title, size = 'md', command, submit, isReady = true, isDestructive = false } = props;
  const { removal = null, below, onSubmit, onClose, children } = props;
  const { t } = useTranslation();
  const error = command.error ?? removal?.command.error ?? null;
  return (
    <Modal opened onClose={onClose} size={size} title={title}>
      <form
        className="tw-form"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        {error !== null && <ErrorText error={error} />}
        <div className="tw-form-foot">
          {removal !== null && (
            <Button variant="default" loading={removal.command.isPending} onClick={removal.ask}>
              {t('common.remove')}
            </Button>
          )}
          <span className="tw-fill" />
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            type="submit"
            loading={command.isPending}
            disabled={!isReady}
            {...(isDestructive && { color: 'red.9' })}
          >
            {submit ?? t('common.save')}
          </Button>
        </div>
      </form>
      {below}
    </Modal>
  );
}
